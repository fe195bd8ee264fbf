"""One stage of the embedded engine: reads its part of the log, runs the stage, commits what it leads to.

The record's fault and a service's fault are kept apart: a record that cannot be processed alone becomes a dead
letter and the rest goes on; a ServiceError leaves the batch where it is, to be read again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import structlog

from streams import codec
from streams.clock import Clock
from streams.engines.sqlite import Logged, Store
from streams.errors import RecordError, ServiceError, SettingsError, StorageError
from streams.records import DeadLetter, Topic
from streams.stage import Output, Stage
from streams.state import Buffered, Table

T = TypeVar("T")
log = structlog.get_logger(__name__)


class OpenTable:
    """Gives a stage its tables by name and collects what it writes into them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._buffers: dict[str, Buffered] = {}

    def __call__(self, name: str, value_type: type[T]) -> Table[T]:
        """The table of that name; each name belongs to one stage."""
        buffer = self._buffers.setdefault(name, Buffered(self._store.table(name)))
        return Table(buffer, value_type)

    def changes(self) -> dict[str, dict[bytes, bytes | None]]:
        """All writes since the last `clear`."""
        return {name: buffer.changes for name, buffer in self._buffers.items() if buffer.changes}

    def clear(self) -> None:
        """Forget the writes: they are in the file now."""
        for buffer in self._buffers.values():
            buffer.changes.clear()


class StageSpec(NamedTuple):
    """A stage's place in the flow: its input topics, how it is made, and how many records it takes at once."""

    name: str
    inputs: tuple[Topic, ...]
    build: Callable[[OpenTable], Stage]
    batch: int


Sent = Callable[[Sequence[Output]], None]


class Consumer:
    """Runs one stage over the log, a batch at a time. Not thread-safe: one thread calls `step`."""

    def __init__(
        self, spec: StageSpec, store: Store, readers: Mapping[Topic, Sequence[str]], clock: Clock, sent: Sent
    ) -> None:
        self.name, self.inputs = spec.name, spec.inputs
        self._spec, self._store, self._readers, self._clock, self._sent = spec, store, readers, clock, sent
        self._stage: Stage | None = None
        self._tables = OpenTable(store)

    def step(self) -> int:
        """Process the next batch; returns how many records it held.

        Raises ServiceError when a service is away (the batch stays) and StorageError when the disk is.
        """
        batch = self._store.read(self.name, self.inputs, self._spec.batch)
        if batch:
            self._process(batch)
        return len(batch)

    def _process(self, batch: Sequence[Logged]) -> None:
        stage = self._ready()
        try:
            outputs = stage.process([codec.decode(row.value) for row in batch])
        except (ServiceError, StorageError, SettingsError):
            self._stage = None
            raise
        except Exception as error:
            self._stage = None
            if len(batch) == 1:
                self._put_aside(batch[0], error)
                return
            log.warning("batch failed, trying its records one by one", stage=self.name, error=repr(error))
            for row in batch:
                self._process([row])
        else:
            self._commit(outputs, batch)

    def _ready(self) -> Stage:
        """The stage; made anew, which rebuilds its memory from its tables, at first and after a failed batch."""
        if self._stage is None:
            self._tables = OpenTable(self._store)
            self._stage = self._spec.build(self._tables)
        return self._stage

    def _commit(self, outputs: Sequence[Output], batch: Sequence[Logged]) -> None:
        self._store.commit(
            outputs, self._tables.changes(), consumer=self.name, consumed=batch, readers=self._readers
        )
        self._tables.clear()
        self._sent(outputs)

    def _put_aside(self, row: Logged, error: Exception) -> None:
        reason = str(error) if isinstance(error, RecordError) else repr(error)
        log.error("record put aside", stage=self.name, topic=row.topic, key=row.key, offset=row.seq, error=reason)
        letter = DeadLetter(
            stage=self.name,
            error=reason,
            topic=row.topic,
            key=row.key,
            offset=row.seq,
            value=row.value,
            at=self._clock(),
        )
        self._tables = OpenTable(self._store)
        self._commit([Output(Topic.DEAD_LETTERS, row.key, letter)], [row])
