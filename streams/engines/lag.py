"""How far the stages are, by the broker's own books: Faust's may tell of commits that the broker refused."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.engines.kafka import answering, connection, topic_name
from streams.engines.stages import CLUSTER_INPUTS
from streams.engines.topics import app_id
from streams.records import Topic
from streams.settings import Settings


class Place(NamedTuple):
    """Where a stage is in one partition: the offset up to which all is done, and how many records wait."""

    done: int
    waiting: int


class Lags:
    """Asks Kafka where stages are. Raises ServiceError when it does not answer."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._opened = settings, AsyncExitStack()

    async def __aenter__(self) -> Self:
        self._admin = AIOKafkaAdminClient(**connection(self._settings))
        self._consumer = AIOKafkaConsumer(enable_auto_commit=False, **connection(self._settings))
        self._opened.push_async_callback(self._admin.close)
        self._opened.push_async_callback(self._consumer.stop)
        try:
            with answering(self._settings):
                await self._admin.start()
                await self._consumer.start()
        except BaseException:
            await self._opened.aclose()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    async def of(self, stage: str) -> dict[TopicPartition, Place]:
        """Where the stage is in each partition that it reads."""
        names = [topic_name(self._settings, topic) for topic in CLUSTER_INPUTS[stage] if topic != Topic.RULES]
        with answering(self._settings):
            committed = await self._admin.list_consumer_group_offsets(app_id(self._settings, stage))
            parts = [
                TopicPartition(topic["topic"], partition["partition"])
                for topic in await self._admin.describe_topics(names)
                for partition in topic["partitions"]
            ]
            begins = await self._consumer.beginning_offsets(parts)
            ends = await self._consumer.end_offsets(parts)
        # What Kafka no longer keeps does not wait.
        done = {one: max(begins[one], committed[one].offset if one in committed else 0) for one in parts}
        return {one: Place(done[one], max(0, ends[one] - done[one])) for one in parts}

    async def kept(self, topic: Topic) -> tuple[int, int]:
        """The offsets at which a topic of one partition begins, and the next one to come."""
        part = TopicPartition(topic_name(self._settings, topic), 0)
        with answering(self._settings):
            begins, ends = await self._consumer.beginning_offsets([part]), await self._consumer.end_offsets([part])
        return begins[part], ends[part]
