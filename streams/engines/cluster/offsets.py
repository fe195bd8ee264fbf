"""Where a worker stands in each partition that it reads: what is due, and what is committed.

Faust keeps books of the records that it read, delivered and saw acknowledged, and they lose records: where a fetch
from before a rebalance is delivered after it, Faust takes the records between for read and commits past them, and
a partition without a committed offset is not wound back at all. So here Faust only carries records (`transport`).
What counts is the log: the records of a partition are carried out in the order of their offsets, each once, from
the committed offset on; a record that comes again is passed by, and where one is missing the partition is wound
back to it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar, cast

import faust
import structlog
from aiokafka import AIOKafkaConsumer
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from aiokafka.structs import ConsumerRecord, OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from streams.engines.kafka import connection
from streams.errors import ServiceError
from streams.settings import Settings

ANSWER_S = 15.0
T = TypeVar("T")
log = structlog.get_logger(__name__)


class Log(Protocol):
    """Partitions as the broker has them. All raise ServiceError when it does not answer."""

    async def committed(self, partition: TP) -> int:
        """The offset to go on from: the committed one, or that of the oldest record."""
        ...

    async def first_from(self, partition: TP, offset: int) -> int:
        """The offset of the first record at or after an offset."""
        ...

    async def oldest(self, partition: TP) -> int:
        """The offset of the oldest record, or of the next one to come where there is none."""
        ...

    async def end(self, partition: TP) -> int:
        """The offset of the next record to come."""
        ...

    async def wind_back(self, partition: TP, offset: int) -> None:
        """Fetch again from an offset."""
        ...

    async def commit(self, places: Mapping[TP, int]) -> None:
        """All before these offsets is done. Raises ServiceError when that is not taken, as of a partition lost."""
        ...


class Offsets:
    """What is due in the partitions that a worker owns."""

    def __init__(self, broker: Log) -> None:
        self._log = broker
        self._next: dict[TP, int] = {}
        self._to_commit: set[TP] = set()

    async def due(self, partition: TP, records: Sequence[ConsumerRecord]) -> list[ConsumerRecord]:
        """Those of a partition's records that are to be carried out now, without a gap and without repeats.

        Raises ServiceError when the broker is asked and does not answer.
        """
        if partition not in self._next:
            self._next[partition] = await self._log.committed(partition)
        if records and records[-1].offset < self._next[partition]:
            await self._mind_the_end(partition, records[0].offset)
        due: list[ConsumerRecord] = []
        place = self._next[partition]
        for record in records:
            offset = record.offset
            if offset > place and not await self._follows(partition, place, offset):
                break
            if offset >= place:
                due.append(record)
                place = offset + 1
        return due

    async def hold(self, partitions: Iterable[TP]) -> None:
        """Raise ServiceError unless the partitions are still ours, by the broker's own books.

        A process that was stopped for longer than the session time-out goes on where it was, while another has
        its partitions: what it would then write would undo what the other one wrote. The broker takes a commit
        of members only.
        """
        await self._log.commit({partition: self._next[partition] for partition in partitions})

    def done(self, partition: TP, due: Sequence[ConsumerRecord]) -> None:
        """What was due is carried out, and all that it led to is durable."""
        self._next[partition] = due[-1].offset + 1
        self._to_commit.add(partition)

    async def commit(self) -> None:
        """Tell the broker what is done. What could not be told is read again after a restart, as repeats."""
        places = {partition: self._next[partition] for partition in self._to_commit}
        self._to_commit.clear()
        if not places:
            return
        try:
            await self._log.commit(places)
        except ServiceError as error:
            where = {f"{partition.topic}-{partition.partition}": place for partition, place in places.items()}
            log.warning("offsets not committed", offsets=where, error=str(error))

    async def again(self, partition: TP) -> None:
        """Fetch again what is to be carried out next. Raises ServiceError when the broker does not answer.

        The committed offset is asked for and not kept in `_next`: meanwhile the partition's batches may go on, or
        the partition may go to another worker.
        """
        place = self._next.get(partition)
        await self._log.wind_back(partition, await self._log.committed(partition) if place is None else place)

    async def end(self, partition: TP) -> int:
        """Up to where there are records to carry out; -1 when there are none. Raises ServiceError."""
        oldest, end = await self._log.oldest(partition), await self._log.end(partition)
        return end if max(oldest, await self._log.committed(partition)) < end else -1

    def is_behind(self, ends: Mapping[TP, int]) -> bool:
        """Whether there is one of these partitions in which not all up to its end is carried out."""
        return any(self._next.get(partition, -1) < end for partition, end in ends.items())

    def forget(self) -> None:
        """The partitions are no longer this worker's."""
        self._next.clear()
        self._to_commit.clear()

    async def _mind_the_end(self, partition: TP, first: int) -> None:
        """Where the log ends before what was done, go on from its `first` record, although that seems to be done.

        That is so in a topic that was made anew, and in one that lost its end with a broker: the records that are
        there now have offsets of records that were carried out, but are others.
        """
        end = await self._log.end(partition)
        if end < self._next[partition]:
            where = {"topic": partition.topic, "partition": partition.partition}
            log.warning("log shorter than what was done of it", end=end, done=self._next[partition], **where)
            self._next[partition] = first

    async def _follows(self, partition: TP, place: int, offset: int) -> bool:
        """Whether the log has no records between the two offsets; if it has, they are fetched again."""
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
        return await self.oldest(partition) if offset is None else offset

    async def oldest(self, partition: TP) -> int:
        """The offset of the oldest record, or of the next one to come where there is none."""
        return await self._place("beginning_offsets", partition)

    async def end(self, partition: TP) -> int:
        """The offset of the next record to come."""
        return await self._place("end_offsets", partition)

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

    async def commit(self, places: Mapping[TP, int]) -> None:
        """All before these offsets is done."""
        offsets = {partition: OffsetAndMetadata(offset, "") for partition, offset in places.items()}
        await self._ask("commit", offsets)

    async def _place(self, call: str, partition: TP) -> int:
        """Ask for one of the places only: the answer waits behind a fetch (`FETCH_WAIT_MS`)."""
        places: dict[TP, int] = await self._ask(call, [partition])
        return places[partition]

    async def _ask(self, call: str, *args: object) -> Any:
        """Call a method of Faust's consumer in the thread that it lives in."""
        thread = cast(driver.Consumer, self._app.consumer)._thread
        return await _answered(thread.call_thread(getattr(thread._ensure_consumer(), call), *args))


async def _answered(asked: Awaitable[T]) -> T:
    try:
        return await asyncio.wait_for(asked, ANSWER_S)
    except (CommitFailedError, IllegalStateError) as error:
        raise ServiceError("the partitions of this worker have gone to another one") from error
    except (KafkaError, TimeoutError) as error:
        raise ServiceError(f"Kafka does not say, or take, where to read on: {error!r}") from error
