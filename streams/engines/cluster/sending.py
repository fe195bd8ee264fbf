"""Sends to Kafka and waits until all replicas have it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from streams import codec
from streams.engines.kafka import MAX_RECORD_BYTES, producer, topic_name
from streams.errors import RecordError, ServiceError
from streams.records import Edit, Record, Revised, StoryChange, Tick, Unusual
from streams.settings import Settings
from streams.stage import Output, Stage
from streams.state import Write

TO_ALL = (Tick, Revised, StoryChange, Unusual, Edit)
"""Records that concern every partition of the topic that they go on to."""
ANSWER_S = 10.0
"""aiokafka asks for a topic that is not there for ever."""
Send = Callable[[AIOKafkaProducer], Awaitable[list[Awaitable[RecordMetadata]]]]


class Sender:
    """One worker's producer; made anew after each failure, as some leave it unusable.

    Raises ServiceError when Kafka does not confirm all.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None

    async def send(self, outputs: Sequence[Output], partition: int, of: int) -> None:
        """Send what records of one partition of `of` led to."""

        async def send(kafka: AIOKafkaProducer) -> list[Awaitable[RecordMetadata]]:
            return [sent for output in outputs for sent in await self._output(kafka, output, partition, of)]

        await self._confirmed(send)

    async def send_to(self, topic: str, partition: int, writes: Sequence[Write]) -> int:
        """Send keys and values to one partition; returns the offset of the last."""

        async def send(kafka: AIOKafkaProducer) -> list[Awaitable[RecordMetadata]]:
            return [await kafka.send(topic, value, key=key, partition=partition) for key, value in writes]

        confirmed = await self._confirmed(send)
        offset: int = confirmed[-1].offset
        return offset

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

    async def _output(
        self, kafka: AIOKafkaProducer, output: Output, partition: int, of: int
    ) -> list[Awaitable[RecordMetadata]]:
        name, value = topic_name(self._settings, output.topic), codec.encode(output.record)
        if isinstance(output.record, TO_ALL):
            goals = ticked(partition, of, len(await kafka.partitions_for(name)))
            return [await kafka.send(name, value, key=b"", partition=goal) for goal in goals]
        return [await kafka.send(name, value, key=output.key.encode("utf-8", "replace"))]

    async def _confirmed(self, send: Send) -> list[RecordMetadata]:
        kafka = await self._ready()
        try:
            return list(await asyncio.gather(*await send(kafka)))
        except KafkaError as error:
            await self.close()
            raise ServiceError(f"Kafka did not confirm what was sent: {error!r}") from error

    async def _ready(self) -> AIOKafkaProducer:
        if self._producer is None:
            kafka = producer(self._settings)
            try:
                await kafka.start()
            except KafkaError as error:
                await kafka.stop()
                raise ServiceError(f"Kafka at {','.join(self._settings.kafka)} is away: {error!r}") from error
            self._producer = kafka
        return self._producer


class Fitting:
    """A stage whose records all fit into Kafka: raises RecordError for one that leads to a larger one."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """What the stage makes of the batch."""
        outputs = self._stage.process(batch)
        for output in outputs:
            size = len(codec.encode(output.record))
            if size > MAX_RECORD_BYTES:
                kind = type(output.record).__name__
                raise RecordError(f"leads to a {kind} of {size} bytes, Kafka takes {MAX_RECORD_BYTES}: shorten it")
        return outputs


def ticked(partition: int, of: int, goals: int) -> range:
    """The partitions of the next topic that what concerns all, from partition `partition` of `of`, goes on to.

    All upstream partitions together reach each of the `goals` partitions once.
    """
    return range(partition, goals, of)
