"""The cluster that takes all in: what it holds already, and how values and records get there."""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Mapping
from contextlib import AsyncExitStack, closing
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from streams.engines.cluster.sending import Sender
from streams.engines.kafka import answering, connection, read_whole, topic_name
from streams.engines.sharing import GROUP
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.engines.topics import app_id
from streams.errors import UsageError
from streams.index.elastic import ElasticIndex
from streams.index.search import DocumentQuery
from streams.migrate.copy import Copy
from streams.migrate.puts import Puts
from streams.records import Topic
from streams.settings import Settings

NOBODY = frozenset({"Empty", "Dead"})
WORKED_ON = (Topic.RAW_ITEMS, Topic.PAGES, Topic.ARTICLES, Topic.TAGGED, Topic.DOCUMENTS)
"""Topics that hold something once a reader or a stage has been at work."""


class Held(NamedTuple):
    """What a cluster holds: keys of each stage's table, articles in the index, and topics that tell of work."""

    keys: Mapping[str, Collection[bytes]]
    documents: int
    worked: frozenset[Topic]

    def is_part_of(
        self, tables: Mapping[str, Container[bytes]], carried: Collection[Topic], *, shares_index: bool
    ) -> bool:
        """Whether all of it can have come from an earlier migration of these tables, and of records on topics."""
        known = all(key in tables[name] for name, keys in self.keys.items() for key in keys)
        return (
            known
            and self.worked <= set(carried)
            and (shares_index or any(self.keys.values()) or not self.documents)
        )


class Cluster:
    """A cluster while nobody works on it. Raises ServiceError when Kafka or Elasticsearch is away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sender = Sender(settings)
        self.puts = Puts(self._sender)

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as opened:
            opened.push_async_callback(self._sender.close)
            self._copy = opened.enter_context(closing(Copy()))
            self.index = opened.enter_context(closing(ElasticIndex.from_settings(self._settings)))
            await refuse_at_work(self._settings)
            self._opened = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    async def partitions(self, topic: Topic) -> int:
        """How many partitions a topic has."""
        return await self._sender.partitions(topic_name(self._settings, topic))

    async def held(self) -> Held:
        """What is there."""
        moved = {stage: table for stage, table in TABLES.items() if stage not in ("fulltext", "notify")}
        for stage in moved:
            await self._copy.read(self._settings, stage, await self.partitions(CLUSTER_INPUTS[stage][0]))
        keys = {table: self._copy.table(table) for table in moved.values()}
        found = self.index.documents(DocumentQuery(limit=0)).total
        return Held(keys, found, await self._worked())

    async def known(self, topic: Topic) -> frozenset[str]:
        """The keys of a compacted topic."""
        name, numbers = topic_name(self._settings, topic), range(await self.partitions(topic))
        partitions = [TopicPartition(name, number) for number in numbers]
        found: dict[tuple[int, str], bool] = {}
        async for partition, key, value in read_whole(self._settings, partitions):
            found[partition, key] = value is not None
        return frozenset(key for (_, key), lives in found.items() if lives)

    async def _worked(self) -> frozenset[Topic]:
        parts = {
            TopicPartition(topic_name(self._settings, topic), number): topic
            for topic in WORKED_ON
            for number in range(await self.partitions(topic))
        }
        consumer = AIOKafkaConsumer(enable_auto_commit=False, **connection(self._settings))
        await consumer.start()
        try:
            ends = await consumer.end_offsets(list(parts))
        finally:
            await consumer.stop()
        return frozenset(topic for one, topic in parts.items() if ends[one])


async def refuse_at_work(settings: Settings) -> None:
    """Raise UsageError where workers or readers are at work, ServiceError when Kafka is away."""
    busy = await at_work(
        settings, [*(app_id(settings, one) for one in CLUSTER_INPUTS), settings.topic_prefix + GROUP]
    )
    if busy:
        raise UsageError(f"{', '.join(busy)} are at work in the cluster: stop all workers and readers first")


async def at_work(settings: Settings, groups: Iterable[str]) -> list[str]:
    """Those of the consumer groups that have members. Raises ServiceError when Kafka is away."""
    admin = AIOKafkaAdminClient(**connection(settings))
    with answering(settings):
        await admin.start()
        try:
            # One at a time: aiokafka 0.14 reads an answer about several wrongly.
            answers = [answer for one in groups for answer in await admin.describe_consumer_groups([one])]
        finally:
            await admin.close()
    return sorted(found[1] for answer in answers for found in answer.groups if found[2] not in NOBODY)
