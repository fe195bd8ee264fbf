"""What the stages of the cluster put aside, and how it gets another try."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from aiokafka import AIOKafkaProducer, ConsumerRecord, TopicPartition
from msgspec.structs import replace

from streams import codec
from streams.engines.engine import Envelope
from streams.engines.kafka import answering, messages, producer, topic_name
from streams.engines.letters import letter_id, no_letter, note, waiting
from streams.records import DeadLetter, Topic
from streams.settings import Settings

AT_ONCE = 20
"""Letters that are sent again together. Each may be megabytes."""


async def dead_letters(settings: Settings) -> dict[str, Envelope]:
    """The dead letters that had no other try yet, by id, oldest first. Raises ServiceError."""
    with answering(settings):
        return waiting([envelope async for envelope, _ in _all(settings)])


async def dead_letter(settings: Settings, wanted: str) -> DeadLetter:
    """The latest one under an id that waits for another try. Raises NotFoundError and ServiceError."""
    with answering(settings):
        found = [letter async for letter in _latest(settings, {wanted})]
    if not found:
        raise no_letter(wanted)
    return found[0]


async def replay(settings: Settings, wanted: Set[str], at: datetime) -> None:
    """Send the records under these ids to the topics and partitions that they came from, then note that they were.

    Raises ServiceError. A crash in between leaves some letters as they were: their records may then come twice.
    """
    kafka = producer(settings)
    try:
        with answering(settings):
            await kafka.start()
            some: list[DeadLetter] = []
            async for letter in _latest(settings, wanted):
                some.append(letter)
                if len(some) == AT_ONCE:
                    await _try_again(settings, kafka, some, at)
                    some.clear()
            await _try_again(settings, kafka, some, at)
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
            envelope = codec.read_as(message.value or b"", Envelope)
            if envelope is not None:
                note(self._waiting, envelope, _Place(envelope.stage, message.offset))


class _Place(NamedTuple):
    stage: str
    offset: int


async def _all(settings: Settings, begin: int = 0) -> AsyncIterator[tuple[Envelope, ConsumerRecord]]:
    """All dead letters that Kafka has, from an offset on, with the messages that they came in."""
    there = TopicPartition(topic_name(settings, Topic.DEAD_LETTERS), 0)
    async for message in messages(settings, [there], {there: begin}):
        envelope = codec.read_as(message.value or b"", Envelope)
        if envelope is not None:
            yield envelope, message


async def _latest(settings: Settings, wanted: Set[str]) -> AsyncIterator[DeadLetter]:
    """Those under these ids that wait for another try, the latest under each, read one at a time."""
    places: dict[str, int] = {}
    async for envelope, message in _all(settings):
        if letter_id(envelope) in wanted:
            note(places, envelope, message.offset)
    left = set(places.values())
    if left:
        async for _, message in _all(settings, min(left)):
            if message.offset in left:
                yield codec.decode_as(message.value, DeadLetter)


async def _try_again(
    settings: Settings, kafka: AIOKafkaProducer, letters: Sequence[DeadLetter], at: datetime
) -> None:
    await asyncio.gather(*[await _send_again(settings, kafka, letter) for letter in letters])
    await asyncio.gather(*[await _note(settings, kafka, letter, at) for letter in letters])


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
