"""How to reach Kafka: one place for addresses, TLS and login, and for the names of topics."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TypedDict
from urllib.parse import urlsplit

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import KafkaError, KafkaTimeoutError
from aiokafka.partitioner import DefaultPartitioner
from aiokafka.structs import ConsumerRecord

from streams.codec import content_id
from streams.errors import ServiceError, SettingsError
from streams.records import Feed, Topic
from streams.settings import Settings

POLL_MS = 500
KNOWN_S = 10.0
STALLED_S = 30.0
"""So long without anything new, and reading is given up."""
MAX_BATCH_BYTES = 512 * 1024
MAX_RECORD_BYTES = 4 * 1024 * 1024
FRAME_BYTES = 64 * 1024
"""What a record may take beside its value: its key, and the head of the batch that it travels in."""
KEYS_REMEMBERED = 10_000
"""Keys whose partitions are remembered, as finding one takes a loop over its bytes."""
MAX_DEAD_LETTER_BYTES = 8 * 1024 * 1024
"""A dead letter holds its record in base64, a third longer."""


class Connection(TypedDict):
    """What every aiokafka client takes."""

    bootstrap_servers: list[str]
    security_protocol: str
    ssl_context: ssl.SSLContext | None
    sasl_mechanism: str
    sasl_plain_username: str | None
    sasl_plain_password: str | None


def connection(settings: Settings) -> Connection:
    """The connection that the settings describe. Raises SettingsError for one that cannot be."""
    if not settings.kafka:
        raise SettingsError("STREAMS_KAFKA is empty: name the brokers, each a host:port (docs/settings.md)")
    context = _trust(settings)
    return Connection(
        bootstrap_servers=settings.kafka,
        security_protocol=("SASL_" if settings.kafka_sasl else "") + ("SSL" if context else "PLAINTEXT"),
        ssl_context=context,
        sasl_mechanism=settings.kafka_sasl or "PLAIN",
        sasl_plain_username=settings.kafka_user or None,
        sasl_plain_password=settings.kafka_password.get_secret_value() if settings.kafka_password else None,
    )


def away(settings: Settings, error: Exception) -> ServiceError:
    """What is told when Kafka cannot be asked."""
    # aiokafka logs why it reached no broker; what it raises names the addresses once more, as Python objects.
    why = "no connection" if "Unable to bootstrap" in str(error) else repr(error)
    return ServiceError(f"Kafka at {','.join(settings.kafka)} does not answer: {why}; is it up?")


@contextmanager
def answering(settings: Settings) -> Iterator[None]:
    """Say in our words that Kafka fails us. Raises ServiceError."""
    try:
        yield
    except KafkaError as error:
        raise away(settings, error) from error


def topic_name(settings: Settings, topic: Topic) -> str:
    """The topic's name on this Kafka."""
    return settings.topic_prefix + topic


def feed_partition(feed: Feed, partitions: int) -> int:
    """The partition of a feed and of its state: all feeds of a host are in one, so that one reader has them."""
    host = urlsplit(feed.url).hostname or feed.url
    return int(content_id(host), 16) % partitions


@lru_cache(KEYS_REMEMBERED)
def key_partition(key: str, partitions: int) -> int:
    """The partition that the producer puts a key into."""
    place: int = DefaultPartitioner()(key.encode("utf-8", "replace"), range(partitions), ())
    return place


def producer(settings: Settings) -> AIOKafkaProducer:
    """A producer that loses and reorders nothing: all replicas confirm, and repeats are recognised."""
    return AIOKafkaProducer(
        acks="all",
        enable_idempotence=True,
        linger_ms=5,
        max_batch_size=MAX_BATCH_BYTES,
        max_request_size=MAX_DEAD_LETTER_BYTES + FRAME_BYTES,
        **connection(settings),
    )


