"""Compacted topics as dictionaries: read whole at first, then followed by a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Self, TypeVar

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from streams import codec
from streams.engines.kafka import POLL_MS, Reading, away, connection, numbers, producer, topic_name
from streams.records import Record, Topic
from streams.settings import Settings

T = TypeVar("T")
Keyed = tuple[str, Record | None, int | None]
"""A record (None: its key is taken out) under its key, and its partition (None: the key's own)."""

CALL_TIMEOUT_S = 30.0
AT_ONCE = 5000
RETRY_S = 1.0
log = structlog.get_logger(__name__)


class Follower:
    """What compacted topics hold, by key, and a way to write to them; made for synchronous callers.

    Raises ServiceError when Kafka does not answer or has no such topics.
    """

    def __init__(self, settings: Settings, topics: Sequence[Topic]) -> None:
        self._settings, self._opened = settings, AsyncExitStack()
        self._held: dict[str, dict[str, bytes]] = {topic_name(settings, topic): {} for topic in topics}
        self._read: dict[TopicPartition, int] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="follower", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.call(self._start(), within_s=None)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        try:
            self.call(self._opened.aclose())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def held(self, topic: Topic) -> Mapping[str, bytes]:
        """The newest value of each key of a topic, as far as it was read."""
        return dict(self._held[topic_name(self._settings, topic)])

    def send(self, topic: Topic, key: str, record: Record | None, partition: int | None = None) -> None:
        """Write a record (None: take the key out) and wait until Kafka has it and it is held here."""
        self.send_all(topic, [(key, record, partition)])

    def send_all(self, topic: Topic, records: Sequence[Keyed]) -> None:
        """Write records, in their order, and wait until Kafka has them all and they are held here."""
        for some in _at_once(records):
            self.call(self._send(topic_name(self._settings, topic), some))

    def tell(self, topic: Topic, records: Sequence[Keyed]) -> None:
        """Write to a topic that is not followed, and wait until Kafka has them all."""
        for some in _at_once(records):
            self.call(self._tell(topic_name(self._settings, topic), some))

    def partitions(self, topic: Topic) -> int:
        """How many partitions a topic has."""
        return len(self.call(self._producer.partitions_for(topic_name(self._settings, topic))))

    def call(self, work: Coroutine[Any, Any, T], within_s: float | None = CALL_TIMEOUT_S) -> T:
        """Do something on the follower's loop and wait for it; None: it knows itself when to give up."""
        asked = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return asked.result(within_s)
        except (KafkaError, TimeoutError) as error:
            asked.cancel()
            raise away(self._settings, error) from error

    async def _start(self) -> None:
        self._producer: AIOKafkaProducer = producer(self._settings)
        self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False, auto_offset_reset="earliest", **connection(self._settings)
        )
        self._taken = asyncio.Event()
        self._opened.push_async_callback(self._producer.stop)
        self._opened.push_async_callback(self._consumer.stop)
        async with asyncio.timeout(CALL_TIMEOUT_S):
            await self._producer.start()
            await self._consumer.start()
            ends = await self._ends()
        # Only now that every partition has answered: aiokafka fetches without a pause from one that is not there.
        self._consumer.assign(list(ends))
        reading = Reading(self._consumer, ends)
        while await reading.left():
            await self._take()
        following = asyncio.create_task(self._follow())
        self._opened.push_async_callback(_ended, following)

    async def _ends(self) -> dict[TopicPartition, int]:
        """Where the partitions of all topics end. Waits while a new one has no leader yet."""
        there = {name: await numbers(self._producer, name) for name in self._held}
        parts = [TopicPartition(name, number) for name in self._held for number in there[name]]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(parts)
        return ends

    async def _follow(self) -> None:
        while True:
            try:
                await self._take()
            except KafkaError as error:
                log.warning("topics not followed, trying again", error=repr(error), in_s=RETRY_S)
            except Exception:  # nobody would see that what is held stands still
                log.exception("topics not followed, trying again", in_s=RETRY_S)
            else:
                continue
            await asyncio.sleep(RETRY_S)

    async def _take(self) -> None:
        for partition, messages in (await self._consumer.getmany(timeout_ms=POLL_MS)).items():
            held = self._held[partition.topic]
            for message in messages:
                key = (message.key or b"").decode("utf-8", "replace")
                if message.value is None:
                    held.pop(key, None)
                else:
                    held[key] = message.value
                self._read[partition] = message.offset
        self._taken.set()

    async def _tell(self, name: str, records: Sequence[Keyed]) -> list[RecordMetadata]:
        sent = [
            await self._producer.send(
                name, None if record is None else codec.encode(record), key=key.encode(), partition=partition
            )
            for key, record, partition in records
        ]
        return await asyncio.gather(*sent)

    async def _send(self, name: str, records: Sequence[Keyed]) -> None:
        """What is held always comes from the topic, in its order: others may be writing to the same key."""
        for sent in await self._tell(name, records):
            while self._read.get(sent.topic_partition, -1) < sent.offset:
                self._taken.clear()
                await self._taken.wait()


def _at_once(records: Sequence[Keyed]) -> Iterator[Sequence[Keyed]]:
    return (records[start : start + AT_ONCE] for start in range(0, len(records), AT_ONCE))


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
