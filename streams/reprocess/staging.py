"""Where a re-run is kept beside the data folder until it is complete: articles to run, state, and results."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Self

from streams import codec
from streams.engines.sqlite import Store
from streams.index.moments import micros
from streams.index.sqlite_file import Format, SqliteFile
from streams.index.sqlite_store import SqliteStore
from streams.records import Document

FOLDER = "reprocessing"
FILE = "articles.sqlite"
COMPLETE = "complete"
AT_ONCE = 256

_FORMAT = Format(
    application_id=0x53545250,  # "STRP"
    version=1,
    schema="""
CREATE TABLE articles (
    id TEXT PRIMARY KEY, story_id TEXT NOT NULL, created_at INTEGER NOT NULL, fetched_at INTEGER NOT NULL,
    body BLOB NOT NULL);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_arrival ON articles (created_at);
""",
)


class Staging:
    """The folder of one re-run. `state` has its tables, and a log of what the stages emitted; `results` what the
    index will have.

    Raises StorageError when the disk is full or broken.
    """

    def __init__(self, data: Path) -> None:
        self._folder = data / FOLDER

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self.state = opened.enter_context(closing(Store(self._folder)))
            self.results = opened.enter_context(closing(SqliteStore(self._folder)))
            self._articles = opened.enter_context(
                closing(SqliteFile(self._folder / FILE, _FORMAT, read_only=False))
            )
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @classmethod
    def is_complete(cls, data: Path) -> bool:
        """Whether a re-run is there that only has to be taken over."""
        return (data / FOLDER / COMPLETE).exists()

    @classmethod
    def clear(cls, data: Path) -> None:
        """Delete what is there: what marks it complete first, so that the rest is never taken for one."""
        (data / FOLDER / COMPLETE).unlink(missing_ok=True)
        shutil.rmtree(data / FOLDER, ignore_errors=True)

    def complete(self) -> None:
        """From now on the re-run is taken over, whatever happens."""
        (self._folder / COMPLETE).touch()

    def stage(self, documents: Iterable[Document], since: datetime | None) -> int:
        """Copy the articles to be run: those of all stories with an article read since then. Returns how many."""
        remaining = iter(documents)
        while some := list(islice(remaining, AT_ONCE)):
            rows = [
                (one.id, one.story_id, micros(one.created_at), micros(one.fetched_at), codec.encode(one))
                for one in some
            ]
            with self._articles.transaction() as db:
                db.executemany("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", rows)
        if since is not None:
            recent = "SELECT story_id FROM articles WHERE fetched_at >= ?"
            with self._articles.transaction() as db:
                db.execute(f"DELETE FROM articles WHERE story_id NOT IN ({recent})", (micros(since),))  # noqa: S608
        count: int = self._articles.rows("SELECT count(*) FROM articles")[0][0]
        return count

    def articles(self) -> Iterator[list[Document]]:
        """The articles in order of arrival, those of one time as they were staged, a batch at a time."""
        last = (-(2**62), 0)
        after = "(created_at, rowid) > (?, ?) ORDER BY created_at, rowid LIMIT ?"
        while rows := self._articles.rows(
            f"SELECT created_at, rowid, body FROM articles WHERE {after}",  # noqa: S608 - our own
            (*last, AT_ONCE),
        ):
            last = rows[-1][0], rows[-1][1]
            yield [codec.decode_as(body, Document) for _, _, body in rows]

    def as_it_was(self, document_id: str) -> Document | None:
        """An article before the re-run."""
        rows = self._articles.rows("SELECT body FROM articles WHERE id = ?", (document_id,))
        return codec.decode_as(rows[0][0], Document) if rows else None

    def has_article(self, document_id: str) -> bool:
        """Whether an article is run again."""
        return bool(self._articles.rows("SELECT 1 FROM articles WHERE id = ?", (document_id,)))

    def has_story(self, story_id: str) -> bool:
        """Whether a story is made again."""
        return bool(self._articles.rows("SELECT 1 FROM articles WHERE story_id = ? LIMIT 1", (story_id,)))

    def stories(self) -> Sequence[str]:
        """The stories that are made again."""
        return [story_id for (story_id,) in self._articles.rows("SELECT DISTINCT story_id FROM articles")]
