"""Sends to Kafka and waits until all replicas have it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.producer.message_accumulator import BatchBuilder

from streams.engines.kafka import away, key_partition, producer, topic_name
from streams.engines.topics import parted
from streams.engines.work import Encoded
from streams.errors import ServiceError
from streams.records import Edit, Revised, StoryChange, Tick, Topic, Unusual
from streams.settings import Settings
from streams.state import Write

TO_ALL = (Tick, Revised, StoryChange, Unusual, Edit)
"""Records that concern every partition of the topic that they go on to."""
ANSWER_S = 10.0
"""aiokafka asks for a topic that is not there for ever."""
Parts = Mapping[TopicPartition, Sequence[Write]]


class Led(NamedTuple):
    """What records of one partition of `of` led to."""

    partition: int
    of: int
    made: Sequence[Encoded]


class Sender:
    """One worker's producer; made anew after each failure, as some leave it unusable.

    Raises ServiceError when Kafka does not confirm all.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def send(self, led: Sequence[Led]) -> None:
        """Send what records led to, in that order."""
        parts: dict[TopicPartition, list[Write]] = defaultdict(list)
        goals = await self._goals({one.output.topic for _, _, made in led for one in made})
        for partition, of, made in led:
            for (topic, key, record), value in made:
                there = goals[topic]
                if isinstance(record, TO_ALL):
                    for number in ticked(partition, of, len(there)):
                        parts[there[number]].append((b"", value))
                else:
                    parts[there[key_partition(key, len(there))]].append((key.encode("utf-8", "replace"), value))
        await self._confirmed(parts)

    async def send_to(self, topic: str, partition: int, writes: Sequence[Write]) -> int:
        """Send keys and values to one partition; returns the offset of the last.

        Raises SettingsError when there is no such partition: the topics were changed by hand.
        """
        there = await self.partitions(topic)
        if partition >= there:
            raise parted(topic, there, f"the topic of which it has the state, which has {partition + 1} or more")
        return (await self._confirmed({TopicPartition(topic, partition): writes}))[-1]

    async def partitions(self, name: str) -> int:
        """How many partitions a topic has."""
        kafka = await self._ready()
        try:
            return len(await asyncio.wait_for(kafka.partitions_for(name), ANSWER_S))
        except (KafkaError, TimeoutError) as error:
            raise ServiceError(
                f"Kafka knows no topic {name} ({error!r}): has `streams setup` been run?"
            ) from error

    async def close(self) -> None:
        """Close the connection."""
        kafka, self._producer = self._producer, None
        if kafka is not None:
            with suppress(KafkaError):
                await kafka.stop()

    async def _goals(self, topics: Iterable[Topic]) -> Mapping[Topic, Sequence[TopicPartition]]:
        """The partitions of topics."""
        names = {topic: topic_name(self._settings, topic) for topic in topics}
        return {
            topic: [TopicPartition(name, number) for number in range(await self.partitions(name))]
            for topic, name in names.items()
        }

    async def _confirmed(self, parts: Parts) -> list[int]:
        """Send all, and wait; returns for each batch the offset of its last record."""
        kafka = await self._ready()
        try:
            sent = [
                (batch.record_count(), await kafka.send_batch(batch, part.topic, partition=part.partition))
                for part, writes in parts.items()
                for batch in _batches(kafka, writes)
            ]
            firsts = await asyncio.gather(*[confirming for _, confirming in sent])
        except KafkaError as error:
            await self.close()
            raise ServiceError(f"Kafka did not confirm what was sent: {error!r}") from error
        return [first.offset + count - 1 for first, (count, _) in zip(firsts, sent, strict=True)]

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            kafka = producer(self._settings)
            try:
                await kafka.start()
            except KafkaError as error:
                await kafka.stop()
                raise away(self._settings, error) from error
            self._producer = kafka
        return self._producer


def _batches(kafka: AIOKafkaProducer, writes: Sequence[Write]) -> Iterator[BatchBuilder]:
    """Batches as aiokafka would make them of single records, with a future and a turn of the loop for each."""
    batch = kafka.create_batch()
    for key, value in writes:
        if batch.append(timestamp=None, key=key, value=value) is None:
            yield batch
            batch = kafka.create_batch()
            batch.append(timestamp=None, key=key, value=value)
    batch.close()  # what is closed does not wait for more
    yield batch


def ticked(partition: int, of: int, goals: int) -> range:
    """To which of the next topic's `goals` partitions a record that concerns all of them, as a tick, is passed on.

    It came by partition `partition` of `of`. Each upstream partition passes it on to a share of the next topic's,
    so that together they reach each of those once.
    """
    return range(partition, goals, of)
