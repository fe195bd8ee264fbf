"""Records put aside."""

from __future__ import annotations

from datetime import datetime

from streams.records.base import Record


class DeadLetter(Record, frozen=True, kw_only=True):
    """A record that could not be processed, with all that is needed to try it again.

    `replayed_at` says that it was given that try.
    """

    stage: str
    error: str
    topic: str
    key: str
    partition: int = 0
    offset: int
    value: bytes
    at: datetime
    replayed_at: datetime | None = None
