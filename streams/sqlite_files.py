"""What all SQLite files of ours have in common: whose they are, one writer at a time, failures in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from streams.errors import DataFolderError, StorageError

BUSY_TIMEOUT_S = 30.0
NOT_OURS = frozenset(
    {sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
)
"""What SQLite says of a file that is no database, or that this user may not write."""


class Format(NamedTuple):
    """What marks a file as ours: SQLite's application_id and user_version, and the tables to make in a new one."""

    application_id: int
    version: int
    schema: str


def prepare(db: sqlite3.Connection, path: Path, form: Format) -> None:
    """Put a file into write-ahead mode and make the tables of a new one. Raises as `check` does."""
    new = not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if not new:
        check(db, path, form)
    db.execute("PRAGMA journal_mode = WAL")  # only now: it would change another program's file
    if new:
        marks = f"PRAGMA application_id = {form.application_id}; PRAGMA user_version = {form.version};"
        db.executescript(f"BEGIN; {form.schema} {marks} COMMIT;")


def check(db: sqlite3.Connection, path: Path, form: Format) -> None:
    """Raise DataFolderError for a file of another program or format."""
    (application,) = db.execute("PRAGMA application_id").fetchone()
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if application != form.application_id:
        raise DataFolderError(f"{path} belongs to another program: choose another folder with --data")
    if version != form.version:
        raise DataFolderError(
            f"{path} has format {version}, this program reads {form.version}: start with a new --data"
        )


@contextmanager
def all_or_nothing(db: sqlite3.Connection) -> Iterator[sqlite3.Connection]:
    """A transaction in which this connection writes; undone when anything fails in it."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield db
    except BaseException:
        db.rollback()
        raise
    db.execute("COMMIT")


@contextmanager
def said_plainly(path: Path, *, opening: bool = False) -> Iterator[None]:
    """Raise StorageError where SQLite fails, and DataFolderError where `opening` shows that a file is not ours."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if opening and error.sqlite_errorcode & 0xFF in NOT_OURS:
            raise DataFolderError(
                f"{path} cannot be used: {error}; mend or restore it, or choose another folder with --data"
            ) from error
        raise StorageError(f"{path}: {error}; free disk space or restore the folder, then start again") from error
