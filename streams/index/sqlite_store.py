"""The truth of the embedded index: documents, stories and alerts in one SQLite file.

Each write of a document takes the next `seq`; whatever follows the documents (the full text) applies them in
that order and so knows by one number how far it is.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, islice
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec

from streams import codec
from streams.index.moments import micros
from streams.index.search import AlertQuery, Page, StoryQuery
from streams.index.sqlite_file import Row, SqliteFile
from streams.records import Alert, Document, Record, Story
from streams.sqlite_files import Format

FILE = "index.sqlite"

_FORMAT = Format(
    application_id=0x53545249,  # "STRI"
    version=2,
    schema="""
CREATE TABLE documents (
    num INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, story_id TEXT NOT NULL,
    seq INTEGER NOT NULL UNIQUE, body BLOB NOT NULL);
CREATE INDEX documents_story ON documents (story_id);
CREATE TABLE stories (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, state TEXT NOT NULL, last_seen INTEGER NOT NULL,
    articles INTEGER NOT NULL, publishers INTEGER NOT NULL, recurs TEXT, merged_into TEXT, body BLOB NOT NULL);
CREATE INDEX stories_merged ON stories (merged_into) WHERE merged_into IS NOT NULL;
CREATE INDEX stories_newest ON stories (last_seen, id);
CREATE INDEX stories_largest ON stories (publishers, articles, last_seen, id);
CREATE TABLE alerts (
    id TEXT PRIMARY KEY, version INTEGER NOT NULL, rule_id TEXT NOT NULL, story_id TEXT NOT NULL,
    updated_at INTEGER NOT NULL, body BLOB NOT NULL);
CREATE INDEX alerts_newest ON alerts (updated_at, id);
CREATE INDEX alerts_story ON alerts (story_id);
""",
)
_VALUES_AT_ONCE = 500
_WITHOUT_STORY = """
WITH RECURSIVE parts (id) AS (
    VALUES (?) UNION SELECT stories.id FROM stories JOIN parts ON stories.merged_into = parts.id)
DELETE FROM stories WHERE id IN parts"""

R = TypeVar("R", bound=Record)


class Written(NamedTuple):
    """A document as last written: `num` stays with its id, `seq` is new at each write."""

    num: int
    seq: int
    document: Document


class SqliteStore:
    """Reads from any thread, one writer; raises what SqliteFile does."""

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        self._file = SqliteFile(folder / FILE, _FORMAT, read_only=read_only)

    def write(self, records: Iterable[Record]) -> None:
        """Store documents, stories and alerts in one transaction; those not newer than what is there lose.

        The documents of a story that became part of another one move there.
        """
        rows = _Rows(records)
        with self._file.transaction() as db:
            rows.put(db, newer=True)

    def replace(self, records: Iterable[Record], without_stories: Iterable[str]) -> None:
        """Take stories out, with what became part of them, then put records in the place of what is under their
        ids, whatever its version.

        All of it is one transaction.
        """
        remaining = iter(records)
        with self._file.transaction() as db:
            db.executemany(_WITHOUT_STORY, ((story_id,) for story_id in without_stories))
            while some := list(islice(remaining, _VALUES_AT_ONCE)):
                _Rows(some).put(db, newer=False)

    def sizes(self) -> dict[str, int]:
        """How many records of each kind there are."""
        return {
            table: self._file.rows(f"SELECT count(*) FROM {table}")[0][0]  # noqa: S608 - our own names
            for table in ("documents", "stories", "alerts")
        }

    def everything(self) -> Iterator[Record]:
        """All documents, stories and alerts, each in the order of their first writes, some in memory at a time."""
        for table, cls in (("documents", Document), ("stories", Story), ("alerts", Alert)):
            last, sql = 0, f"SELECT rowid, body FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?"  # noqa: S608
            while rows := self._file.rows(sql, (last, _VALUES_AT_ONCE)):
                yield from (codec.decode_as(body, cls) for _, body in rows)
                last = rows[-1][0]

    def last_seq(self) -> int:
        """The seq of the latest write of a document; 0 when there is none."""
        return int(self._file.rows("SELECT coalesce(max(seq), 0) FROM documents")[0][0])

    def count_until(self, seq: int) -> int:
        """How many documents were last written with this seq or an earlier one."""
        return int(self._file.rows("SELECT count(*) FROM documents WHERE seq <= ?", (seq,))[0][0])

    def written_after(self, seq: int, limit: int) -> list[Written]:
        """The next documents in the order of their last write."""
        sql = "SELECT num, seq, body FROM documents WHERE seq > ? ORDER BY seq LIMIT ?"
        rows = self._file.rows(sql, (seq, limit))
        return [Written(num, at, codec.decode_as(body, Document)) for num, at, body in rows]

    def documents(self, nums: Sequence[int]) -> list[Document]:
        """The current versions of documents by number, in the order asked for; unknown numbers are left out."""
        bodies: dict[int, bytes] = {}
        for first in range(0, len(nums), _VALUES_AT_ONCE):
            some = nums[first : first + _VALUES_AT_ONCE]
            marks = ", ".join("?" * len(some))
            rows = self._file.rows(f"SELECT num, body FROM documents WHERE num IN ({marks})", some)  # noqa: S608
            bodies.update((num, body) for num, body in rows)
        return [codec.decode_as(bodies[num], Document) for num in nums if num in bodies]

    def document(self, document_id: str) -> Document | None:
        """One document by id."""
        return self._one("SELECT body FROM documents WHERE id = ?", document_id, Document)

    def story(self, story_id: str) -> Story | None:
        """One story by id, also one merged into another."""
        return self._one("SELECT body FROM stories WHERE id = ?", story_id, Story)

    def alert(self, alert_id: str) -> Alert | None:
        """One alert by id."""
        return self._one("SELECT body FROM alerts WHERE id = ?", alert_id, Alert)

    def stories(self, query: StoryQuery) -> Page[Story]:
        """Stories by the query's filters and order; those merged into another are left out."""
        conditions = {
            "merged_into IS NULL": True,
            "articles >= ?": query.min_articles,
            "state = ?": query.state,
            "last_seen >= ?": query.since and micros(query.since),
            "recurs IS NOT NULL": query.recurring or None,
        }
        largest = "publishers DESC, articles DESC, last_seen DESC, id DESC"
        order = largest if query.sort == "largest" else "last_seen DESC, id DESC"
        return self._page("stories", conditions, order, (query.limit, query.offset), Story)

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        """Alerts by the query's filters, last updated first."""
        conditions = {
            "rule_id = ?": query.rule,
            "story_id = ?": query.story,
            "updated_at >= ?": query.since and micros(query.since),
        }
        return self._page("alerts", conditions, "updated_at DESC, id DESC", (query.limit, query.offset), Alert)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _one(self, sql: str, key: str, cls: type[R]) -> R | None:
        rows = self._file.rows(sql, (key,))
        return codec.decode_as(rows[0][0], cls) if rows else None

    def _page(
        self, table: str, conditions: Mapping[str, object], order: str, limits: tuple[int, int], cls: type[R]
    ) -> Page[R]:
        """One page of the rows that meet all conditions but those whose value is None (not asked for)."""
        wanted = {sql: value for sql, value in conditions.items() if value is not None}
        values = [value for sql, value in wanted.items() if "?" in sql]
        rows_wanted = f"FROM {table} WHERE {' AND '.join(wanted) or 'TRUE'}"
        ((total,),) = self._file.rows(f"SELECT count(*) {rows_wanted}", values)
        rows = self._file.rows(f"SELECT body {rows_wanted} ORDER BY {order} LIMIT ? OFFSET ?", (*values, *limits))
        return Page(total=total, hits=[codec.decode_as(body, cls) for (body,) in rows])


