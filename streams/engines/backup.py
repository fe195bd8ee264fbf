"""A copy of a data folder, taken while it runs: both databases as they were at one moment, and the files beside.

The moment is made by holding off the writers of both for as long as it takes to begin reading. What the index has
by then and the state does not yet know to be there comes again after a restore, under the same version. The full
text is not copied: it is made anew from the index.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from streams.engines.folder import FILE as LOCK
from streams.engines.sqlite import FILE as STATE
from streams.errors import DataFolderError, StorageError
from streams.index.sqlite_store import FILE as INDEX
from streams.sqlite_files import BUSY_TIMEOUT_S

DATABASES = (STATE, INDEX)


def backup(folder: Path, goal: Path) -> None:
    """Copy a data folder to a folder that is not there yet; it can be used as a data folder itself.

    It bears another name until it is complete. Raises DataFolderError for a folder without data or a goal that is
    there, StorageError when the disk is full or broken.
    """
    missing = [name for name in DATABASES if not (folder / name).exists()]
    if missing:
        raise DataFolderError(f"{folder} holds no data ({missing[0]} is missing): name another with --data")
    if goal.exists():
        raise DataFolderError(f"{goal} is there already: name a folder that is not")
    partial = goal.with_name(f"{goal.name}.partial")
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        with _at_one_moment(folder) as databases:
            for name, database in databases.items():
                with closing(sqlite3.connect(partial / name)) as copy:
                    database.backup(copy)
        for file in _others(folder):
            shutil.copy2(file, partial / file.name)
        partial.rename(goal)
    except (OSError, sqlite3.DatabaseError) as error:
        raise StorageError(f"no backup of {folder} to {goal}: {error}; name a place with room for it") from error


@contextmanager
def _at_one_moment(folder: Path) -> Iterator[dict[str, sqlite3.Connection]]:
    """Connections that all read what was there at the same moment."""
    with ExitStack() as opened:
        writers = [opened.enter_context(_connected(folder / name)) for name in DATABASES]
        readers = {name: opened.enter_context(_connected(folder / name)) for name in DATABASES}
        for writer in writers:
            writer.execute("BEGIN IMMEDIATE")
        for reader in readers.values():
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM sqlite_master").fetchone()
        for writer in writers:
            writer.execute("ROLLBACK")
        yield readers


@contextmanager
def _connected(path: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None)) as database:
        yield database


def _others(folder: Path) -> list[Path]:
    ours = {f"{name}{end}" for name in DATABASES for end in ("", "-wal", "-shm", "-journal")} | {LOCK}
    return sorted(file for file in folder.iterdir() if file.is_file() and file.name not in ours)
