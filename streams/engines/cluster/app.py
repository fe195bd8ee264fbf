"""A stage as a Faust app: one agent on its topics, one table for what it remembers, one consumer group."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, cast

import faust
import structlog
from faust.tables.base import Collection
from faust.tables.manager import TableManager
from faust.types.auth import CredentialsT

from streams.engines.cluster.batches import Batches
from streams.engines.cluster.fitting import kafka_id, keep_of, refuse_misfits
from streams.engines.cluster.offsets import KafkaLog
from streams.engines.cluster.partition import RECOVERED_AT_ONCE, ROCKSDB, PartitionTable, RecoveredTable
from streams.engines.cluster.resources import Opened, opened
from streams.engines.cluster.sending import Sender
from streams.engines.cluster.transport import Transport
from streams.engines.folder import claimed
from streams.engines.kafka import MAX_RECORD_BYTES, connection, topic_name
from streams.engines.stages import BATCHES, CLUSTER_INPUTS, TABLES
from streams.engines.topics import app_id
from streams.engines.work import OpenTable, StageSpec
from streams.errors import ServiceError, StreamsError
from streams.records import Topic
from streams.settings import Settings
from streams.stage import Stage

SESSION_TIMEOUT_S, HEARTBEAT_S = 12.0, 3.0
"""How soon the partitions of a worker that was killed move to others, and how often it says that it is there."""
MOST_OF_A_FETCH = 4096
"""How many of its records are handed on at once; as many as most fetches have, so that these are not cut."""
START_RETRY_S = 5.0
log = structlog.get_logger(__name__)


class StageApp(faust.App):
    """One worker of one stage; what the stage needs beside its table is open while the app runs."""

    def __init__(self, stage: str, settings: Settings) -> None:
        # By the topics' prefix: a database says where in its changelog it stands, which means nothing in another.
        folder = settings.data / "workers" / app_id(settings, stage)
        super().__init__(app_id(settings, stage), datadir=folder, **_options(stage, settings))
        self._of = (stage, settings, folder)
        self._resources = AsyncExitStack()
        self._opened: Opened | None = None
        self.sender = Sender(settings)
        spec = StageSpec(stage, CLUSTER_INPUTS[stage], self._made, BATCHES[stage], most_bytes=MAX_RECORD_BYTES)
        broker = KafkaLog(self, settings)
        begin = self._begin if stage == "notify" else None
        self.batches = Batches(spec, self, broker, self.sender, self.partition, settings.topic_prefix, begin)
        if stage in TABLES:
            self.Table(
                TABLES[stage],
                key_type=bytes,
                value_type=bytes,
                recovery_buffer_size=RECOVERED_AT_ONCE,
                options=ROCKSDB,
            )
        self.agent(self._source(), name=stage)(self._work)
        self.on_rebalance_complete.connect(self._recovered)
        self.on_partitions_revoked.connect(self._revoked)

    async def on_first_start(self) -> None:
        """Open what the stage needs. Raises SettingsError or DataFolderError when that cannot be."""
        stage, settings, folder = self._of
        folder.mkdir(parents=True, exist_ok=True)
        self._resources.enter_context(claimed(folder))
        self._resources.push_async_callback(self.sender.close)
        await self._fit(folder)
        self._opened = await opened(stage, settings, self.sender, self._resources, self.crash)
        await super().on_first_start()

    async def on_stop(self) -> None:
        """Finish the batch at work before Faust stops what it works with."""
        await self._revoked()
        await super().on_stop()
        await self._resources.aclose()

    async def refused(self) -> str | None:
        """Why the service beside Kafka that the stage needs would take nothing now, if so."""
        if self._opened is None:
            return None
        try:
            await asyncio.to_thread(self._opened.ask)
        except StreamsError as error:
            return str(error)
        return None

    def _made(self, tables: OpenTable) -> Stage:
        assert self._opened, "a worker reads only once all is open"
        return self._opened.build(tables)

    def _begin(self) -> None:
        assert self._opened, "a worker reads only once all is open"
        self._opened.begin()

    async def _fit(self, folder: Path) -> None:
        """Wait until Kafka answers and `streams setup` was run. Raises SettingsError for what does not fit."""
        stage, settings, _ = self._of
        while not self.should_stop:
            try:
                await refuse_misfits(stage, settings, self.sender)
                keep_of(await kafka_id(settings), folder)
                break
            except ServiceError as error:
                log.warning("not yet started", stage=stage, error=str(error), in_s=START_RETRY_S)
                await self.sleep(START_RETRY_S)

    def _source(self) -> faust.TopicT:
        stage, settings, _ = self._of
        names = [topic_name(settings, topic) for topic in CLUSTER_INPUTS[stage] if topic is not Topic.RULES]
        return self.topic(*names, key_type=bytes, value_type=bytes, allow_empty=True)

    async def _work(self, stream: faust.StreamT[bytes]) -> None:
        await self.batches.run(cast(faust.Stream[bytes], stream))

    def _new_transport(self) -> Transport:
        return Transport(self.conf.broker_consumer, self)

    async def _recovered(self, *_: object, **__: object) -> None:
        """Faust says so also at the end of a recovery that another assignment has overtaken."""
        if not cast(TableManager, self.tables).recovery.signal_recovery_start.is_set():
            self.batches.recovered(self.consumer.assignment())

    async def _revoked(self, *_: object, **__: object) -> None:
        await self.batches.revoked()
        if self._opened is not None:
            await self._opened.hand_over()

    def partition(self, name: str, number: int) -> PartitionTable:
        """One partition of a table."""
        return PartitionTable(cast(Collection, self.tables[name]), number, self.sender)


def _options(stage: str, settings: Settings) -> Mapping[str, Any]:
    """Faust's settings: `streams setup` makes the topics, and this package confirms and commits itself."""
    return {
        "broker": [f"kafka://{address}" for address in settings.kafka],
        "broker_credentials": _credentials(settings),
        "broker_session_timeout": SESSION_TIMEOUT_S,
        "broker_heartbeat_interval": HEARTBEAT_S,
        "broker_max_poll_records": MOST_OF_A_FETCH,
        "consumer_auto_offset_reset": "earliest",
        "stream_buffer_maxsize": 1,
        "stream_wait_empty": False,
        "value_serializer": "raw",
        "key_serializer": "raw",
        "store": "rocksdb://",
        "Table": RecoveredTable,
        "topic_allow_declare": False,
        "topic_disable_leader": True,
        "web_enabled": False,
    }


def _credentials(settings: Settings) -> CredentialsT | None:
    of = connection(settings)
    if settings.kafka_sasl:
        return faust.SASLCredentials(
            username=of["sasl_plain_username"],
            password=of["sasl_plain_password"],
            mechanism=of["sasl_mechanism"],
            ssl_context=of["ssl_context"],
        )
    return faust.SSLCredentials(of["ssl_context"]) if of["ssl_context"] else None
