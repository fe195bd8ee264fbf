"""How much memory each process of a deployment comes to need, its processes of models included."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from benchmarks.deployment import Worker, deployed, reached
from benchmarks.rate import with_children
from benchmarks.recovery import MADE, decisions_of, inputs
from benchmarks.stages import FLOW, LONGEST_S, RULES
from deploy.processes import resident_mb
from streams.engines.stages import remembering
from streams.engines.work import OpenTable
from streams.records import Topic
from streams.settings import Settings
from streams.stage import Output

EVERY_S = 1.0


async def most_memory(settings: Settings, items: Sequence[Output]) -> Mapping[str, float]:
    """The most megabytes that a worker of each stage holds while items pass through all of them."""
    stages = (*FLOW, "index")
    async with deployed(settings, "memory") as deployment:
        await deployment.send(Topic.RULES, ((rule.id, rule) for rule in RULES))
        await deployment.send(Topic.RAW_ITEMS, ((output.key, output.record) for output in items))
        with deployment.workers(*stages) as workers:
            most = await _watched(workers, lambda: reached(deployment.documents_indexed, len(items), LONGEST_S))
    return dict(zip(stages, most, strict=True))


def remembering_mb(settings: Settings, stage: str, decisions: int) -> float:
    """The megabytes more that this process holds when it has made a stage of so many decisions."""
    table = dict(decisions_of(settings, stage, inputs(settings, stage, MADE), decisions))
    before = resident_mb(os.getpid())
    made = remembering(settings, notify=False)[stage](OpenTable(lambda _: table))
    after = resident_mb(os.getpid())
    del made
    return after - before


async def _watched(workers: Sequence[Worker], work: Callable[[], Awaitable[int]]) -> list[float]:
    """The highest of what each holds while the work goes on."""
    most = [0.0] * len(workers)
    working = asyncio.ensure_future(work())
    while not working.done():
        most = [max(before, _held_mb(worker)) for before, worker in zip(most, workers, strict=True)]
        await asyncio.wait([working], timeout=EVERY_S)
    working.result()
    return most


def _held_mb(worker: Worker) -> float:
    """What it and its children hold; what these share is counted for each."""
    held = 0.0
    for pid in with_children([worker.pid]):
        with suppress(OSError, ValueError):  # it has just ended
            held += resident_mb(pid)
    return held
