"""How a stage's agent carries out its batches, so that nothing is lost, whatever happens in between.

A record's offset is committed when all that it leads to is confirmed: outputs first, then state. What is not
carried out is left as it is, and Kafka gives it again to whoever owns its partition next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial

import faust
import structlog
from faust.types import TP

from streams.clock import now
from streams.engines.cluster.offsets import Event, Log, Offsets
from streams.engines.cluster.partition import PartitionTable
from streams.engines.cluster.sending import Sender
from streams.engines.meter import Meter
from streams.engines.work import Logged, Runner, StageSpec
from streams.errors import ServiceError
from streams.index.elastic_mapping import REFRESH_S
from streams.records import Topic

WITHIN_S = 0.2
"""How long a batch that is not full waits for more."""
RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0
log = structlog.get_logger(__name__)

OpenPartition = Callable[[str, int], PartitionTable]


class GivenUpError(Exception):
    """The partitions are being revoked: what waits for a service is left to their next owner."""


class Batches:
    """The batches of one stage in one worker. `tables` gives a partition of a table by name and number.

    `owned` are the worker's partitions, None while they are given out anew or their state is recovered.
    """

    def __init__(
        self, spec: StageSpec, app: faust.App, broker: Log, sender: Sender, tables: OpenPartition, prefix: str
    ) -> None:
        self._spec, self._app, self._sender, self._tables, self._prefix = spec, app, sender, tables, prefix
        self.meter = Meter(spec.name, now, REFRESH_S)
        self.owned: frozenset[TP] | None = None
        self._offsets = Offsets(broker)
        self._runners: dict[TP, Runner] = {}
        self._passed_by: set[TP] = set()
        self._at_work = asyncio.Lock()
        self._leaving = asyncio.Event()

    async def run(self, stream: faust.Stream[bytes]) -> None:
        """The agent: never raises, as Faust would start it anew and go on; the worker ends instead."""
        async for events in stream.take_events(self._spec.batch, within=WITHIN_S):
            try:
                await self._carry_out(events)
            except GivenUpError:
                log.info("batch given up, its partitions move", stage=self._spec.name, events=len(events))
            except Exception as error:
                await self._app.crash(error)

    def recovered(self, partitions: Iterable[TP]) -> None:
        """These partitions are ours now, and what is remembered of them is there."""
        self.owned = frozenset(partitions)
        self._leaving.clear()
        for partition in self._passed_by & self.owned:
            self._app.add_future(self._again(partition))
        self._passed_by.clear()

    async def revoked(self) -> None:
        """All partitions go: finish the batch at work, or give it up where a service is away, and forget."""
        self._leaving.set()
        async with self._at_work:
            self.owned = None
            self._runners.clear()
            self._offsets.forget()

    async def _carry_out(self, events: Sequence[Event]) -> None:
        async with self._at_work:
            for partition, part in self._by_partition(events):
                runner = self._runner(partition)
                await self._insist(partial(self._attempt, runner, partition, part), runner.forget)

    def _by_partition(self, events: Sequence[Event]) -> Iterator[tuple[TP, list[Event]]]:
        """The events of each partition that is ours. Faust may hold some from before a rebalance."""
        parts: dict[TP, list[Event]] = {}
        for event in events:
            parts.setdefault(event.message.tp, []).append(event)
        self._passed_by |= parts.keys() - (self.owned or ())
        return ((partition, part) for partition, part in parts.items() if partition in (self.owned or ()))

    async def _again(self, partition: TP) -> None:
        """Fetch again what came before the partition was ours: no later record may come to show the gap."""

        async def attempt() -> None:
            if partition in (self.owned or ()):
                await self._offsets.again(partition)

        with suppress(GivenUpError):
            await self._insist(attempt, lambda: None)

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

    async def _attempt(self, runner: Runner, partition: TP, events: Sequence[Event]) -> None:
        due = await self._offsets.due(partition, events)
        if due:
            await self._process(runner, partition, [_logged(event, self._prefix) for event in due])
            await self._offsets.done(partition, due)

    async def _process(self, runner: Runner, partition: TP, batch: Sequence[Logged]) -> None:
        outputs = await asyncio.to_thread(runner.attempt, batch)
        if outputs is None:
            for row in batch:
                await self._process(runner, partition, [row])
            return
        of = await self._sender.partitions(partition.topic)
        await self._sender.send(outputs, partition.partition, of)
        for name, writes in runner.tables.writes().items():
            await self._tables(name, partition.partition).write(writes)
        runner.carried_out(outputs)

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


def _logged(event: Event, prefix: str) -> Logged:
    message = event.message
    return Logged(
        seq=message.offset,
        topic=Topic(message.topic.removeprefix(prefix)),
        key=(message.key or b"").decode("utf-8", "replace"),
        value=message.value or b"",
        partition=message.partition,
    )
