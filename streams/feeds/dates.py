"""Dates as feeds write them.

The standards have two forms (RFC 822 in RSS, RFC 3339 in Atom and JSON Feed), feeds have hundreds: dateutil
reads most of them, feedparser some more (months in French, Greek, Hungarian or Korean), dateparser the rest.
"""

from __future__ import annotations

import calendar
import html
import re
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import partial

from dateutil import parser

from streams.feeds.late_dates import LateDates
from streams.feeds.zones import by_letters, without_place
from streams.records import Problem

MAX_CHARS = 100
FIRST_YEAR = 1900
LAST_YEAR = 2200
"""Years outside of these are slips and fillers (0001-01-01, 9999-12-31), not dates."""

# Two days that differ in year, month and day: what both readings agree on is in the text.
_DEFAULTS = (datetime(2001, 2, 3), datetime(2004, 5, 6))

_STANDARD = re.compile(
    r"[A-Z][a-z]{2}, ([0-9]{1,2}) ([A-Z][a-z]{2}) ([0-9]{4}) ([0-9]{2}:[0-9]{2}:[0-9]{2}) (?:GMT|([+-][0-9]{4}))"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
"""What the standards ask for, with a zone: read without further ado."""
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTHS = {name: f"{number:02}" for number, name in enumerate(_NAMES, start=1)}
_YEAR_ZERO = re.compile(r"(?:^|[\s/.,])(?:00\d\d|-000[1-9])(?=[\s/.,-]|$)")  # not +0000; dateutil would read 2000
_NUMBER = re.compile(r"\d{1,4}")
_WORD = re.compile(r"[^\W\d_]{3}")
_UNIX = re.compile(r"(?P<s>1[0-9]{9})(?:[0-9]{3}|\.[0-9]{1,9})?")
"""Seconds or milliseconds since 1970, of the years 2001 to 2033."""
_TWO_ZONES = re.compile(r"(?<=[+-][0-9]{2}:[0-9]{2})Z$|(?<=[+-][0-9]{4})Z$")
_WEEKDAY = re.compile(r"[^\d,]{2,20},\s{0,9}(?=[0-9])")
"""In any language: a word before the first comma says nothing that the date does not."""
_AFTER_UTC = re.compile(r"\b(?:GMT|UTC) ?(?=[+-][0-9])")
"""`GMT+0100` is an hour before UTC, as browsers write it; to dateutil it is an hour after, as POSIX has it."""
_HOURS_ALONE = re.compile(r"(:[0-9]{2} ?[+-])([0-9]{1,2})$")
_DOTTED = re.compile(r"\b[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}\b")
"""With dots the day comes first, wherever they are used."""
_SLASHED = re.compile(r"\b([0-9]{1,2})/([0-9]{1,2})/[0-9]{4}\b")
"""With slashes it is the month in some countries: see day_first."""
_MONTH_FIRST = re.compile(r"en(?:-(?:us|ph|bz|fm|pw|mh|as|gu|pr|vi|ca))?", re.IGNORECASE)
_MONTH = re.compile(
    r"(?P<year>[12][0-9]{3})-(?P<number>0[1-9]|1[0-2])|(?P<name>[A-Za-z]{3,9})\.?,? (?P<its>[12][0-9]{3})"
)
"""A month alone, as journals date what they bring."""
_MIDNIGHT = re.compile(r"(?<=[\sT])24:00(?::00)?(?:\.0{1,9})?(?![0-9:])")
"""The end of a day (ISO 8601), which is the next one's beginning."""
_LEAP_SECOND = re.compile(r"(?<=:[0-5][0-9]:)60(?![0-9:])")
_DOTTED_TIME = re.compile(
    r"(?:(?<=[0-9][-/][0-9]{2}[ T])|(?<=[./][0-9]{4} ))([0-9]{1,2})\.([0-9]{2})(?:\.([0-9]{2}))?(?![0-9.])"
)


def read_date(
    text: str, parsed: time.struct_time | None = None, late: LateDates | None = None
) -> tuple[datetime | None, Problem | None]:
    """A date as aware UTC, or None and the problem (`bad-date`) for one that cannot be read or be true.

    `parsed` is what feedparser made of it (UTC), where it could; `late` reads what nobody else can.
    A date without a zone counts as UTC, a month without a day as its first. Empty text is no date and no problem.
    """
    text = (html.unescape(text) if "&" in text else text).strip()
    if not text:
        return None, None
    sound = len(text) <= MAX_CHARS and not _YEAR_ZERO.search(text)
    moment = _read(text, parsed, late is not None and late.day_first) if sound else None
    if moment is None and sound and late is not None:
        moment = late.read(text)
    if moment is None or not FIRST_YEAR <= moment.year <= LAST_YEAR:
        return None, Problem(kind="bad-date", message=f"cannot be the date of an item: {text[:MAX_CHARS]!r}")
    return moment, None


def day_first(texts: Iterable[str], language: str | None) -> bool:
    """Whether in dates such as 02/03/2026 the day comes first: by the others of a document, else by its language.

    Without either the month does, as in the United States.
    """
    found = [(int(one), int(other)) for text in texts for one, other in _SLASHED.findall(text[:MAX_CHARS])]
    days = {one > 12 for one, other in found if (one > 12) != (other > 12)}
    return days == {True} if len(days) == 1 else bool(language) and not _MONTH_FIRST.fullmatch(language or "")


def read_standard(text: str) -> datetime | None:
    """A date in a form that the standards ask for, as UTC; None for any other text."""
    found = _STANDARD.fullmatch(text)
    if found is None:
        return None
    try:
        return datetime.fromisoformat(_as_iso(found)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _read(text: str, parsed: time.struct_time | None, first: bool) -> datetime | None:
    if (moment := read_standard(text)) is not None:
        return moment
    plain, there = without_place(_TWO_ZONES.sub("", text))
    plain, over = _MIDNIGHT.subn("00:00", _DOTTED_TIME.sub(_with_colons, _LEAP_SECOND.sub("59", plain)))
    plain = _HOURS_ALONE.sub(lambda match: f"{match[1]}{match[2]:0>2}00", _AFTER_UTC.sub("", plain))
    first = (first and _SLASHED.search(plain) is not None) or _DOTTED.search(plain) is not None
    freely = partial(_read_freely, first=first)
    bare = _WEEKDAY.sub("", plain, count=1)
    attempts = [(read, plain) for read in (_read_unix, _read_month, datetime.fromisoformat, _read_rfc822, freely)]
    for read, form in (*attempts, (freely, bare)) if bare != plain else attempts:
        try:
            moment = read(form) + timedelta(days=over)
            return moment.replace(tzinfo=moment.tzinfo or there or UTC).astimezone(UTC)
        except (ValueError, OverflowError, TypeError, ArithmeticError):
            continue
    return _from_feedparser(text, parsed) if parsed else None


def _as_iso(standard: re.Match[str]) -> str:
    """A date of the one standard in the form of the other, which is read ten times as fast."""
    day, month, year, time_of_day, zone = standard.groups()
    return f"{year}-{_MONTHS.get(month, '')}-{day:0>2}T{time_of_day}{zone or 'Z'}" if day else standard[0]


def _with_colons(match: re.Match[str]) -> str:
    return ":".join(part for part in match.groups() if part)


def _read_unix(text: str) -> datetime:
    found = _UNIX.fullmatch(text)
    if found is None:
        raise ValueError(f"no Unix time: {text!r}")
    return datetime.fromtimestamp(int(found["s"]), UTC)


def _read_month(text: str) -> datetime:
    found = _MONTH.fullmatch(text)
    month = found and (found["number"] or parser.parserinfo().month(found["name"]))
    if not found or not month:
        raise ValueError(f"no month: {text!r}")
    return datetime(int(found["year"] or found["its"]), int(month), 1)


def _read_rfc822(text: str) -> datetime:
    """The standard form, read fast; it leaves zones that it does not know, and the years 00, to dateutil."""
    moment = parsedate_to_datetime(text)
    if moment.tzinfo is None or str(moment.year) not in text:
        raise ValueError(f"not RFC 822: {text!r}")
    return moment


def _read_freely(text: str, first: bool) -> datetime:
    """By dateutil, which fills in what is missing from a default: then there is no date in the text."""
    one, other = (parser.parse(text, default=day, tzinfos=by_letters, dayfirst=first) for day in _DEFAULTS)
    if one != other:
        raise ValueError(f"not a whole date: {text!r}")
    return one


def _from_feedparser(text: str, parsed: time.struct_time) -> datetime | None:
    """Of a named month only: where it looks for numbers, feedparser fills gaps with the present month and day."""
    days = {int(number) for number in _NUMBER.findall(text)}
    near = range(parsed.tm_mday - 1, parsed.tm_mday + 2) if ":" in text else (parsed.tm_mday,)  # with zones
    if not _WORD.search(text) or str(parsed.tm_year) not in text or days.isdisjoint(near):
        return None
    return datetime.fromtimestamp(calendar.timegm(parsed), UTC)
