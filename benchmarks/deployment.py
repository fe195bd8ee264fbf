"""A cluster of a benchmark's own: services with ports and data of their own, workers as processes."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from elasticsearch import ApiError

from deploy.services.__main__ import services
from streams import codec
from streams.clock import now
from streams.engines.kafka import connection, producer, topic_name
from streams.engines.topics import set_up as set_up_topics
from streams.index.elastic_client import connect
from streams.index.elastic_mapping import DOCUMENTS, FAMILIES, Family
from streams.index.elastic_setup import set_up as set_up_index
from streams.records import Record, Topic
from streams.settings import Settings, load

KAFKA_PORT, ELASTICSEARCH_PORT = 19392, 19394
DOWNLOADS = Path(__file__).parent.parent / ".services" / "downloads"
POLL_S = 0.05
AT_ONCE = 1000
MOST_FOUND = 10_000
SERVICE_UNAVAILABLE = 503
OPTIONS = ("kafka", "elasticsearch", "topic_prefix", "index_prefix", "partitions", "tag_processes", "log_level")
"""What workers are told."""

Worker = subprocess.Popen[bytes]


class Deployment:
    """Empty topics and indices under names of their own on running services."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    async def __aenter__(self) -> Self:
        await set_up_topics(self.settings)
        self._elastic = connect(self.settings)
        set_up_index(self._elastic, self.settings, now())
        self._producer: AIOKafkaProducer = producer(self.settings)
        await self._producer.start()
        self._consumer = AIOKafkaConsumer(**connection(self.settings))
        await self._consumer.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._consumer.stop()
        await self._producer.stop()
        self._elastic.close()

    async def send(self, topic: Topic, records: Iterable[tuple[str, Record]]) -> None:
        """Send records under their keys; they are confirmed when this returns."""
        values = ((key.encode(), codec.encode(record)) for key, record in records)
        await self.send_bytes(topic_name(self.settings, topic), values)

    async def send_bytes(self, name: str, values: Iterable[tuple[bytes, bytes]], at: int | None = None) -> None:
        """Send keys and values to a topic by its name on Kafka, all to one partition where `at` names it."""
        sent: list[asyncio.Future[object]] = []
        for key, value in values:
            sent.append(await self._producer.send(name, value, key=key, partition=at))
            if len(sent) == AT_ONCE:
                await asyncio.gather(*sent)
                sent.clear()
        await asyncio.gather(*sent)

    async def partitions(self, topic: Topic) -> int:
        """How many partitions a topic has."""
        return len(await self._producer.partitions_for(topic_name(self.settings, topic)))

    async def sent(self, topic: Topic) -> int:
        """How many records a topic has been sent."""
        name, numbers = topic_name(self.settings, topic), range(await self.partitions(topic))
        ends = await self._consumer.end_offsets([TopicPartition(name, number) for number in numbers])
        return sum(ends.values())

    async def indexed(self) -> int:
        """How many writes Elasticsearch was asked for: older versions that lost are counted too."""
        return self._writes(*FAMILIES.values())

    async def documents_indexed(self) -> int:
        """The same of documents alone."""
        return self._writes(DOCUMENTS)

    async def findable(self, since: datetime) -> set[str]:
        """The addresses of the documents that a query finds which were fetched since then, at most 10,000."""
        try:
            found = await asyncio.to_thread(
                self._elastic.search,
                index=DOCUMENTS.alias(self.settings.index_prefix),
                query={"range": {"fetched_at": {"gte": since.isoformat()}}},
                source=False,
                docvalue_fields=[{"field": "url"}],
                size=MOST_FOUND,
                ignore_unavailable=True,
            )
        except ApiError as error:
            if error.status_code != SERVICE_UNAVAILABLE:
                raise
            return set()  # the index is being made
        return {url for hit in found["hits"]["hits"] for url in hit["fields"]["url"]}

    def _writes(self, *families: Family) -> int:
        pattern = ",".join(family.pattern(self.settings.index_prefix) for family in families)
        counts = self._elastic.indices.stats(index=pattern, metric="indexing")["_all"]["primaries"]
        indexing = counts.get("indexing", {"index_total": 0, "index_failed": 0})
        return int(indexing["index_total"] + indexing["index_failed"])

    @contextmanager
    def workers(self, *stages: str, name: str = "worker") -> Iterator[Sequence[Worker]]:
        """Run one worker of each stage in a process of its own; `name` is that of their data folder."""
        running = [self._worker(stage, name) for stage in stages]
        try:
            yield running
        finally:
            for worker in running:
                worker.terminate()
            for worker in running:
                worker.wait(timeout=60)

    def _worker(self, stage: str, name: str) -> Worker:
        told = self.settings.model_dump(include=set(OPTIONS))
        told["kafka"] = ",".join(self.settings.kafka)
        environment = {f"STREAMS_{option.upper()}": str(value) for option, value in told.items()}
        folder = self.settings.data / self.settings.topic_prefix / name
        folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "streams", "worker", "--stage", stage, "--data", str(folder)]
        with (folder / f"{stage}.log").open("ab") as log:
            return subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)


@asynccontextmanager
async def deployed(settings: Settings, name: str) -> AsyncIterator[Deployment]:
    """Topics and indices of one measurement."""
    named = settings.model_copy(update={"topic_prefix": f"{name}-", "index_prefix": f"{name}-"})
    async with Deployment(named) as deployment:
        yield deployment


@contextmanager
def running_services() -> Iterator[Settings]:
    """Start both services on empty folders; afterwards they and what they hold are gone."""
    with tempfile.TemporaryDirectory(prefix="streams-benchmark-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Elasticsearch may run as another user
        (folder / "downloads").symlink_to(DOWNLOADS)
        both = services(folder, KAFKA_PORT, ELASTICSEARCH_PORT)
        try:
            for service in both:
                service.start()
            kafka, elasticsearch = (service.address for service in both)
            yield load(kafka=kafka, elasticsearch=elasticsearch, data=folder, tag_processes=1, log_level="warning")
        finally:
            for service in both:
                service.stop()


async def reached(count: Callable[[], Awaitable[int]], goal: int, within_s: float) -> int:
    """Wait until a count is at least the goal, and return it. Raises TimeoutError."""
    end = time.monotonic() + within_s
    while (done := await count()) < goal:
        if time.monotonic() > end:
            raise TimeoutError(f"{done} of {goal} were done in {within_s:.0f} s")
        await asyncio.sleep(POLL_S)
    return done
