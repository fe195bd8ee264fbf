"""What the stages of the cluster put aside, and how it gets another try."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import NamedTuple

from aiokafka import AIOKafkaProducer, TopicPartition
from msgspec.structs import replace

from streams import codec
from streams.engines.kafka import answering, messages, producer, read_whole, topic_name
from streams.engines.letters import letter_id, waiting
from streams.errors import StreamsError
from streams.records import DeadLetter, Topic
from streams.settings import Settings

AT_ONCE = 200


async def dead_letters(settings: Settings) -> dict[str, DeadLetter]:
    """The dead letters that had no other try yet, by id, oldest first. Raises ServiceError."""
    with answering(settings):
        return waiting([letter async for letter in _all(settings)])


async def replay(settings: Settings, letters: Sequence[DeadLetter], at: datetime) -> None:
    """Send the records to the topics and partitions that they came from, then note that they were.

    Raises ServiceError. A crash in between leaves some letters as they were: their records may then come twice.
    """
    kafka = producer(settings)
    try:
        with answering(settings):
            await kafka.start()
            for start in range(0, len(letters), AT_ONCE):
                some = letters[start : start + AT_ONCE]
                await asyncio.gather(*[await _send_again(settings, kafka, letter) for letter in some])
                await asyncio.gather(*[await _note(settings, kafka, letter, at) for letter in some])
    finally:
        await kafka.stop()


class LetterCounts:
    """How many dead letters of each stage wait, for who asks often: only what came since the last time is read."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._partition = TopicPartition(topic_name(settings, Topic.DEAD_LETTERS), 0)
        self._next, self._waiting = 0, dict[str, _Place]()
        self._reading = asyncio.Lock()

    async def by_stage(self, begin: int, end: int) -> Counter[str]:
        """The counts, given where Kafka has the topic begin and end by now. Raises ServiceError."""
        async with self._reading:
            if end < self._next:  # the topic was made anew
                self._next, self._waiting = 0, {}
            if max(begin, self._next) < end:
                with answering(self._settings):
                    await self._read_on()
            self._waiting = {key: place for key, place in self._waiting.items() if place.offset >= begin}
            return Counter(place.stage for place in self._waiting.values())

    async def _read_on(self) -> None:
        async for message in messages(self._settings, [self._partition], {self._partition: self._next}):
            self._next = message.offset + 1
            letter = _letter(message.value)
            if letter is not None:
                self._waiting.pop(letter_id(letter), None)
                if letter.replayed_at is None:
                    self._waiting[letter_id(letter)] = _Place(letter.stage, message.offset)


class _Place(NamedTuple):
    stage: str
    offset: int


async def _all(settings: Settings) -> AsyncIterator[DeadLetter]:
    there = [TopicPartition(topic_name(settings, Topic.DEAD_LETTERS), 0)]
    async for _, _, value in read_whole(settings, there):
        letter = _letter(value)
        if letter is not None:
            yield letter


async def _send_again(settings: Settings, kafka: AIOKafkaProducer, letter: DeadLetter) -> asyncio.Future[object]:
    topic = topic_name(settings, Topic(letter.topic))
    # By its key, where the topics were made anew with fewer partitions.
    there = letter.partition in await kafka.partitions_for(topic)
    partition = letter.partition if there else None
    sent: asyncio.Future[object] = await kafka.send(
        topic, letter.value, key=letter.key.encode(), partition=partition
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
