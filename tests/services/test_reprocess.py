"""A cluster's articles run through the stages again on real services, while the cluster goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import datetime, timedelta

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.engines.kafka import connection, read_whole, topic_name
from streams.engines.remote import ClusterEngine
from streams.engines.topics import app_id, changelog
from streams.errors import UsageError
from streams.feeds.opml import feed_from_url
from streams.feeds.reader import Reader
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect, templates
from streams.records import Alert, Delivery, Document, Topic
from streams.reprocess.cluster import Outcome, give_up, reprocess
from streams.settings import Settings
from tests.factories import NOON, article, document, rule
from tests.reprocess.test_reprocess import Named
from tests.services.cluster import Cluster
from tests.services.two_papers import PUBLISHED, STAGES, held_in, reading
from tests.serving import Site, rss

FROM_TAG = [stage for stage in STAGES if stage not in ("identify", "notify")]


@pytest.fixture
def cluster(cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex) -> Cluster:
    return cluster.write_to(elastic_settings)


def subscribe(cluster: Cluster, site: Site) -> None:
    rules = [
        rule(id="bridge", query="bridge", channels=["log"]),
        rule(id="mayor", query="person:Mayor", channels=["log"]),
    ]
    with ClusterEngine(cluster.settings) as engine:
        engine.add_feeds([feed_from_url(site.url(paper)) for paper in site.pages])
        engine.apply_rules(rules)


async def again(cluster: Cluster, tag: Named, since: datetime | None = None) -> Outcome:
    return await reprocess(cluster.settings, tag, since, lambda _: lambda _: None)


async def deliveries(cluster: Cluster) -> list[Delivery]:
    return [one for one in await cluster.records(Topic.DELIVERIES) if isinstance(one, Delivery)]


def indices(cluster: Cluster) -> list[str]:
    prefix = cluster.settings.index_prefix
    with closing(connect(cluster.settings)) as client:
        assert not templates(client, f"{prefix}again")
        return sorted(client.indices.get(index=f"{prefix}*"))


async def poll(reader: Reader, site: Site, items: dict[str, str]) -> None:
    """The herald tells of something more."""
    told = [(f"https://herald.example/{name}", title, f"{title}, it was told.") for name, title in items.items()]
    site.pages["herald"] = rss("Herald", told, PUBLISHED)
    assert (await reader.poll_all()).items == len(items)


@pytest.mark.proof
async def test_a_cluster_goes_on_while_its_articles_are_run_again(cluster: Cluster, site: Site) -> None:
    await asyncio.to_thread(subscribe, cluster, site)
    async with reading(cluster, site) as reader, cluster.running("identify", "notify"):
        async with cluster.running(*FROM_TAG):
            assert (await reader.poll_all()).items == 6
            await cluster.drained(*STAGES)
            before = await asyncio.to_thread(held_in, cluster)
            with pytest.raises(KeyboardInterrupt):
                await again(cluster, Named("Mayor", fails_at=4))
            first = await again(cluster, Named("Mayor"))
            assert (first.articles, first.came, first.left_out, len(first.waits_for)) == (6, 0, 0, 5)
            assert await asyncio.to_thread(held_in, cluster) == before, "people see what they saw"
            await poll(reader, site, {"meanwhile": "Mayor closes the harbour bridge again"})
            await cluster.drained(*STAGES)
        await poll(reader, site, {"queued": "Mayor resigns over the harbour bridge"})
        await cluster.drained("identify")
        told = await deliveries(cluster)
        second = await again(cluster, Named("Mayor"))
        assert (second.articles, second.came, second.left_out, second.waits_for) == (6, 1, 0, [])
        after = await asyncio.to_thread(held_in, cluster)
        async with cluster.running(*FROM_TAG):
            await cluster.drained(*STAGES)
        at_last = await asyncio.to_thread(held_in, cluster)
    assert len(told) == 1, "the live article, and nothing of the first poll"
    assert await deliveries(cluster) == told
    documents = {one.id: one for one in after.values() if isinstance(one, Document)}
    assert len(documents) == 7
    for one in documents.values():
        assert [entity.name for entity in one.entities] == (["Mayor"] if "Mayor" in one.title else [])
        known = before.get(f"Document {one.id}", one)
        assert isinstance(known, Document)
        assert (one.created_at, one.fetched_at, one.backfill) == (
            known.created_at,
            known.fetched_at,
            known.backfill,
        )
    (alert,) = (one for one in after.values() if isinstance(one, Alert) and one.rule_id == "mayor")
    assert (alert.delivery, alert.article_count) == ("recorded", 3)
    (alert,) = (one for one in after.values() if isinstance(one, Alert) and one.rule_id == "bridge")
    assert (alert.delivery, alert.article_count) == ("delivered", 3)
    assert [key.split()[0] for key in at_last.keys() - after.keys()] == ["Document"], "what had been queued"
    assert sum("again-" in name for name in indices(cluster)) == 3, "documents, stories and alerts"


EARLIER, BEFORE, NEW = (
    document(id=name, url=None, title=title, created_at=at, fetched_at=at, published=at)
    for name, title, at in (
        ("earlier", "Mayor opens the old bridge", NOON - timedelta(days=30)),
        ("before", "Mayor closes the old bridge", NOON - timedelta(days=1)),
        ("new", "Mayor reopens the harbour bridge", NOON),
    )
)
SINCE = NOON - timedelta(hours=1)
MEANWHILE = article(id="meanwhile", url=None, title="Mayor speaks on the bridge", fetched_at=NOON, created_at=NOON)


@pytest.fixture
async def stored(cluster: Cluster, elastic_index: ElasticIndex) -> Cluster:
    """A cluster at rest with articles of two months, and a rule."""
    elastic_index.write([EARLIER, BEFORE, NEW])
    with ClusterEngine(cluster.settings) as engine:
        engine.apply_rules([rule(query="person:Mayor", channels=["log"])])
    consumer = AIOKafkaConsumer(group_id=app_id(cluster.settings, "decide"), **connection(cluster.settings))
    await commit(consumer, cluster, Topic.HITS)
    return cluster


async def commit(consumer: AIOKafkaConsumer, cluster: Cluster, topic: Topic) -> None:
    """Let a stage have done all that there is."""
    await consumer.start()
    name = topic_name(cluster.settings, topic)
    numbers = range(cluster.settings.partitions)
    ends = await consumer.end_offsets([TopicPartition(name, number) for number in numbers])
    consumer.assign(list(ends))
    await consumer.commit(ends)
    await consumer.stop()


async def tagged(cluster: Cluster) -> None:
    """An article has come, and TAG has passed it on."""
    await cluster.send(Topic.ARTICLES, [(MEANWHILE.id, MEANWHILE)])
    await commit(
        AIOKafkaConsumer(group_id=app_id(cluster.settings, "tag"), **connection(cluster.settings)),
        cluster,
        Topic.ARTICLES,
    )


def in_place(cluster: Cluster) -> dict[str, bool]:
    """Which articles there are, and whether the model of the re-run found something in them."""
    found = held_in(cluster).values()
    return {one.id: bool(one.entities) for one in found if isinstance(one, Document)}


async def test_only_stories_with_later_articles_are_run_again_and_what_came_meanwhile_is_with_them(
    stored: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"earlier": False, "before": False, "new": False}
    with monkeypatch.context() as killed:
        killed.setattr("streams.reprocess.cluster.take_over", stop)
        killed.setattr("streams.reprocess.cluster.refuse_under_way", tagged_first(stored))
        with pytest.raises(StopError):
            await again(stored, Named("Mayor"), SINCE)
    assert await asyncio.to_thread(in_place, stored) == before
    assert (await again(stored, Named("Mayor"), SINCE)).waits_for == []
    assert await asyncio.to_thread(in_place, stored) == before | {"new": True, "meanwhile": True}
    (alert,) = (one for one in held_in(stored).values() if isinstance(one, Alert))
    assert (alert.delivery, alert.article_count) == ("recorded", 2)
    assert await deliveries(stored) == []
    named = indices(stored)
    assert [name for name in named if name.endswith("documents-2026.01")] == [
        f"{stored.settings.index_prefix}documents-2026.01"
    ]
    assert sum(name.endswith("documents-2026.03") for name in named) == 1
    of_relate = [TopicPartition(changelog(stored.settings, "relate"), 0)]
    known = {key async for _, key, _ in read_whole(stored.settings, of_relate)}
    assert known >= {"new", "meanwhile"}


async def test_what_cannot_be_done_is_said(stored: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.reprocess.cluster.take_over", stop)
    with pytest.raises(StopError):
        await again(stored, Named("Mayor"), SINCE)
    with pytest.raises(UsageError, match="a re-run with --since 2026-03-02 is not finished: finish that one, or"):
        await again(stored, Named("Mayor"))
    await tagged(stored)
    with pytest.raises(UsageError, match="workers were at work before the re-run was in place: end it with"):
        await again(stored, Named("Mayor"), SINCE)
    assert await asyncio.to_thread(give_up, stored.settings)
    assert not any("again-" in name for name in indices(stored))
    assert not await asyncio.to_thread(give_up, stored.settings)
    await stored.send(Topic.TAGGED, [("world", MEANWHILE)])
    monkeypatch.setattr("streams.reprocess.cluster.STALLED_S", 0.0)
    with pytest.raises(UsageError, match="records wait before relate and nothing moves: start its workers first"):
        await again(stored, Named("Mayor"))


class StopError(Exception):
    pass


async def stop(*_: object) -> None:
    raise StopError


def tagged_first(cluster: Cluster) -> Callable[[Settings], Awaitable[None]]:
    async def refuse(_: Settings) -> None:
        await tagged(cluster)

    return refuse
