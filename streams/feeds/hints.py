"""What a feed and its server say of when to ask again."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from streams.records import Hints

MAX_S = 31 * 86400.0
_PERIODS_S = {
    "hourly": 3600.0,
    "daily": 86400.0,
    "weekly": 7 * 86400.0,
    "monthly": 30 * 86400.0,
    "yearly": 365 * 86400.0,
}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HEAD_CHARS = 50_000
_SKIPPED = re.compile(
    r"<skip(Hours|Days)\b[^>]{0,200}>((?:(?!<skip).){0,2000}?)</skip\1\s*>", re.DOTALL | re.IGNORECASE
)
_PART = re.compile(r"<(?:hour|day)\b[^>]{0,100}>\s*([A-Za-z0-9]{1,10})\s*<", re.IGNORECASE)
_MAX_AGE = re.compile(r"(?:^|[\s,])(?:max-age)\s*=\s*\"?([0-9]{1,9})", re.IGNORECASE)
_NEVER = re.compile(r"(?:^|[\s,])(?:no-store|no-cache)(?:$|[\s,])", re.IGNORECASE)


def said_in(document: str, ttl: str, period: str, frequency: str) -> Hints:
    """The hints of a document: RSS 2.0's `ttl` (minutes), `skipHours` and `skipDays`, and the syndication module's
    `updatePeriod` and `updateFrequency`. What is no such value is not said.
    """
    hours: set[int] = set()
    days: set[int] = set()
    for match in _SKIPPED.finditer(document[:_HEAD_CHARS]):
        for part in map(str.lower, _PART.findall(match[2])):
            if part.isdigit():
                hours.add(int(part) % 24)  # RSS 0.91 counts to 24
            elif part in _DAYS:
                days.add(_DAYS.index(part))
    often = max(_number(frequency) or 1.0, 1.0)
    return Hints(
        ttl_s=min(_number(ttl) * 60, MAX_S),
        period_s=_PERIODS_S.get(period.strip().lower(), 0.0) / often,
        skip_hours=sorted(hours) if len(hours) < 24 else [],
        skip_days=sorted(days) if len(days) < 7 else [],
    )


def fresh_s(headers: Mapping[str, str]) -> float:
    """For how long an answer is the newest there is (RFC 9111, 4.2), in seconds; 0 when it does not say."""
    control = headers.get("Cache-Control", "")[:1000]
    if _NEVER.search(control):
        return 0.0
    if found := _MAX_AGE.search(control):
        return max(0.0, min(float(found[1]), MAX_S) - _number(headers.get("Age", "")))
    expires = _moment(headers.get("Expires", ""))
    date = _moment(headers.get("Date", "")) if expires else None
    if expires is None or date is None:
        return 0.0
    return min(max(0.0, (expires - date).total_seconds()), MAX_S)


def _number(text: str) -> float:
    text = text.strip()
    return float(text[:9]) if text.isascii() and text.isdigit() else 0.0


def _moment(text: str) -> datetime | None:
    if not text:
        return None
    try:
        moment = parsedate_to_datetime(text[:100])
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
