"""A running data folder watched from beside its work: what waits for each stage, and how large its state is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from streams import metrics
from streams.engines.runtime import Runtime
from streams.engines.sqlite import Store
from streams.engines.stages import INPUTS
from streams.errors import StorageError
from streams.probes import probed
from streams.settings import Settings

log = structlog.get_logger(__name__)
LAG_S, TABLES_S = 15.0, 300.0
"""How often each is measured: counting a table reads all of it."""


@asynccontextmanager
async def watched(runtime: Runtime, settings: Settings) -> AsyncIterator[None]:
    """Measure and answer on STREAMS_METRICS_PORT while the body runs; nothing when that is 0."""
    if not settings.metrics_port:
        yield
        return
    async with probed(settings, runtime.pipeline.condition):
        store = runtime.engine.store
        measuring = asyncio.gather(_forever(measure_lags, store, LAG_S), _forever(measure_tables, store, TABLES_S))
        try:
            yield
        finally:
            measuring.cancel()
            await asyncio.gather(measuring, return_exceptions=True)


def measure_lags(store: Store) -> None:
    """How many records of each topic wait for each stage."""
    for stage, topics in INPUTS.items():
        for topic in topics:
            metrics.LAG.labels(stage, topic, 0).set(store.lag(stage, [topic]))


def measure_tables(store: Store) -> None:
    """How many entries each state table has."""
    for name, entries in store.table_sizes().items():
        metrics.TABLE_ENTRIES.labels(name, 0).set(entries)


async def _forever(measure: Callable[[Store], None], store: Store, every_s: float) -> None:
    while True:
        try:
            await asyncio.to_thread(measure, store)
        except StorageError as error:  # the stages meet it too, and end the process
            log.warning("not measured", error=str(error), in_s=every_s)
        await asyncio.sleep(every_s)
