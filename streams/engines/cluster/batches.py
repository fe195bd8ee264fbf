"""How a stage's agent carries out its batches, so that nothing is lost, whatever happens in between.

An event is acknowledged when all that it leads to is confirmed: outputs first, then state. Faust acknowledges the
events of a batch when the agent asks for the next one or ends, in whatever way; those that were not carried out
are taken out of its books before that, and Kafka gives them again to whoever owns their partition next.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress

import faust
import structlog
from faust.types import TP

from streams.clock import now
from streams.engines.cluster.partition import PartitionTable
from streams.engines.cluster.sending import Sender
from streams.engines.work import Logged, Runner, StageSpec
from streams.errors import ServiceError
from streams.records import Topic

WITHIN_S = 0.2
"""How long a batch that is not full waits for more."""
RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0
log = structlog.get_logger(__name__)

Event = faust.EventT[bytes]
OpenPartition = Callable[[str, int], PartitionTable]


class GivenUpError(Exception):
    """The partitions are being revoked: what waits for a service is left to their next owner."""


class Batches:
    """The batches of one stage in one worker. `tables` gives a partition of a table by name and number."""

    def __init__(
        self, spec: StageSpec, app: faust.App, sender: Sender, tables: OpenPartition, prefix: str
    ) -> None:
        self._spec, self._app, self._sender, self._tables, self._prefix = spec, app, sender, tables, prefix
        self._runners: dict[TP, Runner] = {}
        self._owned: frozenset[TP] = frozenset()
        self._at_work = asyncio.Lock()
        self._leaving = asyncio.Event()

    async def run(self, stream: faust.Stream[bytes]) -> None:
        """The agent: never raises, as Faust would take an exception for success; the worker ends instead."""
        stream.enable_acks = False
        async for events in stream.take_events(self._spec.batch, within=WITHIN_S):
            try:
                await self._carry_out(events)
            except GivenUpError:
                log.info("batch given up, its partitions move", stage=self._spec.name, events=len(events))
            except Exception as error:
                await self._app.crash(error)

    def assigned(self, partitions: set[TP]) -> None:
        """These partitions are ours now; their state is recovered before their first event comes."""
        self._owned = frozenset(partitions)
        self._leaving.clear()

    async def revoked(self) -> None:
        """All partitions go: finish the batch at work, or give it up where a service is away, and forget."""
        self._leaving.set()
        async with self._at_work:
            self._owned = frozenset()
            self._runners.clear()

    async def _carry_out(self, events: Sequence[Event]) -> None:
        left = list(events)
        try:
            async with self._at_work:
                for partition, part in self._by_partition(events):
                    await self._insist(partition, [_logged(event, self._prefix) for event in part])
                    left = [event for event in left if event.message.tp != partition]
        finally:
            self._disown(left)

    def _by_partition(self, events: Sequence[Event]) -> Iterator[tuple[TP, list[Event]]]:
        """The events of each partition that is still ours. Faust may hold some from before a rebalance."""
        parts: dict[TP, list[Event]] = {}
        for event in events:
            if event.message.generation_id == self._app.consumer_generation_id:
                parts.setdefault(event.message.tp, []).append(event)
        return ((partition, part) for partition, part in parts.items() if partition in self._owned)

    def _disown(self, events: Sequence[Event]) -> None:
        """Take events out of Faust's books: it neither acknowledges nor waits for them."""
        for event in events:
            event.message.acked = True
            self._app.consumer.unacked.discard(event.message)

    async def _insist(self, partition: TP, batch: Sequence[Logged]) -> None:
        """Carry a batch out, however long a service is away. Raises GivenUpError when the partition goes first."""
        runner, wait_s = self._runner(partition), RETRY_MIN_S
        while True:
            try:
                await self._process(runner, partition, batch)
                return
            except ServiceError as error:
                runner.forget()
                pause_s = error.retry_after_s or wait_s
                log.warning("service away, trying again", stage=self._spec.name, error=str(error), in_s=pause_s)
            await self._pause(pause_s)
            wait_s = min(wait_s * 2, RETRY_MAX_S)

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
        runner.tables.clear()

    async def _pause(self, seconds: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._leaving.wait(), seconds)
            raise GivenUpError

    def _runner(self, partition: TP) -> Runner:
        """The stage over what is remembered of one partition, made anew when the partition comes back."""
        if partition not in self._runners:

            def base(name: str) -> Mapping[bytes, bytes]:
                return self._tables(name, partition.partition)

            self._runners[partition] = Runner(self._spec, base, now)
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
