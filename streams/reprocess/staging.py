"""Where a re-run is kept until it is complete: the articles to run, and the stages' state and log.

All that was done is there, so that a re-run that was cut short can go on.
"""

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
from streams.index.sqlite_file import SqliteFile
from streams.records import Document, Story
from streams.sqlite_files import Format

FOLDER = "reprocessing"
FILE = "articles.sqlite"
COMPLETE = "complete"
AT_ONCE = 256

_FORMAT = Format(
    application_id=0x53545250,  # "STRP"
    version=2,
    schema="""
CREATE TABLE articles (
    id TEXT PRIMARY KEY, story_id TEXT NOT NULL, created_at INTEGER NOT NULL, fetched_at INTEGER NOT NULL,
    body BLOB NOT NULL);
CREATE INDEX articles_story ON articles (story_id);
CREATE INDEX articles_arrival ON articles (created_at);
CREATE TABLE merged (id TEXT PRIMARY KEY, whole TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX merged_whole ON merged (whole);
""",
)
_OF_STORY = """
WITH RECURSIVE wholes (id) AS (
    VALUES (?) UNION SELECT merged.whole FROM merged JOIN wholes ON merged.id = wholes.id)
SELECT 1 FROM articles WHERE story_id IN wholes LIMIT 1"""
Place = tuple[int, int]
"""After which article, in order of arrival."""
BEGIN: Place = (-(2**62), 0)


class Staging:
    """The folder of one re-run. `state` has its tables, and a log of what the stages emitted.

    Raises StorageError when the disk is full or broken.
    """

    def __init__(self, data: Path) -> None:
        self.folder = data / FOLDER

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self.state = opened.enter_context(closing(Store(self.folder)))
            self._articles = opened.enter_context(
                closing(SqliteFile(self.folder / FILE, _FORMAT, read_only=False))
            )
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    @classmethod
    def is_there(cls, data: Path) -> bool:
        """Whether something of a re-run is there."""
        return (data / FOLDER).exists()

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
        (self.folder / COMPLETE).touch()

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

    def note_merged(self, stories: Iterable[Story]) -> None:
        """Remember which stories became part of which."""
        merged = ((one.id, one.merged_into) for one in stories if one.merged_into is not None)
        while rows := list(islice(merged, AT_ONCE)):
            with self._articles.transaction() as db:
                db.executemany("INSERT OR REPLACE INTO merged VALUES (?, ?)", rows)

    def articles(self, last: Place = BEGIN) -> Iterator[tuple[Place, list[Document]]]:
        """The articles in order of arrival, those of one time as they were staged, a batch at a time with the
        place up to which they go.
        """
        after = "(created_at, rowid) > (?, ?) ORDER BY created_at, rowid LIMIT ?"
        while rows := self._articles.rows(
            f"SELECT created_at, rowid, body FROM articles WHERE {after}",  # noqa: S608 - our own
            (*last, AT_ONCE),
        ):
            last = rows[-1][0], rows[-1][1]
            yield last, [codec.decode_as(body, Document) for _, _, body in rows]

    def as_it_was(self, document_id: str) -> Document | None:
        """An article before the re-run."""
        rows = self._articles.rows("SELECT body FROM articles WHERE id = ?", (document_id,))
        return codec.decode_as(rows[0][0], Document) if rows else None

    def has_article(self, document_id: str) -> bool:
        """Whether an article is run again."""
        return bool(self._articles.rows("SELECT 1 FROM articles WHERE id = ?", (document_id,)))

    def has_story(self, story_id: str) -> bool:
        """Whether a story is made again, or one that it became part of."""
        return bool(self._articles.rows(_OF_STORY, (story_id,)))

    def months(self) -> list[str]:
        """The months in which the articles arrived, like 2026.03."""
        month = "strftime('%Y.%m', created_at / 1000000, 'unixepoch')"
        return [name for (name,) in self._articles.rows(f"SELECT DISTINCT {month} FROM articles")]  # noqa: S608

    def stories(self) -> Sequence[str]:
        """The stories that are made again."""
        return [story_id for (story_id,) in self._articles.rows("SELECT DISTINCT story_id FROM articles")]
