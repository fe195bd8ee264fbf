"""Readers on a real Kafka share the feeds, keep what they know of them, and skip nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from streams.engines.follower import Follower
from streams.engines.kafka import MAX_RECORD_BYTES, feed_partition
from streams.engines.sharing import SharedFeeds
from streams.errors import ServiceError
from streams.feeds.opml import feed_from_url
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState, RawItem, Topic, Unusual
from streams.settings import load
from tests.factories import HERALD, NOON, raw_item
from tests.services.cluster import Cluster, until

FEEDS = [feed_from_url(f"https://host{number}.example/feed") for number in range(20)]


def subscribe(cluster: Cluster, feeds: list[Feed]) -> None:
    with Follower(cluster.settings, [Topic.FEEDS]) as topics:
        partitions = topics.partitions(Topic.FEEDS)
        for feed in feeds:
            topics.send(Topic.FEEDS, feed.id, feed, feed_partition(feed, partitions))


@asynccontextmanager
async def reader(cluster: Cluster) -> AsyncIterator[SharedFeeds]:
    stop = asyncio.Event()
    async with SharedFeeds(cluster.settings) as shared:
        following = asyncio.create_task(shared.follow(stop))
        try:
            yield shared
        finally:
            stop.set()
            await following


async def _true(found: object) -> bool:
    return bool(found)


def ids(shared: SharedFeeds) -> set[str]:
    return {feed.id for feed in shared.feeds()}


async def test_feeds_are_shared_and_move_with_what_is_known_of_them(cluster: Cluster) -> None:
    await asyncio.to_thread(subscribe, cluster, FEEDS)
    every = {feed.id for feed in FEEDS}
    for topic in (Topic.FEEDS, Topic.FEED_STATE):
        await cluster.send_bytes(topic, [("junk", b"\xff", 0), (FEEDS[0].id + "?", b"{}", 1)])
    async with reader(cluster) as first:
        await until(lambda: _true(ids(first) == every), 30, "the first reader has all feeds")
        for feed in FEEDS:
            await first.save([Polled(state=FeedState(feed_id=feed.id, etag=feed.url), items=[])])
        unusual = Unusual(
            feed_id=FEEDS[0].id, source=HERALD, what="silent", since=NOON, at=NOON, why="nothing new for long"
        )
        polled = FeedState(feed_id=FEEDS[0].id, etag=FEEDS[0].url)
        await first.save([Polled(state=polled, items=[], unusual=[unusual])])
        assert await cluster.records(Topic.HITS) == [unusual] * cluster.settings.partitions
        async with reader(cluster) as second:
            await until(
                lambda: _true(bool(ids(second)) and ids(first) | ids(second) == every), 30, "both have feeds"
            )
            assert not ids(first) & ids(second)
            for feed in second.feeds():
                state = second.state(feed.id)
                assert state is not None
                assert state.etag == feed.url
            moved = next(iter(ids(second)))
            await first.save([Polled(state=FeedState(feed_id=moved, etag="too late"), items=[raw_item()])])
        await until(lambda: _true(ids(first) == every), 30, "the feeds came back")
        state = first.state(moved)
        assert state is not None
        assert state.etag != "too late"
    assert await cluster.records(Topic.RAW_ITEMS) == []


def test_feeds_of_one_host_have_one_reader() -> None:
    feeds = [feed_from_url(f"https://one.example/feed{number}") for number in range(10)]
    assert len({feed_partition(feed, 7) for feed in feeds}) == 1
    assert len({feed_partition(feed, 7) for feed in FEEDS}) > 1


async def test_items_are_sent_before_the_state_and_one_too_large_is_left_out(cluster: Cluster) -> None:
    await asyncio.to_thread(subscribe, cluster, FEEDS[:1])
    async with reader(cluster) as shared:
        await until(lambda: _true(bool(shared.feeds())), 30, "the feed is there")
        items = [raw_item(title="small"), raw_item(title="large", content="x" * MAX_RECORD_BYTES)]
        await shared.save([Polled(state=FeedState(feed_id=FEEDS[0].id, etag="new"), items=items)])
    sent = await cluster.records(Topic.RAW_ITEMS)
    assert [one.title for one in sent if isinstance(one, RawItem)] == ["small"]


async def test_a_reader_for_which_nothing_was_set_up_says_so(
    kafka_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.engines.kafka.KNOWN_S", 0.3)
    with pytest.raises(ServiceError, match="Kafka knows no topic nowhere-feeds: run `streams setup`"):
        async with SharedFeeds(load(kafka=[kafka_address], topic_prefix="nowhere-")):
            pass
