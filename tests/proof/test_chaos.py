"""Nothing lost, nothing doubled: what a cluster makes of a run full of crashes is what a calm one makes of it.

The seed is printed; `STREAMS_PROOF_SEED` repeats a run.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from datetime import timedelta
from functools import partial

import pytest
from aiokafka.errors import KafkaError

from streams.clock import now
from streams.engines.stages import CLUSTER_INPUTS
from streams.index.elastic import ElasticIndex
from streams.index.search import DocumentQuery
from streams.records import AnyRecord, Delivery, Document, Record, Topic
from tests.factories import NOON, rule
from tests.proof.conftest import Site
from tests.proof.fleet import Fleet, fleet
from tests.quality.scores import bcubed
from tests.services.expected import Results, articles_of, decided, identified, results, untagged
from tests.services.news import RULES, Sent, news

pytestmark = pytest.mark.proof

ITEMS = int(os.environ.get("STREAMS_PROOF_ITEMS", "20000"))
SEED = int(os.environ.get("STREAMS_PROOF_SEED", now().strftime("%Y%m%d")))
BEGIN, COME_BACK = NOON, timedelta(days=9)
"""The second half tells the same stories once more, when they are closed."""
PORTION, PORTION_S = 30, 0.5
DRAIN_S = 900
STAGES = tuple(CLUSTER_INPUTS)
ALERTING = [rule(id=one.id, name=one.name, query=one.query, channels=["told"]) for one in RULES]
Event = Callable[[], Awaitable[None]]


async def test_chaos(site: Site) -> None:
    chance = random.Random(SEED)
    parts = [news(ITEMS // 2, begin) for begin in (BEGIN, BEGIN + COME_BACK)]
    await site.cluster.send(Topic.RULES, [(one.id, one) for one in ALERTING])
    async with fleet(site.options, site.cluster.folder / "fleet") as workers:
        befalling = asyncio.create_task(befall(plan(site, workers, chance), chance))
        for part in parts:
            await trickle(site, part)
            await site.cluster.drained(*STAGES, within_s=DRAIN_S)
        await befalling
        await site.cluster.drained(*STAGES, within_s=DRAIN_S)
    print(f"workers ended by themselves or were killed: {dict(workers.ends)}")  # noqa: T201
    tagged = await site.cluster.records(Topic.TAGGED)
    assert await site.cluster.records(Topic.DEAD_LETTERS) == []
    await articles_are_what_identify_makes_of_the_log(site, tagged)
    emitted = await what_was_emitted(site)
    assert emitted == decided(site.cluster.settings, ALERTING, tagged)
    everything_is_in_elasticsearch_once(site, emitted)
    await everybody_was_told(site)
    stories_are_those_of_a_calm_run(site, [record for part in parts for _, record in part], emitted)


async def befall(events: Sequence[tuple[str, Event]], chance: random.Random) -> None:
    for name, event in events:
        await asyncio.sleep(chance.uniform(8, 20))
        print(f"seed {SEED}: {name}", flush=True)  # noqa: T201 - shown when the test fails
        await event()


def plan(site: Site, workers: Fleet, chance: random.Random) -> list[tuple[str, Event]]:
    """What befalls the cluster, in random order: kills of all kinds, orderly ends, a full disk, a guest."""
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
    chance.shuffle(events)
    return events


async def struck(workers: Fleet, stage: str, number: signal.Signals, chance: random.Random) -> None:
    chance.choice(workers.of(stage)).signal(number)


async def outage(service: object) -> None:
    await asyncio.to_thread(service.kill)  # type: ignore[attr-defined]
    await asyncio.sleep(5)
    await asyncio.to_thread(service.start)  # type: ignore[attr-defined]


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


async def trickle(site: Site, sent: Sequence[Sent]) -> None:
    """Send on and on; what Kafka did not confirm is sent again."""
    waiting = [sent[first : first + PORTION] for first in range(0, len(sent), PORTION)]
    while waiting:
        try:
            await site.cluster.send(Topic.RAW_ITEMS, waiting[0])
            waiting.pop(0)
        except KafkaError:
            await asyncio.sleep(PORTION_S)
        await asyncio.sleep(PORTION_S)


async def articles_are_what_identify_makes_of_the_log(site: Site, tagged: Sequence[AnyRecord]) -> None:
    raw, articles = await site.cluster.log(Topic.RAW_ITEMS), await site.cluster.records(Topic.ARTICLES)
    assert identified(articles) == identified(articles_of(site.cluster.settings, raw))
    assert identified(tagged) == identified(articles)


async def what_was_emitted(site: Site) -> Results:
    return results([*await site.cluster.records(Topic.DOCUMENTS), *await site.cluster.records(Topic.ALERTS)])


def everything_is_in_elasticsearch_once(site: Site, emitted: Results) -> None:
    with closing(ElasticIndex.from_settings(site.cluster.settings)) as index:
        index.refresh()
        found = Counter((one.id, one.version) for one in index.scan(DocumentQuery()))
        expected = {(one.id, one.version) for one in emitted.values() if isinstance(one, Document)}
        assert found == dict.fromkeys(expected, 1)
        for kind, record_id in emitted:
            if kind != "Document":
                stored = index.story(record_id) if kind == "Story" else index.alert(record_id)
                assert stored is not None
                assert stored.version == emitted[kind, record_id].version


async def everybody_was_told(site: Site) -> None:
    """Each delivery at least once; one that was made again carries its key."""
    told = Counter(json.loads(line)["key"] for line in site.told.read_text().splitlines())
    deliveries = await site.cluster.records(Topic.DELIVERIES)
    assert set(told) == {one.key for one in deliveries if isinstance(one, Delivery)}
    print(f"{len(told)} deliveries, {told.total() - len(told)} made again")  # noqa: T201


def stories_are_those_of_a_calm_run(site: Site, sent: Sequence[Record], emitted: Results) -> None:
    """In another order of arrival: the same articles, and stories that are nearly the same."""
    settings = site.cluster.settings
    tagged = untagged(articles_of(settings, [(0, record) for record in sent]))
    calm = {one.id: one for one in decided(settings, [], tagged).values() if isinstance(one, Document)}
    shaken = {one.id: one for one in emitted.values() if isinstance(one, Document)}
    assert {(one.id, one.revision) for one in shaken.values()} == {(one.id, one.revision) for one in calm.values()}
    of_calm, of_shaken = ([some[one].story_id for one in sorted(calm)] for some in (calm, shaken))
    score = bcubed(of_calm, of_shaken)
    print(f"stories beside a calm run: B-cubed {score}")  # noqa: T201
    assert min(score) >= 0.98
