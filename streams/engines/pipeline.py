"""The stages at work in one process: a thread a stage, fed by the log, until told to stop.

Stages run beside each other, so that the next batch is identified and the last one related and indexed while
spaCy works (in processes of its own) on the one between.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import structlog

from streams.clock import Clock, now
from streams.condition import Condition
from streams.engines.consumer import REFRESH_S, Consumer
from streams.engines.sqlite import Store
from streams.engines.work import StageSpec
from streams.errors import ServiceError
from streams.index.search import Index
from streams.records import Record, Topic
from streams.stage import Output

log = structlog.get_logger(__name__)

IDLE_S = 1.0
"""How long a stage sleeps when nothing wakes it: other processes may have written to the log."""
RETRY_MIN_S, RETRY_MAX_S = 0.5, 30.0

R = TypeVar("R", bound=Record)


class Pipeline:
    """Runs the stages of one data folder; `tap` lets others see what they send, after it is stored.

    `condition` says whether the stages go on.
    """

    def __init__(self, store: Store, specs: Sequence[StageSpec], index: Index, clock: Clock = now) -> None:
        readers: dict[Topic, list[str]] = defaultdict(list)
        for spec in specs:
            for topic in spec.inputs:
                readers[topic].append(spec.name)
        self._store, self._index, self._flow = store, index, tuple(readers)
        self._consumers = [Consumer(spec, store, readers, clock, self._sent) for spec in specs]
        self.condition = _condition(self._consumers)
        self._wake = {spec.name: asyncio.Event() for spec in specs}
        self._taps: dict[type[Record], list[Callable[[Any], None]]] = defaultdict(list)
        self._threads = ThreadPoolExecutor(len(specs) + 1, thread_name_prefix="stage")
        self._moved = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def tap(self, record_type: type[R], see: Callable[[R], None]) -> None:
        """Call `see` with each record of a type once it is stored; it runs on a stage's thread."""
        self._taps[record_type].append(see)

    def wake(self) -> None:
        """Tell the stages that something was sent."""
        for event in self._wake.values():
            event.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Run all stages until `stop` is set; the batches at work are finished first, and findable.

        Raises StorageError or SettingsError when going on is useless.
        """
        self._loop = asyncio.get_running_loop()
        stopping = asyncio.create_task(stop.wait())
        try:
            async with asyncio.TaskGroup() as tasks:
                for consumer in self._consumers:
                    tasks.create_task(self._consume(consumer, stop))
                tasks.create_task(self._refresh(stop))
                tasks.create_task(self._wake_when(stopping))
            await asyncio.to_thread(self._index.refresh)
        finally:
            stopping.cancel()
            self._threads.shutdown(wait=True)

    async def drained(self) -> None:
        """Wait until every record sent so far went through all stages, then make it findable."""
        await self.passed()
        await asyncio.to_thread(self._index.refresh)

    async def passed(self) -> None:
        """Wait until every record sent so far, and all that it led to, went through the stages that read it."""
        for topic in self._flow:
            last = self._store.last(topic)
            while not self._store.read_until(topic, last):
                self._moved.clear()
                await _wait(self._moved, IDLE_S)

    def waiting(self) -> dict[Topic, int]:
        """How many records wait in each topic that a stage reads."""
        return {topic: count for topic, count in self._store.waiting().items() if topic in self._flow}

    async def _consume(self, consumer: Consumer, stop: asyncio.Event) -> None:
        loop, wake, retry_s = asyncio.get_running_loop(), self._wake[consumer.name], RETRY_MIN_S
        while not stop.is_set():
            wake.clear()
            try:
                taken = await loop.run_in_executor(self._threads, consumer.step)
            except ServiceError as error:
                consumer.meter.waits(error)
                log.warning("service away, trying again", stage=consumer.name, error=str(error), in_s=retry_s)
                await _wait(stop, error.retry_after_s or retry_s)
                retry_s = min(retry_s * 2, RETRY_MAX_S)
                continue
            retry_s = RETRY_MIN_S
            self._moved.set()
            if not taken:
                await _wait(wake, IDLE_S)

    async def _refresh(self, stop: asyncio.Event) -> None:
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            await loop.run_in_executor(self._threads, self._index.refresh)
            await _wait(stop, REFRESH_S)

    async def _wake_when(self, stopping: asyncio.Task[bool]) -> None:
        await stopping
        self.wake()

    def _sent(self, outputs: Sequence[Output]) -> None:
        for output in outputs:
            for see in self._taps.get(type(output.record), ()):
                see(output.record)
        if outputs and self._loop is not None:
            self._loop.call_soon_threadsafe(self.wake)


def _condition(consumers: Sequence[Consumer]) -> Condition:
    condition = Condition()
    condition.live += [consumer.meter.work.stuck for consumer in consumers]
    condition.ready += [consumer.meter.work.held_up for consumer in consumers]
    return condition


async def _wait(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
