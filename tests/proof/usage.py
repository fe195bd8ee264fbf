"""What processes use over time: memory and open files, sampled while something runs."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

from deploy.processes import resident_mb
from tests.proof.fleet import Fleet

EVERY_S = 2.0
STARTS_S = 30.0
"""How long a process still takes up what it needs."""
FEWEST = 6


class Sample(NamedTuple):
    """One look at a process: seconds since the first, resident memory, open files."""

    at_s: float
    mb: float
    files: int


class Use(NamedTuple):
    """What a process used once it had settled: its highest memory, the slope of it, and files before and after."""

    lived_s: float
    most_mb: float
    mb_an_hour: float
    files: tuple[float, float]


Samples = dict[tuple[str, int], list[Sample]]
"""By the name of the worker's folder and the process id."""


@asynccontextmanager
async def sampled(workers: Fleet) -> AsyncIterator[Samples]:
    """Look at all workers every EVERY_S while the body runs."""
    samples: Samples = defaultdict(list)
    looking = asyncio.create_task(_look(workers, samples))
    try:
        yield samples
    finally:
        looking.cancel()
        with suppress(asyncio.CancelledError):
            await looking


def uses(samples: Samples) -> Mapping[tuple[str, int], Use]:
    """What each process used that lived long enough to tell."""
    settled = {of: [one for one in some if one.at_s > some[0].at_s + STARTS_S] for of, some in samples.items()}
    return {of: _use(some) for of, some in settled.items() if len(some) >= FEWEST}


def _use(settled: Sequence[Sample]) -> Use:
    slope = linear_regression([one.at_s for one in settled], [one.mb for one in settled]).slope
    half = len(settled) // 2
    files = median(one.files for one in settled[:half]), median(one.files for one in settled[half:])
    return Use(settled[-1].at_s - settled[0].at_s, max(one.mb for one in settled), slope * 3600, files)


async def _look(workers: Fleet, samples: Samples) -> None:
    begin = time.monotonic()
    while True:
        for worker in workers.workers:
            pid = worker.process.pid
            try:
                sample = Sample(time.monotonic() - begin, resident_mb(pid), _open_files(pid))
            except (OSError, ValueError):
                continue  # it has just ended
            samples[worker.folder.name, pid].append(sample)
        await asyncio.sleep(EVERY_S)


def _open_files(pid: int) -> int:
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
