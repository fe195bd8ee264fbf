"""A cluster of a test's own on a real Kafka: topics under a prefix, workers in this process or in their own."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NamedTuple, Self

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from streams import codec
from streams.engines.cluster.app import StageApp
from streams.engines.kafka import connection, producer, read_whole, topic_name
from streams.engines.stages import CLUSTER_INPUTS
from streams.engines.topics import app_id, plans
from streams.records import AnyRecord, Record, Rule, Topic
from streams.settings import Settings

POLL_S = 0.2
ANSWER_MS = 5000


class Worker(NamedTuple):
    """A worker in a process of its own."""

    stage: str
    process: subprocess.Popen[bytes]

    def kill(self) -> None:
        """End it as a crash would."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> int:
        """Ask it to end; returns its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=40)


class Cluster:
    """The topics of one test and what runs on them."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings, self.folder = settings, folder

    def write_to(self, elastic: Settings) -> Self:
        """Use the index of these settings; returns itself."""
        self.settings = self.settings.model_copy(
            update={"elasticsearch": elastic.elasticsearch, "index_prefix": elastic.index_prefix}
        )
        return self

    async def send(self, topic: Topic, records: Iterable[tuple[str, Record]]) -> None:
        """Send records under their keys; they are confirmed when this returns."""
        await self.send_bytes(topic, ((key, codec.encode(record), None) for key, record in records))

    async def apply(self, rules: Sequence[Rule]) -> None:
        """Make rules known to all who match, and to whoever decides about them."""
        for topic in (Topic.RULES, Topic.HITS):
            await self.send(topic, [(one.id, one) for one in rules])

    async def tell(self, topic: Topic, records: Sequence[Record]) -> None:
        """Send records to every partition."""
        values = [("", codec.encode(record), number) for record in records for number in self._numbers(topic)]
        await self.send_bytes(topic, values)

    async def send_bytes(self, topic: Topic, values: Iterable[tuple[str, bytes, int | None]]) -> None:
        """Send (key, value, partition)."""
        kafka = producer(self.settings)
        try:
            await kafka.start()
            name = topic_name(self.settings, topic)
            sent = [await kafka.send(name, value, key=key.encode(), partition=at) for key, value, at in values]
            await asyncio.gather(*sent)
        finally:
            await kafka.stop()

    async def log(self, topic: Topic) -> list[tuple[int, AnyRecord]]:
        """All records of a topic with their partitions, in order within each."""
        partitions = [TopicPartition(topic_name(self.settings, topic), number) for number in self._numbers(topic)]
        return [
            (partition, codec.decode(value))
            async for partition, _, value in read_whole(self.settings, partitions)
            if value is not None
        ]

    async def records(self, topic: Topic) -> list[AnyRecord]:
        """The same without the partitions."""
        return [record for _, record in await self.log(topic)]

    async def drained(self, *stages: str, within_s: float = 60) -> None:
        """Wait until the stages have read all that is there."""
        for stage in stages:
            await until(lambda stage=stage: self._is_drained(stage), within_s, f"{stage} drained")  # type: ignore[misc]

    async def committed(self, stage: str) -> dict[str, int]:
        """The committed offsets of a stage, by `topic/partition`."""
        admin = AIOKafkaAdminClient(**connection(self.settings))
        await admin.start()
        try:
            offsets = await admin.list_consumer_group_offsets(app_id(self.settings, stage))
        finally:
            await admin.close()
        return {f"{at.topic}/{at.partition}": found.offset for at, found in offsets.items()}

    @asynccontextmanager
    async def running(self, *stages: str, name: str = "here") -> AsyncIterator[Mapping[str, StageApp]]:
        """Run one worker of each stage in this process."""
        settings = self.settings.model_copy(update={"data": self.folder / name})
        apps = {stage: StageApp(stage, settings) for stage in stages}
        try:
            await asyncio.gather(*(app.start() for app in apps.values()))
            yield apps
        finally:
            await asyncio.gather(*(app.stop() for app in apps.values()))

    def worker(self, stage: str, name: str) -> Worker:
        """Start a worker in a process of its own; `name` is that of its data folder and its log."""
        own = {
            "kafka": self.settings.kafka[0],
            "topic_prefix": self.settings.topic_prefix,
            "models": "{}",
            "allow_hosts": ",".join(self.settings.allow_hosts),
        }
        if self.settings.entities:
            own["entities"] = str(self.settings.entities)
        environment = {f"STREAMS_{option.upper()}": value for option, value in own.items()}
        command = [sys.executable, "-m", "streams", "worker", "--stage", stage, "--data", str(self.folder / name)]
        with (self.folder / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(command, env=os.environ | environment, stdout=log, stderr=log)
        return Worker(stage, process)

    def _numbers(self, topic: Topic) -> range:
        one = topic in (Topic.TAGGED, Topic.DOCUMENTS, Topic.DELIVERIES, Topic.DEAD_LETTERS)
        return range(1 if one else self.settings.partitions)

    async def _is_drained(self, stage: str) -> bool:
        try:
            ends, committed = await self._ends(stage), await self.committed(stage)
        except KafkaError:  # away, or no offset was ever committed
            return False
        return all(committed.get(f"{at.topic}/{at.partition}", 0) == end for at, end in ends.items())

    async def _ends(self, stage: str) -> dict[TopicPartition, int]:
        partitions = [
            TopicPartition(topic_name(self.settings, topic), number)
            for topic in CLUSTER_INPUTS[stage]
            if topic is not Topic.RULES
            for number in self._numbers(topic)
        ]
        consumer = AIOKafkaConsumer(request_timeout_ms=ANSWER_MS, **connection(self.settings))
        try:
            await consumer.start()
            ends: dict[TopicPartition, int] = await consumer.end_offsets(partitions)
        finally:
            await consumer.stop()
        return ends


async def delete_topics(settings: Settings) -> None:
    """Delete all that a set-up with these settings made."""
    admin = AIOKafkaAdminClient(**connection(settings))
    await admin.start()
    try:
        there = set(await admin.list_topics())
        await admin.delete_topics([plan.name for plan in plans(settings) if plan.name in there])
    finally:
        await admin.close()


async def until(holds: Callable[[], Awaitable[bool]], within_s: float, what: str) -> None:
    """Wait until something holds. Raises AssertionError, naming it, when it does not in time."""
    end = time.monotonic() + within_s
    while not await holds():
        assert time.monotonic() < end, f"not within {within_s} s: {what}"
        await asyncio.sleep(POLL_S)
