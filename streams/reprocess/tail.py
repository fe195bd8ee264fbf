"""What comes while stored articles are run again: the tail of the cluster's articles, put on the re-run's log.

It begins where the topic ended when the index was read, and goes on to where TAG is by Kafka's books. What comes
later is tagged by the workers that are started when the re-run is in place.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

import msgspec
import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.structs import ConsumerRecord

from streams import codec
from streams.engines.kafka import answering, connection, in_order_of_time, topic_name
from streams.engines.lag import Lags
from streams.engines.sqlite import Store
from streams.errors import RecordError, UsageError
from streams.records import Article, Tick, Topic
from streams.reprocess.again import article_again
from streams.reprocess.rerun import PROGRESS
from streams.settings import Settings
from streams.stage import Output

AT_ONCE = 256
TAKEN = b"taken"
Offsets = dict[int, int]
"""By partition of the articles' topic, up to where they are taken."""
log = structlog.get_logger(__name__)


def taken(state: Store) -> Offsets | None:
    """Up to where articles were taken from the topic; None when nothing was noted yet."""
    value = state.table(PROGRESS).get(TAKEN)
    return None if value is None else codec.unpack_as(value, Offsets)


def note(state: Store, offsets: Offsets) -> None:
    """Begin here."""
    state.append([], {PROGRESS: {TAKEN: codec.pack(offsets)}})


async def tagged(settings: Settings) -> Offsets:
    """Up to where TAG is. Raises ServiceError."""
    async with Lags(settings) as lags:
        return {one.partition: place.done for one, place in (await lags.of("tag")).items()}


async def take(settings: Settings, state: Store) -> int:
    """Put what came on the log; returns how much it was.

    Raises UsageError where Kafka has deleted some of it, ServiceError when Kafka is away.
    """
    ends, offsets, count = await tagged(settings), taken(state) or {}, 0
    if all(offsets.get(number, 0) >= end for number, end in ends.items()):
        return 0
    consumer = AIOKafkaConsumer(enable_auto_commit=False, **connection(settings))
    try:
        with answering(settings):
            await consumer.start()
            name = topic_name(settings, Topic.ARTICLES)
            outputs: list[Output] = []
            async for message in _in_order(consumer, name, offsets, ends):
                outputs += _again(message)
                offsets[message.partition] = message.offset + 1
                count += 1
                if len(outputs) >= AT_ONCE:
                    state.append(outputs, {PROGRESS: {TAKEN: codec.pack(offsets)}})
                    outputs = []
            state.append(outputs, {PROGRESS: {TAKEN: codec.pack(offsets | ends)}})
    finally:
        await consumer.stop()
    return count


async def _in_order(
    consumer: AIOKafkaConsumer, topic: str, begins: Mapping[int, int], ends: Mapping[int, int]
) -> AsyncIterator[ConsumerRecord]:
    """The records between offsets of all partitions, in the order of the times at which they were sent."""
    left = {TopicPartition(topic, number): end for number, end in ends.items() if begins.get(number, 0) < end}
    kept = await consumer.beginning_offsets(list(left))
    if any(kept[partition] > begins.get(partition.partition, 0) for partition in left):
        raise UsageError(
            f"{topic} no longer has what came since the re-run began: give it up with `streams reprocess "
            "--give-up`, then begin anew"
        )
    places = {partition: begins.get(partition.partition, 0) for partition in left}
    async for message in in_order_of_time(consumer, places, left):
        yield message


def _again(message: ConsumerRecord) -> list[Output]:
    """Articles, and the ticks of one partition: they are the same in all."""
    try:
        record = codec.decode(message.value or b"")
    except RecordError as error:
        log.error("left out", topic=message.topic, offset=message.offset, error=str(error))
        return []
    key = (message.key or b"").decode("utf-8", "replace")
    if isinstance(record, Article):
        live = record.backfill
        return [
            Output(
                Topic.ARTICLES,
                key,
                msgspec.structs.replace(article_again(record, record.fetched_at), backfill=live),
            )
        ]
    return [Output(Topic.ARTICLES, key, record)] if isinstance(record, Tick) and not message.partition else []
