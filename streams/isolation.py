"""Work in processes of their own, which can be stopped and whose memory is limited.

There are documents of a few megabytes that keep their reader busy for hours, partly inside of one regular
expression that lets no other thread run; a thread cannot be stopped, a process can. It also keeps the memory
that reading takes out of the process that has to run for months.

Requests and answers are bytes, each after its length in four bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import struct
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from typing import BinaryIO

import msgspec

MAX_MEMORY_BYTES = 2 * 1024**3
ONE_THREAD = {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "MKL", "OMP")}
"""Lets numpy's libraries do their algebra in one thread, as they read it when they are loaded. Where processes are
the parallelism, more would wait for each other at the cost of a core, and each takes memory.
"""
_LENGTH = struct.Struct(">I")


def framed(data: bytes) -> bytes:
    """A request or an answer as it is sent."""
    return _LENGTH.pack(len(data)) + data


class ToRead(msgspec.Struct, frozen=True, kw_only=True):
    """A document that such a process is asked to read: its bytes, and what was said of them."""

    body: bytes
    url: str
    content_type: str | None


class TooSlowError(Exception):
    """A request took longer than it may; its process was ended."""


class DiedError(Exception):
    """The process ended over a request."""


class Isolated:
    """So many processes that run `module`, each answering one request at a time: it is the processor that counts.

    A process is started when it is needed, and again when it was lost or closed.
    """

    def __init__(self, module: str, processes: int, timeout_s: float) -> None:
        self.children = [_Child(module, timeout_s) for _ in range(processes)]
        self._free: asyncio.LifoQueue[_Child] = asyncio.LifoQueue()
        for child in self.children:
            self._free.put_nowait(child)

    async def ask(self, request: bytes) -> bytes:
        """The answer of the first that is free. Raises TooSlowError or DiedError."""
        child = await self._free.get()
        try:
            return await child.ask(request)
        finally:
            self._free.put_nowait(child)

    async def close(self) -> None:
        """End all processes, whatever they are doing."""
        await asyncio.gather(*(child.close() for child in self.children))


class _Child:
    def __init__(self, module: str, timeout_s: float) -> None:
        self._module, self._timeout_s = module, timeout_s
        self.process: Process | None = None

    async def ask(self, request: bytes) -> bytes:
        """Once begun, a request is answered in full, or the process is of no use any more."""
        try:
            process = self.process = self.process or await self._start()
            async with asyncio.timeout(self._timeout_s):
                return await _exchange(process, request)
        except TimeoutError as error:
            await self.close()
            raise TooSlowError from error
        except (EOFError, ConnectionError) as error:
            await self.close()
            raise DiedError from error
        except BaseException:
            await self.close()
            raise

    async def close(self) -> None:
        process, self.process = self.process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    async def _start(self) -> Process:
        # A session of its own: Ctrl-C is for the main process, which stops this one when it is done.
        command, environment = (sys.executable, "-m", self._module), {**os.environ, **ONE_THREAD}
        return await asyncio.create_subprocess_exec(
            *command, stdin=PIPE, stdout=PIPE, start_new_session=True, env=environment
        )


async def _exchange(process: Process, request: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    process.stdin.write(framed(request))
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    return await process.stdout.readexactly(length)


def answer_requests(answer: Callable[[bytes], bytes], requests: BinaryIO, answers: BinaryIO) -> None:
    """The process's side: answer until there are no more requests, as when the main process has died."""
    while header := requests.read(_LENGTH.size):
        answers.write(framed(answer(requests.read(_LENGTH.unpack(header)[0]))))
        answers.flush()


def work(answer: Callable[[bytes], bytes]) -> None:
    """What the module does when it is run: answer the main process within the limit of memory."""
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    answer_requests(answer, sys.stdin.buffer, sys.stdout.buffer)
