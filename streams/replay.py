"""Articles from a file through all stages after reading, in file order: trials, measurements, archives.

The rows are those of `streams.rows`. What comes out is one line a row, `{id, story_id, recurs, copy_of, language,
entities, alerts}`, as decided when the item passed; `copy_of` is the id of the earlier row that it repeats.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from streams import codec
from streams.alerts.channels import open_channels
from streams.alerts.notify import Notifier
from streams.clock import now
from streams.domains import domain_of
from streams.engines.pipeline import Pipeline
from streams.engines.runtime import Runtime, running
from streams.errors import UsageError
from streams.identify.identity import article_id, entry_id
from streams.index.search import Search
from streams.passing_notes import Notes
from streams.records import Document, RawItem, Source, TaggedArticle, Topic
from streams.rows import Row, read_rows
from streams.settings import Settings

CHUNK = 1024
"""Rows sent at once. Two chunks are under way, so that no stage waits while the lines of one are written."""


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """What was decided about one row."""

    id: str | int
    story_id: str | None = None
    recurs: str | None = None
    copy_of: str | int | None = None
    language: str | None = None
    entities: list[dict[str, str | int]] = []
    alerts: list[str] = []


async def replay(
    settings: Settings, file: Path, out: Path | None, *, notify: bool, done: Callable[[int], None]
) -> int:
    """Pass a file through the stages of a data folder; returns how many rows there were.

    The decisions go to `out`; `done` is told how many more rows were dealt with; with `notify` people are told of
    the alerts in the end. Raises UsageError for a file or line that cannot be read, after the rows before it went
    through, and DataFolderError for a folder in use.
    """
    passing = Replay(file.stem, done)
    with _lines_to(out) as write:
        async with (
            open_channels(settings) as channels,
            running(settings, notify=notify, before=passing.watch) as runtime,
        ):
            count = await passing.run(runtime, read_rows(file), write)
            if notify:
                await Notifier(channels).deliver_pending(runtime.engine.outbox)
            return count


class First(NamedTuple):
    """The first row of an article, and what was decided then."""

    row_id: str | int
    story_id: str
    recurs: str | None


class Chunk(NamedTuple):
    """Rows under way."""

    rows: list[Row]
    items: list[RawItem]
    passing: asyncio.Task[None]


class Replay:
    """Feeds rows to a running pipeline and notes what becomes of them."""

    def __init__(self, name: str, done: Callable[[int], None]) -> None:
        self._feed_id, self._latest = f"replay:{name}", now()
        self._firsts: dict[str, First] = {}
        self._notes = Notes(self._firsts)
        self._done, self._shown, self._written = done, 0, 0

    def watch(self, pipeline: Pipeline) -> None:
        """Begin to note what the stages decide; call before the pipeline starts."""
        self._notes.watch(pipeline)
        pipeline.tap(TaggedArticle, self._tagged)

    async def run(self, runtime: Runtime, rows: Iterable[Row], write: Callable[[Line], None]) -> int:
        """Pass all rows through; `write` gets their lines in order. Returns how many rows there were."""
        under_way: deque[Chunk] = deque()

        async def finish_first() -> None:
            await under_way[0].passing
            self._write(under_way.popleft(), runtime.engine.search, write)

        async def finish_all() -> None:
            while under_way:
                await finish_first()
            await runtime.drained()

        try:
            for some in _chunks(rows):
                under_way.append(await self._send(some, runtime))
                if len(under_way) > 1:
                    await finish_first()
        except UsageError:
            await finish_all()
            raise
        await finish_all()
        return self._written

    async def _send(self, rows: list[Row], runtime: Runtime) -> Chunk:
        items = [self._item(row) for row in rows]
        await runtime.send(Topic.RAW_ITEMS, [(item.source.domain, item) for item in items])
        return Chunk(rows, items, asyncio.create_task(runtime.pipeline.passed()))

    def _write(self, chunk: Chunk, search: Search, write: Callable[[Line], None]) -> None:
        for row, item in zip(chunk.rows, chunk.items, strict=True):
            write(self._line(row, item, search))
        self._notes.forget_written()
        self._written += len(chunk.rows)
        if (more := self._written - self._shown) > 0:
            self._show(more)

    def _tagged(self, _: TaggedArticle) -> None:
        """Finding entities takes the most time, so its pace is what people are shown."""
        self._show(1)

    def _show(self, rows: int) -> None:
        self._shown += rows
        self._done(rows)

    def _item(self, row: Row) -> RawItem:
        self._latest = row.ts or self._latest
        domain = domain_of(row.url) if row.url else row.publisher.strip().casefold()
        return RawItem(
            feed_id=self._feed_id,
            source=Source(name=row.publisher or domain or "unknown", domain=domain),
            fetched_at=self._latest,
            guid=str(row.id),
            url=row.url,
            title=row.title,
            summary=row.summary,
            content=row.text,
            published=self._latest,
            feed_language=row.language,
            backfill=True,
        )

    def _line(self, row: Row, item: RawItem, search: Search) -> Line:
        document = self._document(item, search)
        if document is None:
            return Line(id=row.id)
        item_id = document.id
        first = self._firsts.setdefault(item_id, self._first(row, document, search))
        original = document.copy_of and self._firsts.get(document.copy_of)
        copied = original.row_id if original else document.copy_of
        return Line(
            id=row.id,
            story_id=first.story_id,
            recurs=first.recurs,
            copy_of=first.row_id if first.row_id != row.id else copied,
            language=document.language,
            entities=[
                {"id": one.id, "name": one.name, "label": one.label, "count": one.count}
                for one in document.entities
            ],
            alerts=self._notes.alerts.get(item_id, []),
        )

    def _first(self, row: Row, document: Document, search: Search) -> First:
        if document.id in self._notes.recurs:
            return First(row.id, document.story_id, self._notes.recurs[document.id])
        story = search.story(document.story_id)
        return First(row.id, document.story_id, story.recurs if story else None)

    def _document(self, item: RawItem, search: Search) -> Document | None:
        """Rows of one URL are one article, unless they were told apart by their ids."""
        ids = [identity.id for identity in (entry_id(item), article_id(item))]
        noted = (self._notes.documents.get(item_id) for item_id in ids)
        stored = (search.document(item_id) for item_id in ids)
        return next((found for found in chain(noted, stored) if found is not None), None)


def _chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """CHUNK rows at a time; those before a line that is wrong come before its error."""
    chunk: list[Row] = []
    try:
        for row in rows:
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
    except UsageError:
        yield chunk
        raise
    yield chunk


@contextmanager
def _lines_to(out: Path | None) -> Iterator[Callable[[Line], None]]:
    if out is None:
        yield lambda _: None
        return
    try:
        with out.open("wb") as file:
            yield lambda line: file.writelines([codec.encode(line), b"\n"])
    except OSError as error:
        raise UsageError(f"{out}: {error.strerror}; name a file that can be written with --out") from error
