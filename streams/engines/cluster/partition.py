"""One partition of a Faust table: what a stage remembers about the records of one partition of its topic.

Faust recovers the table from its changelog and moves it between workers. Reads and writes go past it, to the
RocksDB database that it keeps for the partition: its own table operations look a key up in all partitions, work
only while an event is processed, and write to the database before the changelog has the record. Here the changelog
comes first, and a batch reaches the database in one piece, together with the changelog's offset that Faust
recovers from. So what is on the disk is always the state at one place in the changelog.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import cast

import faust
import structlog
from faust.stores.rocksdb import Store
from faust.tables.base import Collection
from faust.types import EventT
from rocksdict import Rdict, WriteBatch
from yarl import URL

from streams.engines.cluster.sending import Sender
from streams.engines.cluster.transport import Fetched
from streams.engines.topics import DAY_MS, TOMBSTONE_DAYS
from streams.errors import StorageError
from streams.state import Paired, Write

PAGE = 1000
AS_OF = b"__streams\0as of__"
"""Under this key: when what the database holds was written to its changelog, in seconds since 1970."""
OURS = frozenset({Store.offset_key, AS_OF})
"""Keys that are no stage's."""
CAUGHT_UP_S = (TOMBSTONE_DAYS - 1) * DAY_MS / 1000
"""State that is older is not caught up with from its changelog."""
RECOVERED_AT_ONCE = 2
"""Fetches of the changelog that Faust holds before it writes them; with 1 it would go on to read the changelog."""
ROCKSDB = {"write_buffer_size": 4 * 1024**2, "block_cache_size": 8 * 1024**2}
"""Bytes that RocksDB takes for each partition: up to three write buffers, and a cache. Faust would have it take
64 MB for each of the former and 2 GB for the latter, and a worker's memory grow for hours. The cache is as large
as RocksDB's default, since a database that is opened again has that one: rocksdict does not keep the options.
"""

log = structlog.get_logger(__name__)


class Databases(Store):
    """Faust's databases, one a partition; one that was left alone for too long is begun anew.

    A worker that owned a partition once may get it back much later. What was deleted in between, such as a mute,
    may have left no trace in the changelog by then, and would still be in the database. So the database is deleted
    and made from the whole changelog.
    """

    def _open_for_partition(self, partition: int) -> Rdict:
        db: Rdict = super()._open_for_partition(partition)
        if not _left_alone(db, time.time()):
            return db
        path = self.partition_path(partition)
        log.info("state is too old to be caught up, read anew from its changelog", folder=str(path))
        db.close()
        shutil.rmtree(path)
        anew: Rdict = super()._open_for_partition(partition)
        return anew


class RecoveredTable(faust.Table[bytes, bytes]):
    """A Faust table that is recovered from its changelog a fetch at a time, as it is written."""

    def _new_store_by_url(self, url: str | URL) -> Databases:
        return Databases(
            url,
            self.app,
            self,
            table_name=self.name,
            key_type=self.key_type,
            key_serializer=self.key_serializer,
            value_serializer=self.value_serializer,
            value_type=self.value_type,
            loop=self.loop,
            options=self.options,
        )

    def apply_changelog_batch(self, batch: Iterable[EventT[bytes]]) -> None:
        """Write what each fetch holds."""
        for event in batch:
            fetched = cast(Fetched, event.message)
            writes = ((record.key, record.value) for record in fetched.records)
            at_s = fetched.records[-1].timestamp / 1000
            _write(_database(self, fetched.partition), writes, fetched.offset, at_s)


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
            yield from (pair for pair in page if pair[0] not in OURS)
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
            _write(self._db, writes, offset, time.time())
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


def _write(db: Rdict, writes: Iterable[Write], offset: int, at_s: float) -> None:
    """Write changes in one piece, with the place in the changelog that the database then has, and its time."""
    batch = WriteBatch(raw_mode=True)
    for key, value in writes:
        if value is None:
            batch.delete(key)
        else:
            batch.put(key, value)
    batch.put(Store.offset_key, str(offset).encode())
    batch.put(AS_OF, str(at_s).encode())
    db.write(batch)


def _left_alone(db: Rdict, now_s: float) -> bool:
    """Whether what a database holds is older than deletions are told of, or of nobody knows when."""
    if db.get(Store.offset_key) is None:
        return False
    as_of = db.get(AS_OF)
    return as_of is None or now_s - float(as_of) > CAUGHT_UP_S
