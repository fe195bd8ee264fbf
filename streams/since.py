"""How far back: `90m`, `24h`, `30d`, or a date or time as ISO 8601 has them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from streams.errors import UsageError

_SPAN = re.compile(r"(\d{1,6})([mhdw])")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def since_of(text: str, now: datetime) -> datetime:
    """The time that is meant, before now; one without zone is UTC. Raises UsageError for anything else."""
    try:
        at = _moment(text.strip(), now)
    except (ValueError, OverflowError):
        raise UsageError(f"{text[:80]!r} is no time: say 90m, 24h, 30d, or a date as 2026-03-02") from None
    if at >= now:
        raise UsageError(f"{text[:80]!r} is not in the past: say 90m, 24h, 30d, or a date before today's")
    return at


def _moment(text: str, now: datetime) -> datetime:
    span = _SPAN.fullmatch(text)
    if span:
        return now - int(span[1]) * _UNITS[span[2]]
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
