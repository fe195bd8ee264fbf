"""What `published:` takes: a year, month, day, minute or second, alone, as a bound or as a range."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from streams.query.nodes import Published

FORMS = (
    "2026, 2026-03, 2026-03-01 or 2026-03-01T12:30Z, also after >=, >, <= or <, or a range 2026-03-01..2026-03-05"
)

_MOMENT = re.compile(
    r"""
    (?P<year>\d{4})
    (-(?P<month>\d\d)
        (-(?P<day>\d\d)
            ([T ](?P<hour>\d\d):(?P<minute>\d\d)
                (:(?P<second>\d\d))?
                (?P<zone>Z|[+-]\d\d:?\d\d)?
            )?
        )?
    )?
    """,
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_BOUND = re.compile(r"(>=|<=|>|<)\s*(.+)", re.DOTALL)


def parse_published(value: str) -> Published:
    """The time that a value of `published:` stands for; times without a zone are UTC.

    A value stands for all of its year, month, day, minute or second, so a range contains both its ends.
    Raises ValueError with a message for people.
    """
    value = value.strip()
    if bound := _BOUND.fullmatch(value):
        return _bounded(bound[1], *_span(bound[2]))
    first, dots, last = value.partition("..")
    if not dots:
        since, until = _span(value)
        return Published(since=since, until=until)
    if not (first or last):
        raise ValueError("this range has no ends; write " + FORMS)
    span = Published(since=_span(first)[0] if first else None, until=_span(last)[1] if last else None)
    if span.since and span.until and span.since >= span.until:
        raise ValueError("this range ends before it begins")
    return span


def format_published(span: Published) -> str:
    """A value of `published:` that stands for the span, whose ends are full seconds."""
    since = _format(span.since) if span.since else ""
    if not span.until:
        return ">=" + since
    if not span.since:
        return "<" + _format(span.until)
    return f"{since}..{_format(span.until - timedelta(seconds=1))}"


def _bounded(sign: str, since: datetime, until: datetime) -> Published:
    match sign:
        case ">=":
            return Published(since=since)
        case ">":
            return Published(since=until)
        case "<":
            return Published(until=since)
        case _:
            return Published(until=until)


def _span(value: str) -> tuple[datetime, datetime]:
    found = _MOMENT.fullmatch(value.strip())
    if not found:
        raise ValueError(f"{value[:40]!r} is not a date; write {FORMS}")
    parts = {name: int(text) for name, text in found.groupdict().items() if text and name != "zone"}
    zone = (found["zone"] or "Z").upper().replace("Z", "+0000")
    try:
        offset = datetime.strptime(zone, "%z").tzinfo
        since = datetime(**({"month": 1, "day": 1} | parts), tzinfo=offset).astimezone(UTC)
        return since, _end(since, tuple(parts)[-1])
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{value[:40]!r} is not a date: {error}") from error


def _end(since: datetime, unit: str) -> datetime:
    match unit:
        case "year":
            return since.replace(year=since.year + 1)
        case "month":
            return (since + timedelta(days=31)).replace(day=1)
        case _:
            return since + timedelta(**{unit + "s": 1})


def _format(moment: datetime) -> str:
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"
