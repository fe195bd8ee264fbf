"""How a stage's agent carries out its batches, so that nothing is lost, whatever happens in between.

A record's offset is committed once all that it leads to is confirmed: outputs first, then state. Kafka is waited
for each time, so a batch has records of several partitions, which are confirmed together, and batches that are
taken together are committed together. What is not carried out is left as it is, and Kafka gives it again to
whoever owns its partition next. State is written by the owner of its partition alone; outputs may be sent by a
former one too, and are then repeats.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import cast

import faust
import structlog
from faust.types import TP

from streams.clock import now
from streams.engines.cluster.offsets import Log, Offsets
from streams.engines.cluster.partition import PartitionTable
from streams.engines.cluster.sending import Led, Sender
from streams.engines.cluster.taking import Parts, logged, rounds, together
from streams.engines.cluster.transport import Fetched
from streams.engines.meter import Meter
from streams.engines.work import Encoded, Runner, StageSpec
from streams.errors import ServiceError
from streams.index.elastic_mapping import REFRESH_S
from streams.records import Topic

FETCHES, WITHIN_S = 4, 0.2
"""How many fetches, each of at most a megabyte or one record, are taken at once; how long less than a batch waits
for more.
"""
RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0
BEHIND_S = 0.1
log = structlog.get_logger(__name__)

OpenPartition = Callable[[str, int], PartitionTable]


class GivenUpError(Exception):
    """The partitions are being revoked: what waits for a service is left to their next owner."""


class Batches:
    """The batches of one stage in one worker. `tables` gives a partition of a table by name and number.

    `owned` are the worker's partitions, None while they are given out anew or their state is recovered. `begin` is
    for a stage that has something at work beside it: it is called when the stage is there and all is carried out
    that was in its partitions when they came.
    """

    def __init__(
        self,
        spec: StageSpec,
        app: faust.App,
        broker: Log,
        sender: Sender,
        tables: OpenPartition,
        prefix: str,
        begin: Callable[[], None] | None = None,
    ) -> None:
        self._spec, self._app, self._sender, self._tables, self._prefix = spec, app, sender, tables, prefix
        self._begin = begin
        self.meter = Meter(spec.name, now, REFRESH_S)
        self.owned: frozenset[TP] | None = None
        self._offsets = Offsets(broker)
        self._runners: dict[TP, Runner] = {}
        self._passed_by: set[TP] = set()
        self._at_work = asyncio.Lock()
        self._leaving = asyncio.Event()

    async def run(self, stream: faust.Stream[bytes]) -> None:
        """The agent: never raises, as Faust would start it anew and go on; the worker ends instead."""
        stream.enable_acks = False  # or Faust would keep books of what it acknowledges
        waiting: asyncio.Queue[Fetched] = asyncio.Queue(FETCHES)
        async with asyncio.TaskGroup() as both:
            working = both.create_task(self._work(waiting))
            async for event in stream.events():
                await waiting.put(cast(Fetched, event.message))
            await waiting.join()
            working.cancel()

    def recovered(self, partitions: Iterable[TP]) -> None:
        """These partitions are ours now, those of changelogs among them, and what is remembered is there."""
        topics = {self._prefix + topic for topic in self._spec.inputs}
        self.owned = frozenset(one for one in partitions if one.topic in topics)
        self._leaving.clear()
        for partition in self._passed_by & self.owned:
            self._app.add_future(self._again(partition))
        self._passed_by.clear()
        if self._begin is not None:
            self._app.add_future(self._begin_when_read(self.owned, self._begin))

    async def revoked(self) -> None:
        """All partitions go: finish the batch at work, or give it up where a service is away, and forget."""
        self._leaving.set()
        async with self._at_work:
            await self._offsets.commit()
            self.owned = None
            self._runners.clear()
            self._offsets.forget()

    async def _work(self, waiting: asyncio.Queue[Fetched]) -> None:
        while True:
            fetches = await together(waiting, FETCHES, self._spec.batch, WITHIN_S)
            try:
                await self._carry_out(fetches)
            except GivenUpError:
                # They may come back to this very worker, and Kafka has given it these records already.
                self._passed_by.update(fetched.tp for fetched in fetches)
                log.info("batch given up, its partitions move", stage=self._spec.name, fetches=len(fetches))
            except Exception as error:
                await self._app.crash(error)
            for _ in fetches:
                waiting.task_done()

    async def _carry_out(self, fetches: Sequence[Fetched]) -> None:
        """Batch by batch, so that partitions that go wait for no more than one."""
        for parts in rounds(fetches, self._spec.batch):
            async with self._at_work:
                ours = {partition: records for partition, records in parts.items() if self._owns(partition)}
                # Faust may hold some from before a rebalance.
                self._passed_by.update(parts.keys() - ours.keys())
                await self._insist(partial(self._attempt, ours), partial(self._forget, ours))
        async with self._at_work:
            await self._offsets.commit()

    async def _again(self, partition: TP) -> None:
        """Fetch again what came before the partition was ours: no later record may come to show the gap."""

        async def attempt() -> None:
            if self._owns(partition):
                await self._offsets.again(partition)

        with suppress(GivenUpError):
            await self._insist(attempt, lambda: None)

    async def _begin_when_read(self, partitions: frozenset[TP], begin: Callable[[], None]) -> None:
        """Make the stage, though it may be long until a record comes, and let begin what is at work beside it."""
        ends: dict[TP, int] = {}

        async def look() -> None:
            for partition in partitions:
                ends[partition] = await self._offsets.end(partition)

        try:
            await self._insist(look, lambda: None)
            while self._offsets.is_behind(ends):
                await self._pause(BEHIND_S)
            async with self._at_work:
                if self.owned is partitions:
                    for partition in partitions:
                        await asyncio.to_thread(self._runner(partition).make)
                    begin()
        except GivenUpError:
            return
        except Exception as error:
            await self._app.crash(error)

    async def _insist(self, attempt: Callable[[], Awaitable[None]], failed: Callable[[], None]) -> None:
        """Try on, however long a service is away. Raises GivenUpError when the partitions go first."""
        wait_s = RETRY_MIN_S
        while True:
            try:
                return await attempt()
            except ServiceError as error:
                failed()
                self.meter.waits(error)
                pause_s = error.retry_after_s or wait_s
                log.warning("service away, trying again", stage=self._spec.name, error=str(error), in_s=pause_s)
            await self._pause(pause_s)
            wait_s = min(wait_s * 2, RETRY_MAX_S)

    async def _attempt(self, parts: Parts) -> None:
        due = {partition: await self._offsets.due(partition, records) for partition, records in parts.items()}
        await self._process({partition: records for partition, records in due.items() if records})

    async def _process(self, due: Parts) -> None:
        """Where those of a partition fail together, they are tried one by one."""
        made: dict[TP, list[Encoded]] = {}
        for partition, records in due.items():
            batch = logged(records, Topic(partition.topic.removeprefix(self._prefix)))
            outputs = await asyncio.to_thread(self._runner(partition).attempt, batch)
            if outputs is not None:
                made[partition] = outputs
        if made:
            await self._confirm(made)
        for partition in made:
            self._offsets.done(partition, due[partition])
        for partition in [one for one in due if one not in made]:
            for record in due[partition]:
                await self._process({partition: [record]})

    async def _confirm(self, made: Mapping[TP, Sequence[Encoded]]) -> None:
        """Send what was made, then write state."""
        await self._sender.send(
            [
                Led(partition.partition, await self._sender.partitions(partition.topic), outputs)
                for partition, outputs in made.items()
            ]
        )
        writes_of = {
            partition: writes for partition in made if (writes := self._runner(partition).tables.writes())
        }
        if writes_of:
            await self._offsets.hold(writes_of)
            await _all(
                self._tables(name, partition.partition).write(writes)
                for partition, of_partition in writes_of.items()
                for name, writes in of_partition.items()
            )
        for partition, outputs in made.items():
            self._runner(partition).carried_out(outputs)

    def _owns(self, partition: TP) -> bool:
        return partition in (self.owned or ())

    def _forget(self, partitions: Iterable[TP]) -> None:
        for partition in partitions:
            self._runner(partition).forget()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), seconds)
            raise GivenUpError

    def _runner(self, partition: TP) -> Runner:
        """The stage over what is remembered of one partition, made anew when the partition comes back."""
        if partition not in self._runners:

            def base(name: str) -> Mapping[bytes, bytes]:
                return self._tables(name, partition.partition)

            self._runners[partition] = Runner(self._spec, base, now, self.meter)
        return self._runners[partition]


async def _all(writing: Iterable[Awaitable[None]]) -> None:
    """Wait until all have ended, then raise what one of them raised."""
    failed = [error for error in await asyncio.gather(*writing, return_exceptions=True) if error is not None]
    if failed:
        raise failed[0]
