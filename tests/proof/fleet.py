"""Two workers of every stage as processes, kept up as an orchestrator would, and what can befall them."""

from __future__ import annotations

import asyncio
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from streams.engines.stages import CLUSTER_INPUTS

TEND_S = 0.5
STOP_S = 60
ENDED_WELL = {0, -signal.SIGTERM}
"""The latter while it was still starting."""


class Worker:
    """A place for a worker of a stage, with a data folder that outlives each process."""

    def __init__(self, stage: str, folder: Path, environment: dict[str, str]) -> None:
        self.stage, self.folder, self._environment = stage, folder, environment
        self.leaving = False
        self.start()

    def start(self) -> None:
        """Start a process. Its log passes through a pipe, so that a limit on its files leaves that alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "streams", "worker", "--stage", self.stage, "--data", str(self.folder)]
        reading, writing = os.pipe()
        environment = os.environ | self._environment
        self.process = subprocess.Popen(command, env=environment, stdout=writing, stderr=writing)
        with (self.folder / "log.txt").open("ab") as log:
            self._copier = subprocess.Popen(["cat"], stdin=reading, stdout=log)
        os.close(reading)
        os.close(writing)

    def signal(self, number: signal.Signals) -> None:
        """Kill it, or ask it to stop."""
        self.process.send_signal(number)

    def fill_disk(self) -> None:
        """From now on no file of its process can grow."""
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (0, 0))

    def lose_disk(self) -> None:
        """Kill it, and let all be gone that it kept on its disk, before it is started again."""
        self.leaving = True
        self.signal(signal.SIGKILL)
        self.wait()
        shutil.rmtree(self.folder / "workers", ignore_errors=True)
        self.leaving = False

    def ended(self) -> int | None:
        """The exit status of a process that has ended."""
        return self.process.poll()

    def wait(self) -> int:
        """Wait until it has ended, and its log is written."""
        status = self.process.wait(STOP_S)
        self._copier.wait()
        return status


class Fleet:
    """The workers of all stages. Whoever ends is started again; `ends` counts them by stage and exit status."""

    def __init__(self, options: Mapping[str, str], folder: Path) -> None:
        self._environment = {f"STREAMS_{name.upper()}": value for name, value in options.items()}
        self._folder = folder
        self.workers: list[Worker] = []
        self.ends: Counter[tuple[str, int]] = Counter()

    def join(self, stage: str) -> Worker:
        """One worker more."""
        number = sum(worker.stage == stage for worker in self.workers)
        worker = Worker(stage, self._folder / f"{stage}-{number}", self._environment)
        self.workers.append(worker)
        return worker

    def of(self, stage: str) -> Sequence[Worker]:
        """The workers of one stage."""
        return [worker for worker in self.workers if worker.stage == stage]

    async def tend(self) -> None:
        """Start whoever has ended, for ever."""
        while True:
            await asyncio.sleep(TEND_S)
            for worker in self.workers:
                if worker.ended() is not None and not worker.leaving:
                    self.ends[worker.stage, worker.wait()] += 1
                    worker.start()

    async def stop(self) -> dict[str, int]:
        """Ask all to end; their exit statuses, by the name of their folder."""
        for worker in self.workers:
            worker.leaving = True
            if worker.ended() is None:
                worker.signal(signal.SIGTERM)
        return {worker.folder.name: await asyncio.to_thread(worker.wait) for worker in self.workers}


@asynccontextmanager
async def fleet(options: Mapping[str, str], folder: Path, each: int = 2) -> AsyncIterator[Fleet]:
    """So many workers of each stage while the body runs; all end well afterwards."""
    running = Fleet(options, folder)
    for stage in CLUSTER_INPUTS:
        for _ in range(each):
            running.join(stage)
    tending = asyncio.create_task(running.tend())
    try:
        yield running
    finally:
        tending.cancel()
        statuses = await running.stop()
    assert set(statuses.values()) <= ENDED_WELL, statuses
