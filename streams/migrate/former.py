"""A cluster under another topic prefix, whose state moves to one with another number of partitions.

Both have the same index, so documents, stories and alerts stay as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, closing
from typing import Self

from aiokafka.admin import AIOKafkaAdminClient

from streams import codec
from streams.engines.cluster.deliveries import Remembered
from streams.engines.kafka import answering, connection
from streams.engines.remote import ClusterEngine
from streams.engines.stages import TABLES
from streams.engines.topics import changelog
from streams.errors import UsageError
from streams.index.search import DocumentQuery
from streams.migrate.cluster import refuse_at_work
from streams.migrate.copy import Copy
from streams.migrate.left_over import LeftOver, left_over
from streams.migrate.source import refuse_unfinished
from streams.records import Delivery, Document, Record
from streams.settings import Settings

COPIED = ("identify", "relate", "decide", "notify")
"""Stages whose memory is needed later. `fulltext` remembers which records came from Kafka, and what pages repeat,
which is soon learned anew.
"""


class FormerCluster:
    """The source; `settings` are the cluster's own.

    Raises UsageError for one that is at work or has records under way, and ServiceError when Kafka is away.
    """

    shares_index = True

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.left_over: Sequence[LeftOver] = ()
        self.listing = f"STREAMS_TOPIC_PREFIX={settings.topic_prefix} streams deadletters list"

    async def __aenter__(self) -> Self:
        prefix = self._settings.topic_prefix
        with answering(self._settings):
            async with AsyncExitStack() as opened:
                partitions = await self._partitions()
                await refuse_at_work(self._settings)
                self.engine = opened.enter_context(ClusterEngine(self._settings))
                way_out = "stop the readers, and let the workers come to the end"
                self.left_over = await left_over(self._settings)
                stuck = [one.stage for one in self.left_over]
                refuse_unfinished(self.engine.status(), f"the cluster under {prefix!r}", way_out, stuck)
                self._copy = opened.enter_context(closing(Copy()))
                for stage in COPIED:
                    await self._copy.read(self._settings, stage, partitions[changelog(self._settings, stage)])
                self._opened = opened.pop_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._opened.aclose()

    def table(self, name: str) -> Mapping[bytes, bytes]:
        """A stage's memory, of all partitions."""
        return self._copy.table(name)

    def documents(self) -> Iterator[Document]:
        """All documents."""
        return self.engine.search.scan(DocumentQuery())

    def records(self) -> Iterator[Record]:
        """Nothing: the index is the same."""
        return iter(())

    def pending(self) -> list[Delivery]:
        """Deliveries that were not made yet, the oldest first."""
        remembered = (codec.unpack_as(value, Remembered) for value in self.table(TABLES["notify"]).values())
        return sorted((one.delivery for one in remembered if one.delivery), key=lambda one: one.at)

    def hosts(self) -> list[str]:
        """None: what the readers are allowed is in their options."""
        return []

    def size(self) -> int:
        """How many values there are."""
        return sum(len(self.table(TABLES[stage])) for stage in COPIED)

    async def _partitions(self) -> dict[str, int]:
        """How many partitions each changelog has. Raises UsageError where there are none."""
        names = [changelog(self._settings, stage) for stage in COPIED]
        admin = AIOKafkaAdminClient(**connection(self._settings))
        await admin.start()
        try:
            missing = set(names) - set(await admin.list_topics())
            if missing:
                raise UsageError(
                    f"there is no cluster under the topic prefix {self._settings.topic_prefix!r}: Kafka has no "
                    f"topic {min(missing)}. Name the STREAMS_TOPIC_PREFIX that its workers had"
                )
            found = await admin.describe_topics(names)
        finally:
            await admin.close()
        return {topic["topic"]: len(topic["partitions"]) for topic in found}
