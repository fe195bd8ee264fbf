"""How readers share the feeds: each owns partitions of the topic `feeds`, and all feeds of a host are in one.

Kafka's consumer group gives the partitions out; when a reader stops or dies, its feeds move to the others. What is
remembered of a feed lies in the same partition of `feed-state`, and is read whole before the feed is polled.
Items are confirmed by Kafka before the state that says they were sent, so a crash between the two sends them
again, and nothing is skipped.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from functools import partial
from typing import Self, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.errors import KafkaError

from streams import codec
from streams.condition import Condition, Work
from streams.engines.kafka import (
    MAX_RECORD_BYTES,
    answering,
    connection,
    numbers,
    producer,
    read_whole,
    topic_name,
)
from streams.engines.meter import item_id
from streams.errors import ServiceError
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState, RawItem, Topic
from streams.settings import Settings
from streams.stage import Output

T = TypeVar("T")
log = structlog.get_logger(__name__)

GROUP = "streams-reader"
READ_AND_WRITTEN = (Topic.FEEDS, Topic.FEED_STATE, Topic.RAW_ITEMS, Topic.HITS)
SESSION_TIMEOUT_MS, HEARTBEAT_MS = 12_000, 3_000
POLL_MS = 500
RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0


class SharedFeeds(ConsumerRebalanceListener):  # type: ignore[misc]
    """This reader's feeds and their states: a FeedStore over the partitions that it owns."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._work, self._shared = Work("the reader"), False
        self._feeds: dict[int, dict[str, Feed]] = {}
        self._states: dict[int, dict[str, bytes]] = {}
        self._version = 0
        self._partition_of: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        """Raises ServiceError when Kafka does not answer, or has no such topics."""
        self._producer = producer(self._settings)
        self._consumer = AIOKafkaConsumer(
            group_id=self._settings.topic_prefix + GROUP,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            session_timeout_ms=SESSION_TIMEOUT_MS,
            heartbeat_interval_ms=HEARTBEAT_MS,
            **connection(self._settings),
        )
        self._consumer.subscribe([topic_name(self._settings, Topic.FEEDS)], listener=self)
        try:
            with answering(self._settings):
                await self._producer.start()
                for topic in READ_AND_WRITTEN:
                    await numbers(self._producer, topic_name(self._settings, topic))
                await self._consumer.start()
        except BaseException:
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()
        await self._producer.stop()

    async def follow(self, stop: asyncio.Event) -> None:
        """Take in subscriptions as they are made and ended, until `stop` is set.

        Raises ServiceError where Kafka refuses us, or its client gave up: what can pass it waits for by itself.
        """
        while not stop.is_set():
            try:
                found = await self._consumer.getmany(timeout_ms=POLL_MS)
            except KafkaError as error:
                raise ServiceError(f"the feeds cannot be followed on Kafka any more: {error!r}") from error
            for partition, messages in found.items():
                for message in messages:
                    key = (message.key or b"").decode("utf-8", "replace")
                    self._take(partition.partition, key, message.value)

    def condition(self) -> Condition:
        """Whether this reader has its share of the feeds, and can send."""
        condition = Condition()
        condition.ready += [self._without_share, self._work.held_up]
        return condition

    def owns(self, partition: int) -> bool:
        """Whether this reader has that partition of the feeds."""
        return partition in self._feeds

    def feeds(self) -> list[Feed]:
        """The feeds that are ours now."""
        return [feed for feeds in self._feeds.values() for feed in feeds.values()]

    def version(self) -> object:
        """Another whenever our share of the feeds is, or one of them."""
        return self._version

    def state(self, feed_id: str) -> FeedState | None:
        """What is remembered of one of our feeds."""
        value = self._states.get(self._partition_of.get(feed_id, -1), {}).get(feed_id)
        return None if value is None else codec.read_as(value, FeedState)

    def states(self, feed_ids: Sequence[str]) -> dict[str, FeedState]:
        """What is remembered of some of our feeds."""
        known = {feed_id: self.state(feed_id) for feed_id in feed_ids}
        return {feed_id: state for feed_id, state in known.items() if state is not None}

    async def save(self, polled: Sequence[Polled]) -> None:
        """Send the items, then the states. A feed that moved to another reader meanwhile is that one's to save."""
        ours = [one for one in polled if one.state.feed_id in self._partition_of]
        items = [item for one in ours for item in one.items if _fits(item)]
        await self.send([Output(Topic.RAW_ITEMS, item.source.domain, item) for item in items])
        unusual = [unusual for one in ours for unusual in one.unusual]
        for partition in await self.partitions_of(Topic.HITS) if unusual else ():
            await self.send([Output(Topic.HITS, "", one) for one in unusual], partition)
        for partition, states in self._by_partition([one.state for one in ours]).items():
            await self.send([Output(Topic.FEED_STATE, state.feed_id, state) for state in states], partition)
            if self.owns(partition):
                self._states[partition] |= {state.feed_id: codec.encode(state) for state in states}

    def _by_partition(self, states: Iterable[FeedState]) -> dict[int, list[FeedState]]:
        """States by where they belong, without those that are no longer ours."""
        found: dict[int, list[FeedState]] = {}
        for state in states:
            partition = self._partition_of.get(state.feed_id)
            if partition is not None:
                found.setdefault(partition, []).append(state)
        return found

    async def send(self, outputs: Iterable[Output], partition: int | None = None) -> None:
        """Send records and wait until Kafka has them all, however long Kafka is away."""
        waiting = list(outputs)
        if waiting:
            await self._insist(partial(self._sent, waiting, partition))

    async def _insist(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Try until Kafka does it. The client's own errors end nothing: it would only log those of a rebalance."""
        retry_s = RETRY_MIN_S
        while True:
            try:
                done = await attempt()
                self._work.went_on()
                return done
            except KafkaError as error:
                self._work.waits(f"Kafka is away: {error!r}")
                log.warning("Kafka is away, trying again", error=repr(error), in_s=retry_s)
                await asyncio.sleep(retry_s)
                retry_s = min(retry_s * 2, RETRY_MAX_S)

    async def partitions_of(self, topic: Topic) -> list[int]:
        """The partitions of a topic."""
        return sorted(await self._producer.partitions_for(topic_name(self._settings, topic)))

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Others poll these feeds from now on."""
        self._shared = False
        self._version += 1
        for partition in (one.partition for one in revoked):
            for feed_id in self._feeds.pop(partition, {}):
                self._partition_of.pop(feed_id, None)
            self._states.pop(partition, None)

    async def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Read what is remembered of the feeds first, then the feeds from their beginning."""
        ours = list(assigned)
        states = await self._insist(partial(self._read_states, [one.partition for one in ours]))
        for one in ours:
            self._states[one.partition] = states[one.partition]
            self._feeds[one.partition] = {}
        if ours:
            await self._consumer.seek_to_beginning(*ours)
        self._shared = True
        self._version += 1
        log.info("feeds shared", partitions=sorted(self._feeds))

    def _without_share(self) -> str | None:
        return None if self._shared else "the reader has no feeds yet: it starts, or they are shared out anew"

    async def _read_states(self, partitions: list[int]) -> dict[int, dict[str, bytes]]:
        """As bytes: of many thousand feeds, decoded, they would take several times the memory."""
        name = topic_name(self._settings, Topic.FEED_STATE)
        states: dict[int, dict[str, bytes]] = {partition: {} for partition in partitions}
        remembered = [TopicPartition(name, partition) for partition in partitions]
        async for partition, key, value in read_whole(self._settings, remembered):
            if value is None:
                states[partition].pop(key, None)
            else:
                states[partition][key] = value
        return states

    def _take(self, partition: int, feed_id: str, value: bytes | None) -> None:
        feeds = self._feeds.get(partition)
        if feeds is None:
            return
        feed = None if value is None else codec.read_as(value, Feed)
        if value is not None and feed is None:
            log.error("what is no feed left out", key=feed_id, begins=value[:60])
            return
        self._version += 1
        if feed is None:
            feeds.pop(feed_id, None)
            self._partition_of.pop(feed_id, None)
        else:
            feeds[feed_id] = feed
            self._partition_of[feed_id] = partition

    async def _sent(self, outputs: Sequence[Output], partition: int | None) -> None:
        pending = [
            await self._producer.send(
                topic_name(self._settings, output.topic),
                codec.encode(output.record),
                key=output.key.encode(),
                partition=partition,
            )
            for output in outputs
        ]
        await asyncio.gather(*pending)


def _fits(item: RawItem) -> bool:
    """Kafka never takes a record over its limit; the rest of the feed must not wait for it."""
    size = len(codec.encode(item))
    if size > MAX_RECORD_BYTES:
        what = {"item": item_id(item), "feed": item.feed_id, "url": item.url}
        log.error("item left out: too large", **what, bytes=size, limit=MAX_RECORD_BYTES)
    return size <= MAX_RECORD_BYTES
