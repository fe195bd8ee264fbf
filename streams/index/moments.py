"""Times as the indexes compare them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """Microseconds since 1970, exactly, for any year that a datetime can have; negative before."""
    return (moment - _EPOCH) // timedelta(microseconds=1)
