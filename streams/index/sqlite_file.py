"""One SQLite file with many readers and one writer."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from streams.errors import DataFolderError
from streams.sqlite_files import BUSY_TIMEOUT_S, Format, all_or_nothing, check, prepare, said_plainly

Row = tuple[Any, ...]


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
        with said_plainly(path, opening=True):
            with closing(self._connect("rw" if read_only else "rwc")) as db:
                (check if read_only else prepare)(db, path, form)
            self._writer = None if read_only else self._connect("rwc")

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """All rows of a read."""
        # A connection of its own for each read: none is shared between threads, none is left open.
        with said_plainly(self._path), closing(self._connect("rw")) as db:
            db.execute("PRAGMA query_only = ON")
            return db.execute(sql, values).fetchall()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """The one writing connection, all or nothing; durable at the end."""
        if self._writer is None:
            raise DataFolderError(f"{self._path} was opened for reading only")
        with self._write_lock, said_plainly(self._path), all_or_nothing(self._writer):
            yield self._writer

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
            # The engine moves on once a write returned: it must outlast a power cut as well.
            db.execute("PRAGMA synchronous = FULL")
        return db
