"""Nothing lost, nothing doubled: what a cluster makes of a run full of crashes is what a calm one makes of it.

The seed is printed; `STREAMS_PROOF_SEED` repeats a run.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial

import pytest
from aiokafka.errors import KafkaError

from deploy.services.process import Service
from streams.clock import now
from streams.engines.stages import TABLES
from streams.records import Topic
from streams.stage import STORY_GROUP
from tests.factories import NOON
from tests.proof.conftest import Site
from tests.proof.fleet import Fleet, fleet
from tests.proof.outcome import (
    ALERTING,
    STAGES,
    nothing_is_lost_or_doubled,
    stories_are_those_of_a_calm_run,
    trickle,
    worked_off,
)
from tests.services import named, paper
from tests.services.news import APART, Sent, news, one_event, two_sides

pytestmark = pytest.mark.proof

ITEMS = int(os.environ.get("STREAMS_PROOF_ITEMS", "20000"))
SEED = int(os.environ.get("STREAMS_PROOF_SEED", now().strftime("%Y%m%d")))
BEGIN, COME_BACK = NOON, timedelta(days=9)
"""The second half tells the same stories once more, when they are closed."""
PORTION, PORTION_S, IN_FULL = 30, 0.5, 50
Event = Callable[[], Awaitable[None]]


async def test_chaos(site: Site) -> None:
    chance = random.Random(SEED)
    await site.cluster.apply(ALERTING)
    async with (
        paper.site() as (host, asked),
        fleet(site.options | {"allow_hosts": host}, site.cluster.folder / "fleet") as workers,
    ):
        parts = [part for begin in (BEGIN, BEGIN + COME_BACK) for part in with_a_merge(begin, ITEMS // 2, host)]
        befalling = asyncio.create_task(befall(plan(site, workers, chance), chance))
        deciding = asyncio.create_task(decide(site, random.Random(SEED)))
        for part in parts:
            await trickle(site, part, PORTION, PORTION_S)
            await worked_off(site)
        await befalling
        await deciding
        await worked_off(site)
    print(f"workers that ended, by stage and exit status: {dict(workers.ends)}")  # noqa: T201
    print(f"{len(asked)} pages, asked for {asked.total()} times")  # noqa: T201
    assert paper.read_in_full(await site.cluster.records(Topic.TAGGED)) == len(asked) == 2 * (ITEMS // IN_FULL)
    emitted = await nothing_is_lost_or_doubled(site)
    stories_are_those_of_a_calm_run(site, [record for part in parts for _, record in part], emitted)


def with_a_merge(begin: datetime, items: int, host: str) -> list[list[Sent]]:
    """News, some of it to be read in full, and two of its stories that turn out to be one in the end."""
    first = paper.mixed_in(two_sides(begin) + news(items, begin), host, ITEMS // IN_FULL, begin)
    return [first, *one_event(begin + items * APART)]


async def befall(events: Sequence[tuple[str, Event]], chance: random.Random) -> None:
    for name, event in events:
        await asyncio.sleep(chance.uniform(8, 20))
        print(f"seed {SEED}: {name}", flush=True)  # noqa: T201 - shown when the test fails
        await event()


async def decide(site: Site, chance: random.Random) -> None:
    """What people decide about names meanwhile; they try again until it is taken."""
    for one in named.DECISIONS:
        await asyncio.sleep(chance.uniform(20, 50))
        while True:
            with suppress(KafkaError):
                await site.cluster.send(Topic.TAGGED, [(STORY_GROUP, one)])
                break
            await asyncio.sleep(PORTION_S)


def plan(site: Site, workers: Fleet, chance: random.Random) -> list[tuple[str, Event]]:
    """What befalls the cluster, in random order: kills of all kinds, orderly ends, disks full or lost, a guest."""
    events: list[tuple[str, Event]] = [
        (f"kill -9 {stage}", partial(struck, workers, stage, signal.SIGKILL, chance)) for stage in STAGES
    ]
    events += [
        ("kill -9 relate again", partial(struck, workers, "relate", signal.SIGKILL, chance)),
        ("kill -9 Kafka", partial(outage, site.kafka)),
        ("kill -9 Elasticsearch", partial(outage, site.elasticsearch)),
        ("stop identify", partial(struck, workers, "identify", signal.SIGTERM, chance)),
        ("stop decide", partial(struck, workers, "decide", signal.SIGTERM, chance)),
        ("another identify joins", partial(guest, workers, "identify")),
        ("full disk for decide", partial(full_disk, workers, "decide")),
        ("full disk for relate", partial(full_disk, workers, "relate")),
    ]
    events += [(f"lost disks of {stage}", partial(lost_disks, workers, stage)) for stage in TABLES]
    chance.shuffle(events)
    return events


async def struck(workers: Fleet, stage: str, number: signal.Signals, chance: random.Random) -> None:
    chance.choice(workers.of(stage)).signal(number)


async def outage(service: Service) -> None:
    await asyncio.to_thread(service.kill)
    await asyncio.sleep(5)
    await asyncio.to_thread(service.start)


async def guest(workers: Fleet, stage: str) -> None:
    """A worker that joins and leaves again."""
    worker = workers.join(stage)
    await asyncio.sleep(15)
    worker.leaving = True
    worker.signal(signal.SIGTERM)


async def full_disk(workers: Fleet, stage: str) -> None:
    """Where the one at work has no room the other takes over, and it comes back when there is room again."""
    for worker in workers.of(stage):
        worker.fill_disk()


async def lost_disks(workers: Fleet, stage: str) -> None:
    """All workers of a stage are killed and their state is gone: what they remember is in the changelog alone."""
    await asyncio.gather(*(asyncio.to_thread(worker.lose_disk) for worker in workers.of(stage)))
