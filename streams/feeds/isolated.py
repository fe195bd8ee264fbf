"""Parsing in a process of its own, which can be stopped.

There are documents of a few megabytes that keep feedparser busy for hours, partly inside of one regular
expression that lets no other thread run; a thread cannot be stopped, a process can. It also keeps the memory
that parsing takes out of the process that has to run for months.

Request and answer are JSON, each after its length in four bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import resource
import struct
import sys
from asyncio.subprocess import PIPE, Process
from typing import BinaryIO

import msgspec

from streams import codec
from streams.errors import NotAFeedError
from streams.feeds.entries import ParsedFeed
from streams.feeds.parse import parse
from streams.records import Problem

TIMEOUT_S = 30.0
MAX_MEMORY_BYTES = 2 * 1024**3
_LENGTH = struct.Struct(">I")


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """The arguments of `parse`."""

    body: bytes
    url: str
    content_type: str | None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What `parse` returned, or the NotAFeedError that it raised."""

    feed: ParsedFeed | None = None
    fault: Problem | None = None


class IsolatedParser:
    """`parse` with limits of time and memory; one document at a time, since it is the processor that counts.

    The process is started when it is needed, and again when it was lost or closed.
    """

    def __init__(self, timeout_s: float = TIMEOUT_S) -> None:
        self._timeout_s = timeout_s
        self._turn = asyncio.Lock()
        self._process: Process | None = None

    async def parse(self, body: bytes, *, url: str, content_type: str | None) -> ParsedFeed:
        """As `streams.feeds.parse.parse`.

        Raises NotAFeedError, also `too-slow` after the time-out and `unreadable` when the process died of it.
        """
        request = codec.encode(Request(body=body, url=url, content_type=content_type))
        async with self._turn:
            answer = codec.decode_as(await self._ask(request), Answer)
        if answer.feed is None:
            fault = answer.fault or Problem(kind="unreadable", message="no answer")
            raise NotAFeedError(fault.kind, fault.message)
        return answer.feed

    async def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.communicate()

    async def _ask(self, request: bytes) -> bytes:
        """Once begun, a request is answered in full, or the process is of no use any more."""
        try:
            process = self._process = self._process or await _start()
            async with asyncio.timeout(self._timeout_s):
                return await _exchange(process, request)
        except TimeoutError as error:
            await self.close()
            raise NotAFeedError(
                "too-slow", f"reading the document took more than {self._timeout_s:g} s, it was given up"
            ) from error
        except (EOFError, ConnectionError) as error:
            await self.close()
            raise NotAFeedError("unreadable", "the process that reads documents died of this one") from error
        except BaseException:
            await self.close()
            raise


class ParserPool:
    """Several such processes, each of which is started when it is needed."""

    def __init__(self, processes: int, timeout_s: float = TIMEOUT_S) -> None:
        self._parsers = [IsolatedParser(timeout_s) for _ in range(processes)]
        self._free: asyncio.LifoQueue[IsolatedParser] = asyncio.LifoQueue()
        for parser in self._parsers:
            self._free.put_nowait(parser)

    async def parse(self, body: bytes, *, url: str, content_type: str | None) -> ParsedFeed:
        """As `IsolatedParser.parse`, by the first that is free."""
        parser = await self._free.get()
        try:
            return await parser.parse(body, url=url, content_type=content_type)
        finally:
            self._free.put_nowait(parser)

    async def close(self) -> None:
        """End all processes, whatever they are doing."""
        await asyncio.gather(*(parser.close() for parser in self._parsers))


async def _start() -> Process:
    # A session of its own: Ctrl-C is for the main process, which stops this one when it is done.
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, stdin=PIPE, stdout=PIPE, start_new_session=True
    )


async def _exchange(process: Process, request: bytes) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise EOFError
    process.stdin.write(_LENGTH.pack(len(request)) + request)
    await process.stdin.drain()
    (length,) = _LENGTH.unpack(await process.stdout.readexactly(_LENGTH.size))
    return await process.stdout.readexactly(length)


def answer_requests(requests: BinaryIO, answers: BinaryIO) -> None:
    """The process's side: answer until there are no more requests, as when the main process has died."""
    while header := requests.read(_LENGTH.size):
        request = codec.decode_as(requests.read(_LENGTH.unpack(header)[0]), Request)
        answer = codec.encode(_answer(request))
        answers.write(_LENGTH.pack(len(answer)) + answer)
        answers.flush()


def _answer(request: Request) -> Answer:
    try:
        return Answer(feed=parse(request.body, url=request.url, content_type=request.content_type))
    except NotAFeedError as error:
        return Answer(fault=Problem(kind=error.kind, message=str(error)))


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    answer_requests(sys.stdin.buffer, sys.stdout.buffer)
