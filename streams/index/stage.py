"""The stage that puts results into the index."""

from __future__ import annotations

from collections.abc import Sequence

from streams.index.search import Index
from streams.records import Record
from streams.stage import Output


class IndexStage:
    """Writes documents, stories and alerts. Versions make a repeated batch harmless; nothing is sent on."""

    def __init__(self, index: Index) -> None:
        self._index = index

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Store the batch; raises ServiceError when the index is away."""
        self._index.write(batch)
        return []
