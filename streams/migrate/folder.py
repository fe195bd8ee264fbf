"""What a data folder holds, as it is moved elsewhere or made anew."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Self

from streams import codec
from streams.engines.embedded import EmbeddedEngine
from streams.engines.folder import claimed
from streams.engines.sqlite import SqliteMapping, Store
from streams.index.embedded import EmbeddedIndex
from streams.migrate.left_over import LeftOver
from streams.migrate.source import refuse_unfinished
from streams.records import Delivery, Document, Record
from streams.reprocess.takeover import take_over


class Folder:
    """A data folder that nobody else works on meanwhile, and in which nothing is under way.

    Raises DataFolderError for a folder that is in use or holds no data, UsageError for work that is not done.
    """

    shares_index = False
    left_over: Sequence[LeftOver] = ()

    def __init__(self, path: Path) -> None:
        self.path = path
        self.listing = f"streams deadletters list --data {path}"

    def __enter__(self) -> Self:
        with ExitStack() as opened:
            self.store = opened.enter_context(closing(Store(self.path, create=False)))
            opened.enter_context(claimed(self.path))
            take_over(self.path, self.store)
            self._index = opened.enter_context(closing(EmbeddedIndex(self.path, read_only=True)))
            self.engine = EmbeddedEngine(self.store, self._index)
            way_out = f"run `streams run --once --data {self.path}` to the end"
            refuse_unfinished(self.engine.status(), f"data folder {self.path}", way_out)
            self._opened = opened.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def table(self, name: str) -> SqliteMapping:
        """A stage's memory."""
        return self.store.table(name)

    def records(self) -> Iterator[Record]:
        """All documents, stories and alerts."""
        return self._index.everything()

    def documents(self) -> Iterator[Document]:
        """All documents."""
        return (record for record in self.records() if isinstance(record, Document))

    def pending(self) -> list[Delivery]:
        """Deliveries that were not made yet."""
        rows = self.store.query("SELECT value FROM outbox WHERE state = 'pending' ORDER BY at, rowid")
        return [codec.decode_as(value, Delivery) for (value,) in rows]

    def hosts(self) -> list[str]:
        """Private addresses that feeds were allowed."""
        return self.engine.subscriptions.allowed()

    def size(self) -> int:
        """How many values and records there are, about."""
        status, tables = self.engine.status(), self.store.table_sizes()
        state = sum(tables.get(name, 0) for name in ("identities", "related", "alerts"))
        return state + status.documents + status.stories + status.alerts
