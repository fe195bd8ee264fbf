"""Where a worker stands in each partition that it reads: what is due, and what is committed.

Faust keeps books of the records that it read, delivered and saw acknowledged, and they lose records: where a fetch
from before a rebalance is delivered after it, Faust takes the records between for read and commits past them, and
a partition without a committed offset is not wound back at all. So here Faust only carries records. What counts is
the log: the records of a partition are carried out in the order of their offsets, each once, from the committed
offset on; a record that comes again is passed by, and where one is missing the partition is wound back to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine, Sequence
from typing import Any, Protocol, TypeVar, cast

import faust
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP
from faust.types.tuples import Message
from mode.services import WaitArgT, WaitResults

from streams.engines.cluster.eager import Finished, begin
from streams.engines.kafka import connection
from streams.errors import ServiceError
from streams.settings import Settings

ANSWER_S = 15.0
T = TypeVar("T")
Event = faust.EventT[bytes]
log = structlog.get_logger(__name__)


class Log(Protocol):
    """Partitions as the broker has them. All but `commit` raise ServiceError when it does not answer."""

    async def committed(self, partition: TP) -> int:
        """The offset to go on from: the committed one, or that of the oldest record."""
        ...

    async def first_from(self, partition: TP, offset: int) -> int:
        """The offset of the first record at or after an offset."""
        ...

    async def wind_back(self, partition: TP, offset: int) -> None:
        """Fetch again from an offset."""
        ...

    async def commit(self, partition: TP, offset: int) -> None:
        """All before the offset is done."""
        ...


class Offsets:
    """What is due in the partitions that a worker owns."""

    def __init__(self, broker: Log) -> None:
        self._log = broker
        self._next: dict[TP, int] = {}

    async def due(self, partition: TP, events: Sequence[Event]) -> list[Event]:
        """Those of a partition's events that are to be carried out now, without a gap and without repeats.

        Raises ServiceError when the broker is asked and does not answer.
        """
        if partition not in self._next:
            self._next[partition] = await self._log.committed(partition)
        due: list[Event] = []
        place = self._next[partition]
        for event in events:
            offset = event.message.offset
            if offset > place and not await self._follows(partition, place, offset):
                break
            if offset >= place:
                due.append(event)
                place = offset + 1
        return due

    async def done(self, partition: TP, due: Sequence[Event]) -> None:
        """What was due is carried out, and all that it led to is durable."""
        self._next[partition] = due[-1].message.offset + 1
        await self._log.commit(partition, self._next[partition])

    async def again(self, partition: TP) -> None:
        """Fetch again what is to be carried out next. Raises ServiceError when the broker does not answer."""
        if partition not in self._next:
            self._next[partition] = await self._log.committed(partition)
        await self._log.wind_back(partition, self._next[partition])

    def forget(self) -> None:
        """The partitions are no longer this worker's."""
        self._next.clear()

    async def _follows(self, partition: TP, place: int, offset: int) -> bool:
        """Whether nothing stands between in the log itself; else what is missing is fetched again."""
        where = {"topic": partition.topic, "partition": partition.partition, "missing": offset - place}
        if await self._log.first_from(partition, place) == offset:
            log.warning("records are gone from the log: its retention is shorter than the lag", **where)
            return True
        log.info("records missing, fetched again", **where)
        await self._log.wind_back(partition, place)
        return False


class KafkaLog:
    """The log of the partitions that a Faust app reads."""

    def __init__(self, app: faust.App, settings: Settings) -> None:
        self._app, self._settings = app, settings

    async def committed(self, partition: TP) -> int:
        """The offset to go on from: the committed one, or that of the oldest record."""
        offset: int | None = await self._ask("committed", partition)
        if offset is None:
            oldest: dict[TP, int] = await self._ask("beginning_offsets", [partition])
            offset = oldest[partition]
        return offset

    async def first_from(self, partition: TP, offset: int) -> int:
        """The offset of the first record at or after an offset, read apart from what Faust reads."""
        consumer = AIOKafkaConsumer(
            enable_auto_commit=False, auto_offset_reset="earliest", **connection(self._settings)
        )
        try:
            await _answered(consumer.start())
            consumer.assign([partition])
            consumer.seek(partition, offset)
            record = await _answered(consumer.getone())
        finally:
            await consumer.stop()
        first: int = record.offset
        return first

    async def wind_back(self, partition: TP, offset: int) -> None:
        """Fetch again from an offset."""
        await _answered(self._app.consumer.seek_wait({partition: offset}))

    async def commit(self, partition: TP, offset: int) -> None:
        """All before the offset is done. Where that cannot be said, what was done comes again: a repeat."""
        try:
            await self._ask("commit", {partition: OffsetAndMetadata(offset, "")})
        except ServiceError as error:
            log.warning("offset not committed", topic=partition.topic, offset=offset, error=str(error))

    async def _ask(self, call: str, *args: object) -> Any:
        """Call a method of Faust's consumer in the thread that it lives in."""
        thread = cast(driver.Consumer, self._app.consumer)._thread
        return await _answered(thread.call_thread(getattr(thread._ensure_consumer(), call), *args))


class Transport(driver.Transport):
    """Kafka without Faust's books: whatever is fetched is delivered, and nothing is committed by Faust."""

    class Consumer(driver.Consumer):
        """A consumer that takes no record for read or acknowledged."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self._read_offset = _NeverRead()

        def track_message(self, message: Message) -> None:
            """Let the sensors see it; wait for nothing."""
            self._on_message_in(message.tp, message.offset, message)

        def ack(self, message: Message) -> bool:
            """Book nothing."""
            return False

        async def wait_first(self, *coros: WaitArgT, **options: Any) -> WaitResults:
            """What is done first: for each record, its delivery or an end to deliveries.

            Faust makes four tasks to find out. Most deliveries need not wait, and are done without any.
            """
            delivery, *others = coros
            if not (others and isinstance(delivery, Coroutine)):
                return await super().wait_first(*coros, **options)
            begun = begin(delivery)
            if not isinstance(begun, Finished):
                return await super().wait_first(begun, *others, **options)
            for other in others:
                cast(Coroutine[Any, Any, object], other).close()
            return WaitResults([delivery], [begun.result], False)

        def on_buffer_full(self, tp: TP) -> None:
            """Fetch on: delivering waits for room. Faust would sleep a second with all partitions set aside."""


class _NeverRead(dict[TP, int | None]):
    def __getitem__(self, partition: TP) -> None:
        return None


async def _answered(asked: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(asked, ANSWER_S)
    except (KafkaError, TimeoutError) as error:
        raise ServiceError(f"Kafka does not say where to read on: {error!r}") from error
