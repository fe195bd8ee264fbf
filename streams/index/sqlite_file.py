"""One SQLite file with many readers and one writer, and its failures in plain words."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from streams.errors import DataFolderError, StorageError

BUSY_TIMEOUT_S = 30.0
Row = tuple[Any, ...]


class Format(NamedTuple):
    """What marks a file as ours: SQLite's application_id and user_version, and the tables to make in a new one."""

    application_id: int
    version: int
    schema: str


class SqliteFile:
    """One open file in write-ahead mode, made if it is missing unless it is for reading only.

    Reads may come from any thread, each has a connection of its own; writes take turns. Raises
    DataFolderError when the file is missing or not ours, StorageError when the disk is full or broken.
    """

    def __init__(self, path: Path, form: Format, *, read_only: bool) -> None:
        self._path = path
        self._write_lock = threading.Lock()
        if read_only and not path.exists():
            raise DataFolderError(f"{path.parent} holds no data: run `streams run --data {path.parent}` first")
        with self._said_plainly():
            with closing(self._connect("rw" if read_only else "rwc")) as db:
                self._check(db, form, may_be_new=not read_only)
            self._writer = None if read_only else self._connect("rwc")

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a read."""
        # A connection of its own for each read: none is shared between threads, none is left open.
        with self._said_plainly(), closing(self._connect("rw")) as db:
            db.execute("PRAGMA query_only = ON")
            return db.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, all or nothing; durable at the end."""
        if self._writer is None:
            raise DataFolderError(f"{self._path} was opened for reading only")
        with self._write_lock, self._said_plainly():
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
            except BaseException:
                self._writer.rollback()
                raise
            self._writer.execute("COMMIT")

    def close(self) -> None:
        """Close the writing connection; the write-ahead log is folded in."""
        if self._writer is not None:
            self._writer.close()

    def _connect(self, mode: str) -> sqlite3.Connection:
        address = f"{self._path.absolute().as_uri()}?mode={mode}"
        db = sqlite3.connect(
            address, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
        )
        if mode == "rwc":
            db.execute("PRAGMA journal_mode = WAL")
            # The engine moves on once a write returned: it must outlast a power cut as well.
            db.execute("PRAGMA synchronous = FULL")
        return db

    def _check(self, db: sqlite3.Connection, form: Format, *, may_be_new: bool) -> None:
        (application,) = db.execute("PRAGMA application_id").fetchone()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (tables,) = db.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if may_be_new and not tables:
            marks = f"PRAGMA application_id = {form.application_id}; PRAGMA user_version = {form.version};"
            db.executescript(f"BEGIN; {form.schema} {marks} COMMIT;")
        elif application != form.application_id:
            raise DataFolderError(f"{self._path} belongs to another program: choose another folder with --data")
        elif version != form.version:
            raise DataFolderError(
                f"{self._path} has format {version}, this program reads {form.version}: start with a new --data"
            )

    @contextmanager
    def _said_plainly(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise StorageError(
                f"{self._path}: {error}; free disk space or restore the folder, then start again"
            ) from error
