"""Times as the indexes compare them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly, for any year that a datetime can have; negative before."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def counted_by(field: str, edges: Sequence[datetime]) -> dict[str, Any]:
    """The aggregation, the same for both indexes, that counts a field of microseconds by steps between edges."""
    steps = [{"from": begin, "to": end} for begin, end in pairwise(map(micros, edges))]
    return {"range": {"field": field, "ranges": steps}}


def counts_by(counted: dict[str, Any] | None, edges: Sequence[datetime]) -> list[int]:
    """What was counted in each step: an empty index may name no step, and others also those before and after."""
    buckets = counted["buckets"] if counted else []
    by_begin = {bucket.get("from"): int(bucket["doc_count"]) for bucket in buckets}
    return [by_begin.get(micros(begin), 0) for begin in edges[:-1]]
