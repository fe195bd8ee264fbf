"""Compacted topics as dictionaries: read whole at first, then followed by a thread of their own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any, Self, TypeVar

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError

from streams import codec
from streams.engines.kafka import POLL_MS, connection, producer, topic_name
from streams.errors import ServiceError
from streams.records import Record, Topic
from streams.settings import Settings

T = TypeVar("T")

CALL_TIMEOUT_S = 30.0


class Follower:
    """What compacted topics hold, by key, and a way to write to them; made for synchronous callers.

    Raises ServiceError when Kafka does not answer.
    """

    def __init__(self, settings: Settings, topics: Sequence[Topic]) -> None:
        self._settings, self._topics = settings, topics
        self._held: dict[str, dict[str, bytes]] = {topic_name(settings, topic): {} for topic in topics}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="follower", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self.call(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self.call(self._stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def held(self, topic: Topic) -> Mapping[str, bytes]:
        """The newest value of each key of a topic, as far as it was read."""
        return dict(self._held[topic_name(self._settings, topic)])

    def send(self, topic: Topic, key: str, record: Record | None, partition: int | None = None) -> None:
        """Write a record (None: take the key out) and wait until Kafka has it."""
        value = None if record is None else codec.encode(record)
        self.call(self._send(topic_name(self._settings, topic), key, value, partition))

    def partitions(self, topic: Topic) -> int:
        """How many partitions a topic has."""
        return len(self.call(self.partition_numbers(topic_name(self._settings, topic))))

    async def partition_numbers(self, name: str) -> list[int]:
        """The partitions of a topic by its name on Kafka."""
        return sorted(await self._producer.partitions_for(name))

    async def end_offsets(self, names: Sequence[str]) -> dict[TopicPartition, int]:
        """Where the partitions of topics end."""
        parts = [TopicPartition(name, number) for name in names for number in await self.partition_numbers(name)]
        ends: dict[TopicPartition, int] = await self._consumer.end_offsets(parts)
        return ends

    def call(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something on the follower's loop and wait for it."""
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result(CALL_TIMEOUT_S)
        except (KafkaError, TimeoutError) as error:
            raise ServiceError(f"Kafka at {','.join(self._settings.kafka)} does not answer: {error!r}") from error

    async def _start(self) -> None:
        self._producer: AIOKafkaProducer = producer(self._settings)
        await self._producer.start()
        self._consumer = AIOKafkaConsumer(
            enable_auto_commit=False, auto_offset_reset="earliest", **connection(self._settings)
        )
        await self._consumer.start()
        parts = [
            TopicPartition(name, number)
            for name in self._held
            for number in await self._producer.partitions_for(name)
        ]
        self._consumer.assign(parts)
        await self._catch_up()
        self._following = asyncio.create_task(self._follow())

    async def _stop(self) -> None:
        self._following.cancel()
        await asyncio.gather(self._following, return_exceptions=True)
        await self._consumer.stop()
        await self._producer.stop()

    async def _follow(self) -> None:
        while True:
            await self._take()

    async def _take(self) -> None:
        for partition, messages in (await self._consumer.getmany(timeout_ms=POLL_MS)).items():
            for message in messages:
                self._hold(partition.topic, (message.key or b"").decode(), message.value)

    async def _catch_up(self) -> None:
        ends = await self._consumer.end_offsets(list(self._consumer.assignment()))
        while any([await self._consumer.position(one) < end for one, end in ends.items()]):
            await self._take()

    async def _send(self, name: str, key: str, value: bytes | None, partition: int | None) -> None:
        await self._producer.send_and_wait(name, value, key=key.encode(), partition=partition)
        self._hold(name, key, value)

    def _hold(self, name: str, key: str, value: bytes | None) -> None:
        if value is None:
            self._held[name].pop(key, None)
        else:
            self._held[name][key] = value
