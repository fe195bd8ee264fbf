"""A cluster moved to another number of partitions, on a real Kafka, goes on as if it had not moved."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator

import pytest
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions

from streams import codec
from streams.alerts.edits import mute
from streams.engines.cluster.deliveries import Remembered
from streams.engines.cluster.sending import Led, Sender
from streams.engines.kafka import connection, key_partition, read_whole, topic_name
from streams.engines.lag import Lags
from streams.engines.remote import ClusterEngine
from streams.engines.topics import changelog, set_up
from streams.engines.work import encoded
from streams.errors import UsageError
from streams.feeds.opml import feed_from_url
from streams.index.elastic import ElasticIndex
from streams.migrate.former import FormerCluster
from streams.migrate.migration import Moved, migrate
from streams.records import Alert, Document, RawItem, SavedSearch, Source, Story, Tick, Topic
from streams.settings import Settings, load
from streams.stage import Output
from tests.alerts.fakes import delivery
from tests.factories import HERALD, NOON, document, raw_item, rule
from tests.services.cluster import Cluster, delete_topics, until
from tests.services.two_papers import STAGES, goes_on, held_in, reading
from tests.serving import Site

OLD, NEW = 3, 5
SEARCH = SavedSearch(id="s", name="Bridges", query="bridge", saved_at=NOON)


@pytest.fixture
def former(cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex) -> Cluster:
    """The cluster that is moved."""
    cluster.write_to(elastic_settings)
    assert cluster.settings.partitions == OLD
    return cluster


@pytest.fixture
async def goal(former: Cluster) -> AsyncIterator[Cluster]:
    """The one it is moved to, with the same index."""
    own = {"topic_prefix": f"test-{uuid.uuid4().hex[:12]}-", "partitions": NEW}
    settings = former.settings.model_copy(update=own)
    try:
        await set_up(settings)
        yield Cluster(settings, former.folder)
    finally:
        await delete_topics(settings)


async def move(former: Cluster, goal: Cluster) -> Moved:
    async with FormerCluster(former.settings) as source:
        return await migrate(source, goal.settings, merge=False)


def subscribe(cluster: Cluster, site: Site) -> None:
    """What people have decided before."""
    with ClusterEngine(cluster.settings) as engine:
        engine.add_feeds([feed_from_url(site.url(paper)) for paper in site.pages])
        engine.apply_rules([rule(query="bridge", channels=["log"])])
        engine.edit([mute(NOON, source="gossip.example")])
        engine.keep_search(SEARCH)


@pytest.mark.proof
async def test_a_cluster_goes_on_in_other_partitions(former: Cluster, goal: Cluster, site: Site) -> None:
    await asyncio.to_thread(subscribe, former, site)
    async with former.running(*STAGES), reading(former, site) as reader:
        assert (await reader.poll_all()).items == 6
        await former.drained(*STAGES)
    before = await asyncio.to_thread(held_in, former)
    assert {type(one) for one in before.values()} == {Document, Story, Alert}

    moved = await move(former, goal)
    assert (moved.feeds, moved.rules, moved.mutes, moved.searches, moved.documents) == (2, 1, 1, 1, 0)
    await goes_on(goal, site, before)
    assert len(await goal.records(Topic.ARTICLES)) == 3, "the revisions, and nothing that was known"


async def test_a_prefix_that_no_cluster_has_is_refused(kafka_address: str) -> None:
    with pytest.raises(UsageError, match="no cluster under the topic prefix 'nowhere-'"):
        async with FormerCluster(load(kafka=[kafka_address], topic_prefix="nowhere-")):
            pass


async def put(cluster: Cluster, stage: str, place: int, values: dict[str, bytes]) -> None:
    """Let a stage remember something in one partition."""
    sender = Sender(cluster.settings)
    writes = [(key.encode(), value) for key, value in values.items()]
    await sender.send_to(changelog(cluster.settings, stage), place, writes)
    await sender.close()


async def remembered(cluster: Cluster, stage: str) -> set[tuple[int, str, bytes | None]]:
    """All that a stage remembers, by partition."""
    numbers = range(1 if stage == "relate" else cluster.settings.partitions)
    parts = [TopicPartition(changelog(cluster.settings, stage), number) for number in numbers]
    return {found async for found in read_whole(cluster.settings, parts)}


async def test_state_is_written_where_its_records_come_in(
    former: Cluster, goal: Cluster, elastic_index: ElasticIndex
) -> None:
    elastic_index.write([document(id="one", source=HERALD)])
    elastic_index.refresh()
    await put(former, "identify", 0, {"one": b"older"})
    await put(former, "identify", 1, {"one": b"newer", "unknown": b"u"})
    await put(former, "relate", 0, {"one": b"r"})
    await put(former, "decide", 2, {"floods.story": b"a"})
    moved = await move(former, goal)
    assert (moved.identities, moved.related, moved.alerts, moved.documents) == (2, 1, 1, 0)
    assert await move(former, goal) == moved, "a second run changes nothing"
    everywhere = {(place, "unknown", b"u") for place in range(NEW)}
    in_its_own = (key_partition(HERALD.domain, NEW), "one", b"newer")
    assert await remembered(goal, "identify") == {in_its_own, *everywhere}
    assert await remembered(goal, "relate") == {(0, "one", b"r")}
    assert await remembered(goal, "decide") == {(key_partition("floods", NEW), "floods.story", b"a")}


async def test_what_waits_for_people_goes_along_and_what_waits_for_a_stage_is_refused(former: Cluster) -> None:
    waits = delivery()
    both = {"waits": Remembered(at=NOON, delivery=waits), "made": Remembered(at=NOON)}
    await put(former, "notify", 0, {key: codec.pack(value) for key, value in both.items()})
    async with FormerCluster(former.settings) as source:
        assert source.pending() == [waits]
    await former.send(Topic.RAW_ITEMS, [("herald.example", raw_item())])
    with pytest.raises(UsageError, match=r"under way \(1 before identify\): stop the readers, and let"):
        async with FormerCluster(former.settings):
            pass


async def test_what_waits_where_partitions_were_changed_by_hand_goes_along(former: Cluster, goal: Cluster) -> None:
    """No worker of the stage starts there any more."""
    items = [
        raw_item(title=f"Item {number}", source=Source(name="P", domain=f"p{number}.example"))
        for number in range(8)
    ]
    settings, tick = former.settings, Tick(at=NOON)
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    await admin.create_partitions({topic_name(settings, Topic.RAW_ITEMS): NewPartitions(OLD + 1)})
    await admin.close()

    async def parted() -> bool:
        async with Lags(settings) as lags:
            return len(await lags.of("identify")) == OLD + 1

    await until(parted, 10, "the new partition is known")
    sender = Sender(settings)
    made = [Output(Topic.RAW_ITEMS, one.source.domain, one) for one in [*items, items[0]]]
    await sender.send([Led(0, 1, [encoded(one) for one in [*made, Output(Topic.RAW_ITEMS, "", tick)]])])
    await sender.close()

    moved = await move(former, goal)
    assert moved.records == 10
    found = await goal.records(Topic.RAW_ITEMS)
    assert sorted(one.title for one in found if isinstance(one, RawItem)) == sorted(
        one.title for one in [*items, items[0]]
    )
    assert found.count(tick) == NEW
    parts = [TopicPartition(topic_name(goal.settings, Topic.RAW_ITEMS), number) for number in range(NEW)]
    async for place, key, _ in read_whole(goal.settings, parts):
        assert not key or place == key_partition(key, NEW)
    assert await move(former, goal) == moved, "one that was cut short can be run again"
