"""A data folder at work: store, index, tagging processes and stages, opened together and closed in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, closing
from typing import NamedTuple

from streams.clock import Clock, now
from streams.engines.embedded import EmbeddedEngine
from streams.engines.folder import claimed
from streams.engines.pipeline import Pipeline
from streams.engines.sqlite import Store
from streams.engines.stages import specs
from streams.fulltext.reading import PageReader
from streams.identify.pool import PreparePool
from streams.index.embedded import EmbeddedIndex
from streams.records import Record, Tick, Topic
from streams.reprocess.takeover import take_over
from streams.settings import Settings
from streams.stage import Output
from streams.tag.pool import TagPool


class Runtime(NamedTuple):
    """What runs: ask `engine`, send with `send`, wait with `drained`."""

    engine: EmbeddedEngine
    pipeline: Pipeline
    clock: Clock

    async def send(self, topic: Topic, records: Iterable[tuple[str, Record]]) -> None:
        """Put (key, record) pairs on a topic; they are stored when this returns."""
        outputs = [Output(topic, key, record) for key, record in records]
        await asyncio.to_thread(self.engine.store.append, outputs)
        self.pipeline.wake()

    async def tick(self) -> None:
        """Let the stages know the time."""
        await self.send(Topic.RAW_ITEMS, [("", Tick(at=self.clock()))])

    async def drained(self) -> None:
        """Wait until all that was sent is through and findable."""
        await self.pipeline.drained()


@asynccontextmanager
async def running(
    settings: Settings,
    *,
    notify: bool = False,
    clock: Clock = now,
    before: Callable[[Pipeline], None] = lambda _: None,
) -> AsyncIterator[Runtime]:
    """Run the stages over the data folder while the body runs; `before` may tap the pipeline before it starts.

    Raises DataFolderError for a folder in use, SettingsError for a model that is not there, and StorageError
    when the disk fails (in an ExceptionGroup, as the body is cancelled).
    """
    store = Store(settings.data)
    with (
        closing(store),
        claimed(settings.data),
        _taken_over(settings, store) as index,
        closing(PreparePool.from_settings(settings)) as prepare,
        closing(TagPool.from_settings(settings)) as tag,
        closing(PageReader(settings)) as pages,
    ):
        pipeline = Pipeline(store, specs(settings, index, prepare, tag, pages, notify=notify), index, clock)
        before(pipeline)
        engine, stop = EmbeddedEngine(store, index, clock), asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(pipeline.run(stop))
            try:
                yield Runtime(engine, pipeline, clock)
            finally:
                stop.set()


def _taken_over(settings: Settings, store: Store) -> closing[EmbeddedIndex]:
    """The index, once a re-run that was complete when its process ended is in it."""
    take_over(settings.data, store)
    return closing(EmbeddedIndex(settings.data))
