"""Twenty times the load that a cluster can take, for half a minute: it falls behind, and comes back in order.

`STREAMS_OVERLOAD_RATE` says what this machine can take, in items a second.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from subprocess import Popen
from typing import Any

import aiohttp
import pytest

from streams.records import Document, Topic
from tests.factories import NOON
from tests.ports import free_port
from tests.proof.conftest import Site
from tests.proof.fleet import fleet
from tests.proof.outcome import ALERTING, nothing_is_lost_or_doubled, trickle, worked_off
from tests.proof.test_outages import UP_S, all_at_work, memory
from tests.services.cluster import until
from tests.services.news import news

pytestmark = pytest.mark.proof

CAN_TAKE = float(os.environ.get("STREAMS_OVERLOAD_RATE", "10"))
TIMES, FOR_S, PORTION = 20, 30, 50
GROWTH = 1.5
LOOK_S, ANSWER_S = 3.0, 30.0
FURTHEST = 0.1
"""How far an article may come before or after its place, as a part of all."""


async def test_a_flood_is_worked_off_in_order_while_the_page_answers(site: Site) -> None:
    port = free_port()
    await site.cluster.apply(ALERTING)
    calm, flood = news(200, NOON), news(int(CAN_TAKE * TIMES * FOR_S) + 200, NOON)
    async with fleet(site.options, site.cluster.folder / "fleet") as workers:
        page = served(site, port)
        try:
            await trickle(site, calm, PORTION, PORTION / CAN_TAKE)
            await until(lambda: all_at_work(site), UP_S, "all stages at work")
            await worked_off(site)
            before = memory(workers)
            answers: list[int] = []
            asking = asyncio.create_task(ask(port, answers))
            await trickle(site, flood[len(calm) :], PORTION, PORTION / (CAN_TAKE * TIMES))
            await worked_off(site)
            asking.cancel()
            after = memory(workers)
        finally:
            page.terminate()
            assert await asyncio.to_thread(page.wait, 60) == 0
    assert not workers.ends
    print(f"page: {len(answers)} answers; MB before: {before}; after: {after}")  # noqa: T201
    assert set(answers) == {200}
    assert {name: mb for name, mb in after.items() if mb > GROWTH * before[name] + 50} == {}
    await nothing_is_lost_or_doubled(site)
    furthest, count = displaced(await site.cluster.records(Topic.DOCUMENTS))
    print(f"furthest from its place: {furthest} of {count}")  # noqa: T201
    assert furthest <= FURTHEST * count


def served(site: Site, port: int) -> Popen[bytes]:
    """The page over the cluster, as a process."""
    options = {f"STREAMS_{name.upper()}": value for name, value in (site.options | {"port": str(port)}).items()}
    with (site.cluster.folder / "web.log").open("wb") as log:
        return Popen([sys.executable, "-m", "streams", "web"], env=os.environ | options, stdout=log, stderr=log)


async def ask(port: int, answers: list[int]) -> None:
    """Note what the page answers, on and on."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(ANSWER_S)) as session:
        while True:
            async with session.get(f"http://127.0.0.1:{port}/stories") as response:
                answers.append(response.status)
            await asyncio.sleep(LOOK_S)


def displaced(records: Sequence[Any]) -> tuple[int, int]:
    """How far the article furthest from its place in the order of arrival is from it, and how many there are."""
    first: dict[str, Document] = {}
    for record in records:
        if isinstance(record, Document):
            first.setdefault(record.id, record)
    emitted = list(first.values())
    place = {one.id: number for number, one in enumerate(sorted(emitted, key=lambda one: one.created_at))}
    return max(abs(place[one.id] - number) for number, one in enumerate(emitted)), len(emitted)
