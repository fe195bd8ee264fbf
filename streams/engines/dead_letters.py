"""What the stages of the cluster put aside, and how it gets another try."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError
from msgspec.structs import replace

from streams import codec
from streams.engines.kafka import away, producer, read_whole, topic_name
from streams.engines.letters import waiting
from streams.errors import StreamsError
from streams.records import DeadLetter, Topic
from streams.settings import Settings


async def dead_letters(settings: Settings) -> dict[str, DeadLetter]:
    """The dead letters that had no other try yet, by id, oldest first. Raises ServiceError."""
    try:
        return waiting([letter async for letter in _all(settings)])
    except KafkaError as error:
        raise away(settings, error) from error


async def replay(settings: Settings, letters: Sequence[DeadLetter], at: datetime) -> None:
    """Send the records to the topics and partitions that they came from, then note that they were.

    Raises ServiceError. A crash in between leaves letters as they were: their records may then come twice.
    """
    kafka = producer(settings)
    try:
        await kafka.start()
        await asyncio.gather(*[await _send_again(settings, kafka, letter) for letter in letters])
        await asyncio.gather(*[await _note(settings, kafka, letter, at) for letter in letters])
    except KafkaError as error:
        raise away(settings, error) from error
    finally:
        await kafka.stop()


async def _all(settings: Settings) -> AsyncIterator[DeadLetter]:
    there = [TopicPartition(topic_name(settings, Topic.DEAD_LETTERS), 0)]
    async for _, _, value in read_whole(settings, there):
        letter = _letter(value)
        if letter is not None:
            yield letter


async def _send_again(settings: Settings, kafka: AIOKafkaProducer, letter: DeadLetter) -> asyncio.Future[object]:
    topic = topic_name(settings, Topic(letter.topic))
    sent: asyncio.Future[object] = await kafka.send(
        topic, letter.value, key=letter.key.encode(), partition=letter.partition
    )
    return sent


async def _note(
    settings: Settings, kafka: AIOKafkaProducer, letter: DeadLetter, at: datetime
) -> asyncio.Future[object]:
    topic, noted = topic_name(settings, Topic.DEAD_LETTERS), codec.encode(replace(letter, replayed_at=at))
    sent: asyncio.Future[object] = await kafka.send(topic, noted, key=letter.key.encode(), partition=0)
    return sent


def _letter(value: bytes | None) -> DeadLetter | None:
    try:
        record = codec.decode(value or b"")
    except StreamsError:
        return None
    return record if isinstance(record, DeadLetter) else None
