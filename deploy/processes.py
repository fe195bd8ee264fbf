"""The program's processes on this machine: each with a log of its own, started and ended together."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

STREAMS = (sys.executable, "-m", "streams")


class EndedError(Exception):
    """A process has ended that should not, or not so; the message has the end of its log."""


class Processes:
    """Commands of `streams` at work, by name, while the context lasts; their logs are in `folder`."""

    def __init__(
        self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._commands, self._environment, self._folder = commands, environment, folder
        self._running: dict[str, Process] = {}

    async def __aenter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, command in self._commands.items():
            with self._log(name).open("wb") as log:
                # In a session of its own, so that Ctrl-C reaches this process only and the others end in order.
                self._running[name] = await asyncio.create_subprocess_exec(
                    *STREAMS, *command, env=self._environment, stdout=log, stderr=log, start_new_session=True
                )
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._running.values():
            if process.returncode is None:
                process.terminate()
        await asyncio.gather(*(process.wait() for process in self._running.values()))

    async def one_ended(self) -> None:
        """Wait until any of them ends by itself. Raises EndedError."""
        waiting = [asyncio.create_task(self._ended(name)) for name in self._running]
        try:
            await asyncio.gather(*waiting)
        finally:
            for task in waiting:
                task.cancel()

    async def _ended(self, name: str) -> None:
        status = await self._running[name].wait()
        tail = self._log(name).read_text(errors="replace")[-1500:]
        raise EndedError(f"{name} has ended with status {status}; {self._log(name)} ends:\n{tail}")

    def _log(self, name: str) -> Path:
        return self._folder / f"{name}.log"


async def finished(command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Run a command of `streams` to its end. Raises EndedError unless that is a good one."""
    process = await asyncio.create_subprocess_exec(*STREAMS, *command, env=environment)
    status = await process.wait()
    if status:
        raise EndedError(f"streams {' '.join(command)} has ended with status {status}")


def resident_mb(pid: int | None) -> float:
    """The megabytes of memory that a process holds. Linux only: it is read from /proc."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    [line] = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return int(line.split()[1]) / 1024
