"""The embedded engine's truth: a log of topics, state tables and an outbox in one SQLite file.

What Kafka is to the cluster, this file is to one process: each topic is an ordered part of the log, each
consumer has an offset, and one transaction holds all that a batch leads to: records sent on, state written,
offset moved. A process killed at any moment therefore starts again exactly between two batches. Records that
all their consumers have read are deleted.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from streams.engines.work import Encoded, Logged, encoded
from streams.errors import DataFolderError
from streams.records import Delivery, Topic
from streams.sqlite_files import BUSY_TIMEOUT_S, Format, all_or_nothing, prepare, said_plainly
from streams.stage import Output
from streams.state import Paired

FILE = "state.sqlite"
PAGE = 1000

_FORMAT = Format(
    application_id=0x5354524D,  # "STRM"
    version=4,
    schema="""
CREATE TABLE IF NOT EXISTS log (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, topic TEXT NOT NULL, key TEXT NOT NULL, value BLOB NOT NULL);
CREATE INDEX IF NOT EXISTS log_topic ON log (topic, seq);
CREATE TABLE IF NOT EXISTS offsets (
    consumer TEXT NOT NULL, topic TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (consumer, topic)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS state (
    name TEXT NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, PRIMARY KEY (name, key)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS feeds (id TEXT PRIMARY KEY, value BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS outbox (
    key TEXT PRIMARY KEY, alert_id TEXT NOT NULL, channel TEXT NOT NULL, value BLOB NOT NULL,
    state TEXT NOT NULL DEFAULT 'pending', error TEXT, tries INTEGER NOT NULL DEFAULT 0, next_at TEXT,
    at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS outbox_state ON outbox (state, channel, at);
CREATE INDEX IF NOT EXISTS outbox_alert ON outbox (alert_id);
""",
)

Changes = Mapping[str, Mapping[bytes, bytes | None]]
"""Per table, the keys to write (None: to delete)."""


class Store:
    """One open data folder. Safe to use from several threads, and beside another process's Store.

    Raises DataFolderError when the folder cannot be used and StorageError when the disk is full or broken.
    """

    def __init__(self, folder: Path, *, create: bool = True) -> None:
        self.folder = folder
        self._path = folder / FILE
        self._read_lock, self._write_lock = threading.Lock(), threading.Lock()
        _check_folder(folder, create)
        with said_plainly(self._path, opening=True), ExitStack() as opened:
            self._writer = opened.enter_context(closing(self._connect()))
            prepare(self._writer, self._path, _FORMAT)
            self._reader = self._connect()
            opened.pop_all()

    def append(self, outputs: Iterable[Output], changes: Changes | None = None) -> None:
        """Send records and write state in one transaction."""
        self.commit([encoded(output) for output in outputs], changes or {})

    def read(self, consumer: str, topics: Sequence[Topic], limit: int) -> list[Logged]:
        """The next records for a consumer over all its topics, in the order in which they were sent."""
        rows: list[Logged] = []
        for topic in topics:
            found = self.query(
                "SELECT seq, topic, key, value FROM log WHERE topic = ? AND seq > "
                "coalesce((SELECT seq FROM offsets WHERE consumer = ? AND topic = ?), 0) ORDER BY seq LIMIT ?",
                (topic, consumer, topic, limit),
            )
            rows += [Logged(seq, Topic(name), key, value) for seq, name, key, value in found]
        return sorted(rows)[:limit]

    def commit(
        self,
        made: Iterable[Encoded],
        changes: Changes,
        *,
        consumer: str | None = None,
        consumed: Sequence[Logged] = (),
        readers: Mapping[Topic, Sequence[str]] | None = None,
    ) -> None:
        """All that one batch leads to, in one transaction.

        `consumed` moves the consumer's offsets; `readers` names the consumers of each topic, so that records
        read by all of them are deleted. Deliveries go to the outbox, where a known key is left as it is.
        """
        with self.transaction() as db:
            _send(db, made)
            for name, table in changes.items():
                _write_table(db, name, table)
            if consumer is not None:
                for topic, seq in {row.topic: row.seq for row in consumed}.items():
                    db.execute("INSERT OR REPLACE INTO offsets VALUES (?, ?, ?)", (consumer, topic, seq))
                    _delete_read(db, topic, (readers or {}).get(topic, ()))

    def rewind(self, consumer: str) -> None:
        """Let a consumer begin again with the oldest record that is there."""
        with self.transaction() as db:
            db.execute("DELETE FROM offsets WHERE consumer = ?", (consumer,))

    def replace_tables(self, tables: Mapping[str, Mapping[bytes, bytes]]) -> None:
        """Put state tables in the place of those of their names, in one transaction."""
        with self.transaction() as db:
            for name, table in tables.items():
                db.execute("DELETE FROM state WHERE name = ?", (name,))
                rows = ((name, key, value) for key, value in table.items())
                db.executemany("INSERT INTO state VALUES (?, ?, ?)", rows)

    def waiting(self) -> dict[Topic, int]:
        """How many records each topic holds."""
        return {Topic(name): count for name, count in self.query("SELECT topic, count(*) FROM log GROUP BY topic")}

    def last(self, topic: Topic) -> int:
        """The place of the newest record that a topic holds, 0 when it holds none."""
        last: int = self.query("SELECT coalesce(max(seq), 0) FROM log WHERE topic = ?", (topic,))[0][0]
        return last

    def read_until(self, topic: Topic, seq: int) -> bool:
        """Whether all readers of a topic have gone past this place: what all have read is deleted."""
        return not self.query("SELECT 1 FROM log WHERE topic = ? AND seq <= ? LIMIT 1", (topic, seq))

    def lag(self, consumer: str, topics: Sequence[Topic]) -> int:
        """How many records wait for a consumer."""
        counts = (
            self.query(
                "SELECT count(*) FROM log WHERE topic = ? AND seq > "
                "coalesce((SELECT seq FROM offsets WHERE consumer = ? AND topic = ?), 0)",
                (topic, consumer, topic),
            )
            for topic in topics
        )
        return sum(rows[0][0] for rows in counts)

    def places(self, topic: Topic) -> list[int]:
        """The places of all records that a topic still holds."""
        return [seq for (seq,) in self.query("SELECT seq FROM log WHERE topic = ? ORDER BY seq", (topic,))]

    def at(self, seq: int) -> Logged | None:
        """The record in a place, None when it is gone."""
        rows = self.query("SELECT seq, topic, key, value FROM log WHERE seq = ?", (seq,))
        return next((Logged(seq, Topic(name), key, value) for seq, name, key, value in rows), None)

    def records(self, topic: Topic) -> Iterator[Logged]:
        """All records that a topic still holds, one read at a time."""
        return filter(None, map(self.at, self.places(topic)))

    def table_sizes(self) -> dict[str, int]:
        """How many entries each state table has. Reads them all, beside whatever else is read."""
        with closing(self._connect()) as db, said_plainly(self._path):
            return dict(db.execute("SELECT name, count(*) FROM state GROUP BY name").fetchall())

    def values(self, name: str, offset: int = 0, limit: int | None = None) -> list[bytes]:
        """The values of a state table in the order of their keys, or a part of them, read at once."""
        rows = self.query(
            "SELECT value FROM state WHERE name = ? ORDER BY key LIMIT ? OFFSET ?",
            (name, -1 if limit is None else limit, offset),
        )
        return [value for (value,) in rows]

    def some(self, name: str, keys: Sequence[bytes]) -> dict[bytes, bytes]:
        """The values that a state table has for some keys, read at once."""
        found: dict[bytes, bytes] = {}
        for at in range(0, len(keys), PAGE):
            part = keys[at : at + PAGE]
            marks = ",".join("?" * len(part))
            sql = f"SELECT key, value FROM state WHERE name = ? AND key IN ({marks})"  # noqa: S608 (only marks)
            found |= self.query(sql, (name, *part))
        return found

    def table(self, name: str) -> SqliteMapping:
        """A state table, read from the file and written at once."""
        return SqliteMapping(self, name)

    def close(self) -> None:
        """Close all connections; the write-ahead log is folded in."""
        self._reader.close()
        self._writer.close()

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False)
        # In WAL mode NORMAL loses nothing when the process dies; a power cut may undo the last batches,
        # which then come again.
        db.execute("PRAGMA synchronous = NORMAL")
        return db

    def query(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a read."""
        with self._read_lock, said_plainly(self._path):
            return self._reader.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, all or nothing."""
        with self._write_lock, said_plainly(self._path), all_or_nothing(self._writer):
            yield self._writer


class SqliteMapping(Paired[bytes, bytes], MutableMapping[bytes, bytes]):
    """One state table as a mapping of bytes; each write is a transaction of its own."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        self._name = name

    def __getitem__(self, key: bytes) -> bytes:
        rows = self._store.query("SELECT value FROM state WHERE name = ? AND key = ?", (self._name, key))
        if not rows:
            raise KeyError(key)
        value: bytes = rows[0][0]
        return value

    def __setitem__(self, key: bytes, value: bytes) -> None:
        self._store.append([], {self._name: {key: value}})

    def __delitem__(self, key: bytes) -> None:
        if key not in self:
            raise KeyError(key)
        self._store.append([], {self._name: {key: None}})

    def __iter__(self) -> Iterator[bytes]:
        return (key for key, _ in self.pairs())

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values, a page at a time, so that a large table is never held whole."""
        last = b""
        while rows := self._store.query(
            "SELECT key, value FROM state WHERE name = ? AND key > ? ORDER BY key LIMIT ?",
            (self._name, last, PAGE),
        ):
            yield from rows
            last = rows[-1][0]

    def __len__(self) -> int:
        count: int = self._store.query("SELECT count(*) FROM state WHERE name = ?", (self._name,))[0][0]
        return count


def _send(db: sqlite3.Connection, made: Iterable[Encoded]) -> None:
    told: list[tuple[Delivery, bytes]] = []

    def logged() -> Iterator[tuple[str, str, bytes]]:
        for output, value in made:
            if isinstance(output.record, Delivery):
                told.append((output.record, value))
            else:
                yield output.topic, output.key, value

    db.executemany("INSERT INTO log (topic, key, value) VALUES (?, ?, ?)", logged())
    db.executemany(
        "INSERT OR IGNORE INTO outbox (key, alert_id, channel, value, at) VALUES (?, ?, ?, ?, ?)",
        [(one.key, one.alert.id, one.channel, value, one.at.isoformat()) for one, value in told],
    )


def _write_table(db: sqlite3.Connection, name: str, changes: Mapping[bytes, bytes | None]) -> None:
    written = [(name, key, value) for key, value in changes.items() if value is not None]
    deleted = [(name, key) for key, value in changes.items() if value is None]
    db.executemany("INSERT OR REPLACE INTO state VALUES (?, ?, ?)", written)
    db.executemany("DELETE FROM state WHERE name = ? AND key = ?", deleted)


def _delete_read(db: sqlite3.Connection, topic: Topic, readers: Sequence[str]) -> None:
    marks = ", ".join("?" * len(readers))
    rows = db.execute(
        f"SELECT seq FROM offsets WHERE topic = ? AND consumer IN ({marks})",  # noqa: S608 - question marks only
        (topic, *readers),
    ).fetchall()
    if readers and len(rows) == len(readers):
        db.execute("DELETE FROM log WHERE topic = ? AND seq <= ?", (topic, min(seq for (seq,) in rows)))


def holds_data(folder: Path) -> bool:
    """Whether a folder is there and has a state file. Raises DataFolderError when it cannot be looked into."""
    try:
        return (folder / FILE).exists()
    except OSError as error:
        raise _unusable(folder, error) from error


def _unusable(folder: Path, error: OSError) -> DataFolderError:
    return DataFolderError(f"data folder {folder} cannot be used: {error.strerror}; choose another with --data")


def _check_folder(folder: Path, create: bool) -> None:
    if not create and not holds_data(folder):
        raise DataFolderError(f"{folder} holds no data: run `streams run --data {folder}` first")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error
    if not os.access(folder, os.W_OK):
        raise DataFolderError(
            f"data folder {folder} cannot be written to: mend its rights or choose another with --data"
        )
