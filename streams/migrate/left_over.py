"""Records of a former cluster that no worker takes any more, as somebody gave their topic other partitions.

A worker does not start where its topic and the changelog of what it remembers have different numbers of partitions
(engines/cluster/fitting.py), so what was sent since waits for ever. It goes along, in the order of time: each
record to where its key belongs now; what concerns all partitions, of which each has it, to all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.structs import ConsumerRecord

from streams import codec
from streams.engines.cluster.sending import TO_ALL
from streams.engines.kafka import connection, in_order_of_time, key_partition, topic_name
from streams.engines.lag import Lags
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.engines.topics import changelog
from streams.errors import RecordError
from streams.migrate.puts import Puts
from streams.records import Topic
from streams.settings import Settings


class LeftOver(NamedTuple):
    """What waits before a stage, by partition: from where to where."""

    stage: str
    begins: Mapping[TopicPartition, int]
    ends: Mapping[TopicPartition, int]

    @property
    def topic(self) -> Topic:
        """The topic that the stage reads."""
        return CLUSTER_INPUTS[self.stage][0]


async def left_over(settings: Settings) -> list[LeftOver]:
    """What waits before the stages that cannot go on. Raises ServiceError or KafkaError."""
    found = []
    async with Lags(settings) as lags:
        for stage in await _parted(settings):
            waits = {one: place for one, place in (await lags.of(stage)).items() if place.waiting}
            begins = {one: place.done for one, place in waits.items()}
            ends = {one: place.done + place.waiting for one, place in waits.items()}
            found.append(LeftOver(stage, begins, ends))
    return found


async def carry(settings: Settings, left: LeftOver, goal: str, partitions: int, puts: Puts) -> int:
    """Send what is left over to the topic `goal`; returns how many records there were. Raises KafkaError."""
    consumer = AIOKafkaConsumer(enable_auto_commit=False, **connection(settings))
    count, told = 0, set[bytes]()
    await consumer.start()
    try:
        async for message in in_order_of_time(consumer, left.begins, left.ends):
            key, value = message.key or b"", message.value
            if _concerns_all(message):
                places: Sequence[int] = () if value in told else range(partitions)
                told.add(value)
            else:
                places = [key_partition(key.decode("utf-8", "replace"), partitions)]
            await puts.put(goal, places, key, value)
            count += bool(places)
    finally:
        await consumer.stop()
    await puts.flush()
    return count


async def _parted(settings: Settings) -> list[str]:
    """The stages whose topic has another number of partitions than the changelog of what they remember."""
    pairs = {
        stage: (topic_name(settings, CLUSTER_INPUTS[stage][0]), changelog(settings, stage)) for stage in TABLES
    }
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        described = await admin.describe_topics([name for pair in pairs.values() for name in pair])
    finally:
        await admin.close()
    counts = {topic["topic"]: len(topic["partitions"]) for topic in described}
    return [stage for stage, (source, kept) in pairs.items() if counts[source] != counts[kept]]


def _concerns_all(message: ConsumerRecord) -> bool:
    try:
        return isinstance(codec.decode(message.value or b""), TO_ALL)
    except RecordError:
        return False
