"""One stage at work on one ordered log, whatever engine keeps that log.

The record's fault and others' faults are kept apart: a record that cannot be processed alone becomes a dead
letter and the rest goes on; a ServiceError leaves the batch as it was, to be tried again; what the machine
refuses, such as a temporary file on a full disk, is a StorageError. Nothing is durable here: the engine sends the
outputs, makes the writes durable, and only then moves on.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeVar

import structlog

from streams import codec
from streams.clock import Clock
from streams.engines.meter import Meter, item_id
from streams.errors import RecordError, ServiceError, SettingsError, StorageError
from streams.records import DeadLetter, Record, Topic
from streams.stage import Output, Stage
from streams.state import Buffered, Table, Write

T = TypeVar("T")
OpenBase = Callable[[str], Mapping[bytes, bytes]]
"""Gives the durable side of a table by its name."""
Expect = Callable[[Sequence[Record]], None]
"""Takes note of a batch that will be processed soon; must not fail."""
OF_THE_MACHINE = frozenset(
    {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EMFILE, errno.ENFILE, errno.ENOENT}
)
"""Errors that no record leads to: the disk is full or broken, no more files may be open, or there is no file where
one must be; a folder for temporary files on a full disk counts as none, too.
"""
MOST_REASON_CHARS = 2000
log = structlog.get_logger(__name__)


class Logged(NamedTuple):
    """One record as it stands in a log; `seq` is its place in it (in Kafka: the offset in the partition)."""

    seq: int
    topic: Topic
    key: str
    value: bytes
    partition: int = 0


class Encoded(NamedTuple):
    """An output, and its record as the log takes it."""

    output: Output
    value: bytes


def encoded(output: Output) -> Encoded:
    """The output with its record as the log takes it."""
    return Encoded(output, codec.encode(output.record))


class OpenTable:
    """Gives a stage its tables by name and collects what it writes into them."""

    def __init__(self, base: OpenBase) -> None:
        self._base = base
        self._buffers: dict[str, Buffered] = {}

    def __call__(self, name: str, value_type: type[T]) -> Table[T]:
        """The table of that name; each name belongs to one stage."""
        buffer = self._buffers.setdefault(name, Buffered(self._base(name)))
        return Table(buffer, value_type)

    def changes(self) -> dict[str, dict[bytes, bytes | None]]:
        """What all writes since the last `clear` come to."""
        return {name: buffer.changes for name, buffer in self._buffers.items() if buffer.changes}

    def writes(self) -> dict[str, list[Write]]:
        """Those writes one by one, in the order in which they were made."""
        return {name: buffer.writes for name, buffer in self._buffers.items() if buffer.writes}

    def clear(self) -> None:
        """Forget the writes: they are durable now."""
        for buffer in self._buffers.values():
            buffer.clear()


class StageSpec(NamedTuple):
    """A stage's place in the flow: its input topics, how it is made, and how many records it takes at once.

    `expect` is there for a stage whose work is done elsewhere: it is told of the batches that come next, so that
    whoever does the work need not wait while the results of the last batch are stored. `most_bytes` is the size of
    the largest record that the log takes.
    """

    name: str
    inputs: tuple[Topic, ...]
    build: Callable[[OpenTable], Stage]
    batch: int
    expect: Expect | None = None
    most_bytes: int | None = None


class Runner:
    """Makes a stage over its tables and runs it. `tables` holds what its last attempt wrote."""

    def __init__(self, spec: StageSpec, base: OpenBase, clock: Clock, meter: Meter) -> None:
        self._spec, self._base, self._clock = spec, base, clock
        self._meter = meter
        self._stage: Stage | None = None
        self._taken: list[Record] = []
        self.tables = OpenTable(base)

    def make(self) -> None:
        """Make the stage, if it is not there."""
        self._ready()
        self._meter.work.went_on()

    def attempt(self, batch: Sequence[Logged]) -> list[Encoded] | None:
        """What a batch leads to, or None when it failed and its records are to be tried one by one.

        A record that fails alone leads to its dead letter. Raises ServiceError, StorageError or SettingsError
        when the fault is no record's.
        """
        stage, self._taken = self._ready(), []
        try:
            with self._meter.attempt():
                self._taken = [codec.decode(row.value) for row in batch]
                made = [encoded(output) for output in stage.process(self._taken)]
                self._fitting(made)
                return made
        except (ServiceError, StorageError, SettingsError):
            self.forget()
            raise
        except Exception as error:
            self.forget()
            if isinstance(error, OSError) and error.errno in OF_THE_MACHINE:
                raise StorageError(
                    f"{self._spec.name}: {error}; free disk space, in TMPDIR too, then start again"
                ) from error
            if len(batch) == 1:
                return [encoded(self._dead_letter(batch[0], error))]
            log.warning("batch failed, trying its records one by one", stage=self._spec.name, error=_reason(error))
            return None

    def expect(self, batch: Sequence[Logged]) -> None:
        """Let the stage begin on a batch that is to be attempted soon."""
        if self._spec.expect is not None:
            with suppress(RecordError):  # the attempt will say what is wrong with it
                self._spec.expect([codec.decode(row.value) for row in batch])

    def carried_out(self, made: Sequence[Encoded]) -> None:
        """What the last attempt led to, and what it wrote, is durable."""
        self._meter.carried_out(self._taken, [one.output for one in made])
        self.tables.clear()

    def forget(self) -> None:
        """Drop the stage and what it wrote; it is made anew, from its tables, when it is needed."""
        self._stage, self.tables = None, OpenTable(self._base)

    def _ready(self) -> Stage:
        if self._stage is None:
            self._meter.work.waits("what it holds in memory is made from its state")
            self._stage = self._spec.build(self.tables)
        return self._stage

    def _fitting(self, made: Sequence[Encoded]) -> None:
        """Raise RecordError for what leads to a record, or a value to remember, too large for the log."""
        most = self._spec.most_bytes
        if most is None:
            return
        for output, value in made:
            if len(value) > most:
                raise _too_large(type(output.record).__name__, value, most)
        for name, writes in self.tables.writes().items():
            for _, written in writes:
                if written is not None and len(written) > most:
                    raise _too_large(f"value of {name}", written, most)

    def _dead_letter(self, row: Logged, error: Exception) -> Output:
        reason = _reason(error)
        where = {"topic": row.topic, "partition": row.partition, "offset": row.seq, "key": row.key}
        item = None
        with suppress(Exception):  # what is wrong with the record may be wrong here too
            item = item_id(self._taken[0])
        log.error("record put aside", stage=self._spec.name, item=item, error=reason, **where)
        letter = DeadLetter(
            stage=self._spec.name,
            error=reason,
            topic=row.topic,
            key=row.key,
            partition=row.partition,
            offset=row.seq,
            value=row.value,
            at=self._clock(),
        )
        return Output(Topic.DEAD_LETTERS, row.key, letter)


def _too_large(what: str, value: bytes, most: int) -> RecordError:
    return RecordError(f"leads to a {what} of {len(value)} bytes, Kafka takes {most}: shorten it")


def _reason(error: Exception) -> str:
    """What is told of an error, short and encodable: some hold the whole text that they are about."""
    told = str(error) if isinstance(error, RecordError) else repr(error)
    return told[:MOST_REASON_CHARS].encode("utf-8", "replace").decode()