class _Rows:
    """Records as rows of their tables."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._documents: list[Row] = []
        self._stories: list[Row] = []
        self._alerts: list[Row] = []
        self._moves: list[tuple[str, str]] = []
        for record in records:
            match record:
                case Document():
                    self._documents.append((record.id, record.version, record.story_id, codec.encode(record)))
                case Story():
                    self._stories.append(_story_row(record))
                    if record.merged_into is not None:
                        self._moves.append((record.id, record.merged_into))
                case Alert():
                    self._alerts.append(_alert_row(record))

    def put(self, db: sqlite3.Connection, *, newer: bool) -> None:
        """Write them: those that are `newer` than what is there, or all."""
        numbered = ((*row, seq) for row, seq in zip(self._documents, count(_next_seq(db)), strict=False))
        _upsert(db, "documents", "id, version, story_id, body, seq", numbered, newer=newer)
        _upsert(db, "stories", _STORY_COLUMNS, self._stories, newer=newer)
        _upsert(db, "alerts", _ALERT_COLUMNS, self._alerts, newer=newer)
        for story_id, into in self._moves:
            _move(db, story_id, into)


def _next_seq(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT coalesce(max(seq), 0) + 1 FROM documents").fetchone()[0])


def _move(db: sqlite3.Connection, story_id: str, into: str) -> None:
    """Give all documents of a story to another one. They keep their versions: what is newer says by itself which
    story it belongs to.
    """
    of_story = db.execute(
        "SELECT body, num FROM documents WHERE story_id = ? ORDER BY num", (story_id,)
    ).fetchall()
    moved = (
        (into, codec.encode(msgspec.structs.replace(codec.decode_as(body, Document), story_id=into)), seq, num)
        for (body, num), seq in zip(of_story, count(_next_seq(db)), strict=False)
    )
    db.executemany("UPDATE documents SET story_id = ?, body = ?, seq = ? WHERE num = ?", moved)


def _upsert(db: sqlite3.Connection, table: str, columns: str, rows: Iterable[Row], *, newer: bool) -> None:
    names = columns.split(", ")
    changes = ", ".join(f"{name} = excluded.{name}" for name in names if name != "id")
    db.executemany(
        f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - our own names
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE {'excluded.version > version' if newer else 'TRUE'}",
        rows,
    )


_STORY_COLUMNS = "id, version, state, last_seen, articles, publishers, recurs, merged_into, body"


def _story_row(story: Story) -> Row:
    return (
        story.id,
        story.version,
        story.state,
        micros(story.last_seen),
        story.articles,
        story.publishers,
        story.recurs,
        story.merged_into,
        codec.encode(story),
    )


_ALERT_COLUMNS = "id, version, rule_id, story_id, updated_at, body"


def _alert_row(alert: Alert) -> Row:
    body = codec.encode(alert)
    return (alert.id, alert.version, alert.rule_id, alert.story_id, micros(alert.updated_at), body)
