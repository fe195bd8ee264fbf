"""What the stages of the cluster put aside, and how it gets another try."""

from __future__ import annotations

from collections.abc import Iterable

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from streams import codec
from streams.engines.kafka import producer, read_whole, topic_name
from streams.errors import ServiceError, StreamsError
from streams.records import DeadLetter, Topic
from streams.settings import Settings


def letter_id(letter: DeadLetter) -> str:
    """One id for all dead letters of one record at one stage: it may have been put aside more than once."""
    return codec.content_id(letter.stage, letter.topic, str(letter.partition), str(letter.offset))


async def dead_letters(settings: Settings) -> dict[str, DeadLetter]:
    """All dead letters that Kafka still has, by id, oldest first. Raises ServiceError."""
    letters: dict[str, DeadLetter] = {}
    try:
        async for _, _, value in read_whole(
            settings, [TopicPartition(topic_name(settings, Topic.DEAD_LETTERS), 0)]
        ):
            letter = _letter(value)
            if letter is not None:
                letters[letter_id(letter)] = letter
    except KafkaError as error:
        raise _away(settings, error) from error
    return letters


async def replay(settings: Settings, letters: Iterable[DeadLetter]) -> None:
    """Send the records to the topics and partitions that they came from. Raises ServiceError."""
    kafka = producer(settings)
    try:
        await kafka.start()
        for letter in letters:
            topic = topic_name(settings, Topic(letter.topic))
            await kafka.send_and_wait(topic, letter.value, key=letter.key.encode(), partition=letter.partition)
    except KafkaError as error:
        raise _away(settings, error) from error
    finally:
        await kafka.stop()


def _letter(value: bytes | None) -> DeadLetter | None:
    try:
        record = codec.decode(value or b"")
    except StreamsError:
        return None
    return record if isinstance(record, DeadLetter) else None


def _away(settings: Settings, error: KafkaError) -> ServiceError:
    return ServiceError(f"Kafka at {','.join(settings.kafka)} does not answer: {error!r}; is it up?")
