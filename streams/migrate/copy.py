"""Changelogs read onto the disk: of every key the newest value, wherever it stood.

None of it is held in memory, so a cluster of any size can be moved by a small machine.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiokafka import TopicPartition

from streams.engines.kafka import messages
from streams.engines.stages import TABLES
from streams.engines.topics import changelog
from streams.errors import StorageError
from streams.settings import Settings

PAGE = 1000
SCHEMA = """
CREATE TABLE state (
    name TEXT NOT NULL, key BLOB NOT NULL, place INTEGER NOT NULL, at INTEGER NOT NULL, value BLOB,
    PRIMARY KEY (name, key)) WITHOUT ROWID
"""
PUT = """
INSERT INTO state VALUES (?, ?, ?, ?, ?) ON CONFLICT (name, key)
DO UPDATE SET place = excluded.place, at = excluded.at, value = excluded.value
WHERE excluded.place = state.place OR excluded.at >= state.at
"""
"""Within a partition the order counts, between partitions the time: workers' clocks may differ a little."""


class Write(NamedTuple):
    """A value (None: deleted) as a partition (`place`) has it, sent at `at`, in milliseconds."""

    key: bytes
    place: int
    at: int
    value: bytes | None


class Copy:
    """The tables, in a temporary folder (`TMPDIR`). Raises StorageError when its disk is full."""

    def __init__(self) -> None:
        self._folder = TemporaryDirectory(prefix="streams-migrate-")
        self._db = sqlite3.connect(Path(self._folder.name) / "state.sqlite", isolation_level=None)
        self._db.execute("PRAGMA journal_mode = OFF")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(SCHEMA)

    def close(self) -> None:
        """Forget it all."""
        self._db.close()
        self._folder.cleanup()

    def put(self, name: str, writes: Iterable[Write]) -> None:
        """Take in writes to a table, in the order of each partition."""
        try:
            self._db.execute("BEGIN")
            self._db.executemany(PUT, [(name, *write) for write in writes])
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            way_out = "free disk space, or set TMPDIR to a larger disk"
            raise StorageError(f"{self._folder.name}: {error}; {way_out}") from error

    async def read(self, settings: Settings, stage: str, partitions: int) -> None:
        """Take in the changelog of a stage's table, of so many partitions, under the table's name."""
        numbers = [TopicPartition(changelog(settings, stage), number) for number in range(partitions)]
        writes: list[Write] = []
        async for message in messages(settings, numbers):
            writes.append(Write(message.key or b"", message.partition, message.timestamp, message.value))
            if len(writes) == PAGE:
                self.put(TABLES[stage], writes)
                writes.clear()
        self.put(TABLES[stage], writes)

    def table(self, name: str) -> CopiedTable:
        """What a table holds."""
        return CopiedTable(self._db, name)


class CopiedTable(Mapping[bytes, bytes]):
    """The values of one table that were not deleted."""

    def __init__(self, db: sqlite3.Connection, name: str) -> None:
        self._db, self._name = db, name

    def __getitem__(self, key: bytes) -> bytes:
        found = self._db.execute(
            "SELECT value FROM state WHERE name = ? AND key = ?", (self._name, key)
        ).fetchone()
        if found is None or found[0] is None:
            raise KeyError(key)
        value: bytes = found[0]
        return value

    def __iter__(self) -> Iterator[bytes]:
        with closing(self._db.cursor()) as rows:
            rows.execute("SELECT key FROM state WHERE name = ? AND value IS NOT NULL ORDER BY key", (self._name,))
            while page := rows.fetchmany(PAGE):
                yield from (key for (key,) in page)

    def __len__(self) -> int:
        count: int = self._db.execute(
            "SELECT count(*) FROM state WHERE name = ? AND value IS NOT NULL", (self._name,)
        ).fetchone()[0]
        return count
