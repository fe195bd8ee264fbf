"""A worker watched from beside its work: what is measured now and then, and how it is by the broker's books.

Faust can hang without a word: a fetcher that has died, a changelog record that cannot be read. What tells is that
records wait in a partition of ours and its committed offset stays where it is.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from typing import cast

import structlog
from faust.tables.manager import TableManager
from faust.types import TP

from streams import metrics
from streams.condition import STUCK_S, Condition
from streams.engines.cluster.app import StageApp
from streams.engines.lag import Lags, Place
from streams.engines.stages import TABLES
from streams.errors import ServiceError
from streams.probes import probed
from streams.settings import Settings

LOOK_S = 15.0
STATE = "its state"
log = structlog.get_logger(__name__)


class Watch:
    """Looks after one worker. `condition` says how it is."""

    def __init__(self, stage: str, app: StageApp, seconds: Callable[[], float] = time.monotonic) -> None:
        self._stage, self._app, self._seconds = stage, app, seconds
        self._still: dict[TP | str, tuple[int, float]] = {}
        self._shown: set[TP] = set()
        self._assigned, self._to_recover, self._away = False, 0, ""
        self._refused: str | None = None
        app.on_partitions_assigned.connect(self._on_assigned)
        self.condition = Condition()
        self.condition.live += [app.batches.meter.work.stuck, self._stands_still]
        held_up = app.batches.meter.work.held_up
        self.condition.ready += [self._without_broker, self._without_partitions, held_up, lambda: self._refused]

    async def run(self, settings: Settings) -> None:
        """Look every LOOK_S, until cancelled."""
        while True:
            try:
                async with Lags(settings) as lags:
                    while True:
                        self.look({TP(*of): place for of, place in (await lags.of(self._stage)).items()})
                        await self.look_beside()
                        await asyncio.sleep(LOOK_S)
            except ServiceError as error:
                self.lost(str(error))
            except Exception:  # the work does not end by what watches it
                log.exception("worker not watched, trying again", stage=self._stage, in_s=LOOK_S)
            await asyncio.sleep(LOOK_S)

    def end(self) -> None:
        """Tell nothing more of the partitions."""
        self._forget(self._shown)
        self._shown = set()

    def lost(self, reason: str) -> None:
        """The broker does not answer: nothing can move, and that is not the worker's fault."""
        self._away = reason
        self._still.clear()

    def look(self, places: dict[TP, Place]) -> None:
        """Take note of where the partitions of the stage's topics are."""
        self._away = ""
        owned = {
            partition: places[partition] for partition in self._app.batches.owned or () if partition in places
        }
        self._forget(self._shown - owned.keys())
        for partition, place in owned.items():
            metrics.LAG.labels(self._stage, partition.topic, partition.partition).set(place.waiting)
            if place.waiting:
                self._note(partition, place.done)
            else:
                self._still.pop(partition, None)
        if self._stage in TABLES:
            self._measure_table({partition.partition for partition in owned})
        self._shown = set(owned)
        self._look_at_recovery()

    async def look_beside(self) -> None:
        """Take note of what the stage needs beside Kafka: it may be away while nothing comes."""
        self._refused = await self._app.refused()

    async def _on_assigned(self, *_: object, **__: object) -> None:
        self._assigned = True

    def _look_at_recovery(self) -> None:
        if not self._assigned:  # Faust makes what is asked for here, and hangs when that is before it starts
            return
        recovery = cast(TableManager, self._app.tables).recovery
        self._to_recover = recovery.active_remaining_total() if recovery.in_recovery else 0
        if recovery.in_recovery:
            self._note(STATE, -self._to_recover)
        else:
            self._still.pop(STATE, None)

    def _note(self, what: TP | str, place: int) -> None:
        """Remember since when something has been where it is."""
        known = self._still.get(what)
        if known is None or known[0] != place:
            self._still[what] = (place, self._seconds())

    def _measure_table(self, numbers: Iterable[int]) -> None:
        name = TABLES[self._stage]
        for number in numbers:
            metrics.TABLE_ENTRIES.labels(name, number).set(self._app.partition(name, number).about())

    def _forget(self, gone: Iterable[TP]) -> None:
        """What others own is theirs to tell."""
        for partition in gone:
            self._still.pop(partition, None)
            number = str(partition.partition)
            metrics.LAG.remove(self._stage, partition.topic, number)
            if self._stage in TABLES:
                metrics.TABLE_ENTRIES.remove(TABLES[self._stage], number)

    def _stands_still(self) -> str | None:
        if self._app.batches.meter.work.held_up():
            return None
        for what, (place, since) in list(self._still.items()):
            if self._seconds() - since > STUCK_S:
                where = f"{what.topic}/{what.partition}" if isinstance(what, TP) else what
                return f"{self._stage} has stood still at {abs(place)} of {where} for {STUCK_S:.0f} s"
        return None

    def _without_broker(self) -> str | None:
        return self._away or None

    def _without_partitions(self) -> str | None:
        if self._app.batches.owned is not None:
            return None
        if self._to_recover:
            return f"{self._stage} recovers its state: {self._to_recover} changes to go"
        return f"{self._stage} has no partitions yet: it starts, or they are given out anew"


@asynccontextmanager
async def watched(stage: str, app: StageApp, settings: Settings) -> AsyncIterator[None]:
    """Watch the worker and answer on STREAMS_METRICS_PORT while the body runs; nothing when that is 0."""
    if not settings.metrics_port:
        yield
        return
    watch = Watch(stage, app)
    async with probed(settings, watch.condition):
        looking = asyncio.create_task(watch.run(settings))
        try:
            yield
        finally:
            looking.cancel()
            await asyncio.gather(looking, return_exceptions=True)
            watch.end()
