"""How long after it was fetched an article is found by a query."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from benchmarks.deployment import Deployment, deployed
from benchmarks.news import A_SECOND, News
from benchmarks.stages import FLOW
from streams.clock import now
from streams.records import RawItem, Topic
from streams.settings import Settings

WARM_UP = 20
"""Items before those that count, while models are loaded and indices made."""
ASKED_EVERY_S = 0.25
LONGEST_S = 120.0


class Latency(NamedTuple):
    """Seconds from fetched to found: the middle, all but one in twenty, the longest."""

    median: float
    p95: float
    longest: float


async def fetch_to_searchable(settings: Settings, seconds: float) -> Latency:
    """Let items come in at an even pace and ask all the time which are found."""
    async with deployed(settings, "latency") as deployment:
        with deployment.workers(*FLOW, "index"):
            await _waits(deployment, list(islice(News(seed=1, start=now()), WARM_UP)))
            items = list(islice(News(seed=2, start=now()), int(seconds * A_SECOND)))
            waits = sorted(await _waits(deployment, items))
    return Latency(waits[len(waits) // 2], waits[len(waits) * 95 // 100], waits[-1])


async def _waits(deployment: Deployment, items: Sequence[RawItem]) -> list[float]:
    """Send items when their time has come; how long each took. Raises TimeoutError."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_send(deployment, items))
        finding = tasks.create_task(_find(deployment, {item.url or "": item.fetched_at for item in items}))
    return finding.result()


async def _find(deployment: Deployment, fetched: Mapping[str, datetime]) -> list[float]:
    """Ask for what is not found yet, as far as possible: what is asked of the node must not slow it down."""
    waits: list[float] = []
    missing = dict(fetched)
    async with asyncio.timeout(len(fetched) / A_SECOND + LONGEST_S):
        while missing:
            found = await deployment.findable(min(missing.values()))
            waits += [(now() - missing.pop(url)).total_seconds() for url in found & missing.keys()]
            await asyncio.sleep(ASKED_EVERY_S)
    return waits


async def _send(deployment: Deployment, items: Sequence[RawItem]) -> None:
    for item in items:
        await asyncio.sleep((item.fetched_at - now()).total_seconds())
        await deployment.send(Topic.RAW_ITEMS, [(item.source.domain, item)])
