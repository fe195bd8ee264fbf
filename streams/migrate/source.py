"""What a migration takes from: a data folder, or another cluster."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Protocol

from streams.engines.engine import Engine, Status
from streams.errors import UsageError
from streams.migrate.left_over import LeftOver
from streams.records import Delivery, Document, Record


class Source(Protocol):
    """All that is known in one place, while nobody works there and nothing is under way."""

    @property
    def engine(self) -> Engine:
        """What people see of it."""
        ...

    @property
    def shares_index(self) -> bool:
        """Whether its documents, stories and alerts are in the cluster's index already."""
        ...

    @property
    def listing(self) -> str:
        """The command that lists the dead letters, which stay behind."""
        ...

    @property
    def left_over(self) -> Sequence[LeftOver]:
        """Records under way that go along, as nobody can take them where they are."""
        ...

    def table(self, name: str) -> Mapping[bytes, bytes]:
        """A stage's memory."""
        ...

    def documents(self) -> Iterator[Document]:
        """All documents."""
        ...

    def records(self) -> Iterator[Record]:
        """All documents, stories and alerts that the cluster's index is to have from here."""
        ...

    def pending(self) -> list[Delivery]:
        """Deliveries that were not made yet, the oldest first."""
        ...

    def hosts(self) -> list[str]:
        """Private addresses that its feeds were allowed."""
        ...

    def size(self) -> int:
        """How many values and records there are, about."""
        ...


def refuse_unfinished(status: Status, where: str, way_out: str, stuck: Collection[str] = ()) -> None:
    """Raise UsageError where records wait before a stage that is not stuck."""
    waiting = {stage.stage: stage.lag for stage in status.stages if stage.lag and stage.stage not in stuck}
    if waiting:
        told = ", ".join(f"{lag} before {stage}" for stage, lag in waiting.items())
        raise UsageError(f"{where} has records under way ({told}): {way_out} first")
