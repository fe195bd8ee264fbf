"""One partition of a Faust table: what a stage remembers about the records of one partition of its topic.

Faust recovers the table from its changelog and moves it between workers. Reads and writes go past it, to the
RocksDB database that it keeps for the partition: its own table operations look a key up in all partitions, want
an event in work, and write to the database before the changelog has the record. Here the changelog comes first,
and a batch reaches the database in one piece, together with the changelog's offset that Faust recovers from. So
what is on the disk is always the state at one place in the changelog.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import faust
from faust.stores.rocksdb import Store
from faust.tables.base import Collection
from faust.types import EventT
from rocksdict import Rdict, WriteBatch

from streams.engines.cluster.sending import Sender
from streams.engines.cluster.transport import Fetched
from streams.errors import StorageError
from streams.state import Paired, Write

PAGE = 1000
RECOVERED_AT_ONCE = 2
"""Fetches of the changelog that Faust holds before it writes them; with 1 it would go on to read the changelog."""
ROCKSDB = {"write_buffer_size": 4 * 1024**2, "block_cache_size": 8 * 1024**2}
"""Bytes that RocksDB takes for each partition: up to three write buffers, and a cache. Faust would have it take
64 MB for each of the former and 2 GB for the latter, and a worker's memory grow for hours. The cache is as large
as RocksDB's own, which a database has that is opened again: rocksdict does not keep what it was made with.
"""


class RecoveredTable(faust.Table[bytes, bytes]):
    """A Faust table that is recovered from its changelog a fetch at a time, as it is written."""

    def apply_changelog_batch(self, batch: Iterable[EventT[bytes]]) -> None:
        """Write what each fetch holds."""
        for event in batch:
            fetched = cast(Fetched, event.message)
            writes = ((record.key, record.value) for record in fetched.records)
            _write(_database(self, fetched.partition), writes, fetched.offset)


class PartitionTable(Paired[bytes, bytes]):
    """The partition's keys and values; raises StorageError when the local disk is full or broken."""

    def __init__(self, table: Collection, partition: int, sender: Sender) -> None:
        self._table, self._partition, self._sender = table, partition, sender

    def __getitem__(self, key: bytes) -> bytes:
        value: bytes | None = self._db.get(key)
        if value is None:
            raise KeyError(key)
        return value

    def __contains__(self, key: object) -> bool:
        return isinstance(key, bytes) and self._db.get(key) is not None

    def __iter__(self) -> Iterator[bytes]:
        return (key for key, _ in self.pairs())

    def pairs(self) -> Iterator[tuple[bytes, bytes]]:
        """All keys and values, a page at a time: an iterator kept open would keep the database open."""
        start = b""
        while page := self._page(start):
            yield from (pair for pair in page if pair[0] != Store.offset_key)
            start = page[-1][0] + b"\0"

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def about(self) -> int:
        """About how many keys there are: what was overwritten lately counts twice."""
        return int(self._db.property_int_value("rocksdb.estimate-num-keys") or 0)

    async def write(self, writes: Sequence[Write]) -> None:
        """Make writes durable, in their order: in the changelog, then on the disk.

        Raises ServiceError when Kafka is away; the disk is as before then.
        """
        topic = self._table.changelog_topic_name
        offset = await self._sender.send_to(topic, self._partition, writes)
        try:
            _write(self._db, writes, offset)
        except Exception as error:  # rocksdict has no narrower one
            raise StorageError(f"{self._db.path()}: {error}; free disk space, then start again") from error

    @property
    def _db(self) -> Rdict:
        return _database(self._table, self._partition)

    def _page(self, start: bytes) -> list[tuple[bytes, bytes]]:
        found = self._db.iter()
        found.seek(start)
        pairs: list[tuple[bytes, bytes]] = []
        while found.valid() and len(pairs) < PAGE:
            pairs.append((found.key(), found.value()))
            found.next()
        return pairs


def _database(table: Collection, partition: int) -> Rdict:
    db: Rdict = cast(Store, table.data)._db_for_partition(partition)
    return db


def _write(db: Rdict, writes: Iterable[Write], offset: int) -> None:
    """Write changes, and the place in the changelog up to which the database has it, in one piece."""
    batch = WriteBatch(raw_mode=True)
    for key, value in writes:
        if value is None:
            batch.delete(key)
        else:
            batch.put(key, value)
    batch.put(Store.offset_key, str(offset).encode())
    db.write(batch)