async def numbers(kafka: AIOKafkaProducer, name: str) -> set[int]:
    """The partitions of a topic. Raises ServiceError where there is none: aiokafka asks for one for ever."""
    try:
        found: set[int] = await asyncio.wait_for(kafka.partitions_for(name), KNOWN_S)
    except TimeoutError as error:
        raise ServiceError(f"Kafka knows no topic {name}: run `streams setup`") from error
    return found


async def read_whole(
    settings: Settings, partitions: Sequence[TopicPartition]
) -> AsyncIterator[tuple[int, str, bytes | None]]:
    """All records (partition, key, value) of partitions as they now stand, oldest first in each."""
    async for message in messages(settings, partitions):
        yield message.partition, (message.key or b"").decode("utf-8", "replace"), message.value


async def messages(
    settings: Settings, partitions: Sequence[TopicPartition], begins: Mapping[TopicPartition, int] | None = None
) -> AsyncIterator[ConsumerRecord]:
    """The same as Kafka has them, each with the time at which it was sent; from offsets on, where given."""
    consumer = AIOKafkaConsumer(enable_auto_commit=False, auto_offset_reset="earliest", **connection(settings))
    await consumer.start()
    try:
        consumer.assign(partitions)
        for partition, offset in (begins or {}).items():
            consumer.seek(partition, offset)
        reading = Reading(consumer, await consumer.end_offsets(partitions))
        while left := await reading.left():
            for found in (await consumer.getmany(*left, timeout_ms=POLL_MS)).values():
                for message in found:
                    yield message
    finally:
        await consumer.stop()


async def in_order_of_time(
    consumer: AIOKafkaConsumer, begins: Mapping[TopicPartition, int], ends: Mapping[TopicPartition, int]
) -> AsyncIterator[ConsumerRecord]:
    """The records of partitions between offsets, in the order of the times at which they were sent.

    Raises KafkaTimeoutError when nothing comes for STALLED_S.
    """
    consumer.assign(list(ends))
    for partition in ends:
        consumer.seek(partition, begins[partition])
    reading = Reading(consumer, ends)
    waiting: dict[TopicPartition, deque[ConsumerRecord]] = {partition: deque() for partition in ends}
    while waiting:
        for partition in [one for one, records in waiting.items() if not records]:
            if await consumer.position(partition) >= ends[partition]:
                del waiting[partition]
            else:
                found = await consumer.getmany(partition, timeout_ms=POLL_MS)
                if not found:
                    await reading.left()
                waiting[partition] += [one for one in found.get(partition, ()) if one.offset < ends[partition]]
        if waiting and all(waiting.values()):
            yield min(waiting.values(), key=lambda records: records[0].timestamp).popleft()


class Reading:
    """Partitions that a consumer reads up to where they ended, however much that is."""

    def __init__(self, consumer: AIOKafkaConsumer, ends: Mapping[TopicPartition, int]) -> None:
        self._consumer, self._ends = consumer, ends
        self._places: dict[TopicPartition, int] = {}
        self._since = time.monotonic()

    async def left(self) -> list[TopicPartition]:
        """Those that are not yet read. Raises KafkaTimeoutError when none of them moves for STALLED_S."""
        try:
            async with asyncio.timeout(STALLED_S):
                places = {one: await self._consumer.position(one) for one in self._ends}
        except TimeoutError as error:
            raise KafkaTimeoutError("partitions do not say where they begin") from error
        if places != self._places:
            self._places, self._since = places, time.monotonic()
        left = [one for one, end in self._ends.items() if places[one] < end]
        if left and time.monotonic() - self._since > STALLED_S:
            raise KafkaTimeoutError(f"{left[0].topic}/{left[0].partition} gives nothing from {places[left[0]]} on")
        return left


def _trust(settings: Settings) -> ssl.SSLContext | None:
    if settings.kafka_ca is None:
        return None
    try:
        return ssl.create_default_context(cafile=settings.kafka_ca)
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"STREAMS_KAFKA_CA: cannot use {settings.kafka_ca}: {error}") from error
