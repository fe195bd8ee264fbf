"""What processes use over time: memory and open files, sampled while something runs."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from itertools import pairwise
from pathlib import Path
from statistics import linear_regression, median
from typing import NamedTuple

from deploy.processes import resident_mb
from tests.proof.fleet import Fleet

EVERY_S = 2.0
STARTS_S, STARTS = 60.0, 1 / 3
"""How long a process still takes up what it needs: seconds, and at least this part of its life."""
FEWEST = 8


class Sample(NamedTuple):
    """One look at a process: seconds since the first, resident memory, open files."""

    at_s: float
    mb: float
    files: int


class Use(NamedTuple):
    """What a process used once it had settled: its highest memory; memory and open files in the first and the
    second half, and their slopes. `steady_mb_an_hour` is the median of the slopes in each quarter: a step, as a
    burst leaves behind, is in one of them, a leak in all.
    """

    watched_s: float
    most_mb: float
    mb: tuple[float, float]
    mb_an_hour: float
    steady_mb_an_hour: float
    files: tuple[float, float]
    files_an_hour: float


Samples = dict[tuple[str, int], list[Sample]]
"""By the name of the worker's folder and the process id."""


def held_mb(found: Mapping[tuple[str, int], Use], process: tuple[str, int]) -> float:
    """What a process held in the first half, or another of its stage at most: once that is killed, one that only
    stood by comes to hold as much.
    """
    stage, _ = process[0].split("-")
    others = (use.most_mb for one, use in found.items() if one != process and one[0].startswith(f"{stage}-"))
    return max([found[process].mb[0], *others])


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
    settled = {of: _settled(some) for of, some in samples.items()}
    return {of: _use(some) for of, some in settled.items() if len(some) >= FEWEST}


def _settled(some: Sequence[Sample]) -> list[Sample]:
    begin = some[0].at_s + max(STARTS_S, STARTS * (some[-1].at_s - some[0].at_s))
    return [one for one in some if one.at_s > begin]


def _use(settled: Sequence[Sample]) -> Use:
    times, mb, files = zip(*settled, strict=True)
    return Use(
        watched_s=times[-1] - times[0],
        most_mb=max(mb),
        mb=_halves(mb),
        mb_an_hour=_an_hour(times, mb),
        steady_mb_an_hour=median(map(_an_hour, _quarters(times), _quarters(mb))),
        files=_halves(files),
        files_an_hour=_an_hour(times, files),
    )


def _an_hour(times: Sequence[float], values: Sequence[float]) -> float:
    return linear_regression(times, values).slope * 3600


def _quarters(values: Sequence[float]) -> list[Sequence[float]]:
    bounds = [len(values) * quarter // 4 for quarter in range(5)]
    return [values[start:end] for start, end in pairwise(bounds)]


def _halves(values: Sequence[float]) -> tuple[float, float]:
    half = len(values) // 2
    return median(values[:half]), median(values[half:])


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
