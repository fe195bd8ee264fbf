"""Whether a feed brings what it is used to bring: its new items of each day against its own past.

Silent is a feed that has brought nothing for so long that, at its rate, seven items would have come: by chance (a
Poisson process) that happens less than once in a thousand times. It must also be a day, and longer than twice the
longest time that it was quiet before, since many do not publish on weekends. It floods when one day brings three
times as many as the third busiest of the days before. Pure; days are UTC's.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import groupby

from msgspec.structs import replace

from streams.domains import domain_of
from streams.records import Coverage, Feed, FeedState, Source, Unusual

KEPT_DAYS, LEAST_DAYS = 28, 7
"""Days that make up a feed's past, and without which there is none to compare with."""
DAY = timedelta(days=1)
SURE = 7.0
FLOOD, LEAST_FLOOD = 3, 20
"""How many times as many as usual are a flood, and how many items at least."""
_OVER = {"silent": "something new has come", "flooding": "as many as usual again"}
FAILURES = 5
"""A feed that cannot be read is silent too, once that is beyond doubt."""


def seeded(times: Iterable[datetime], now: datetime) -> Coverage:
    """What the first reading tells: the days of the items that it brings. The watch begins now."""
    ages = [(now.date() - time.date()).days for time in times if time <= now]
    kept = [age for age in ages if age <= KEPT_DAYS]
    days = [0] * (max(kept, default=0) + 1)
    for age in kept:
        days[-1 - age] += 1
    return Coverage(days=days, last_day=now.date(), newest=now)


def observed(coverage: Coverage, new: int, now: datetime) -> Coverage:
    """With so many new items, found now; and what that comes to."""
    days = [*past(coverage, now.date()), new]
    if coverage.last_day is not None and coverage.last_day >= now.date():
        days[-1] += coverage.days[-1]
    heard = new > 0 or coverage.newest is None
    after = replace(coverage, days=days, last_day=now.date(), newest=now if heard else coverage.newest)
    if _floods(after):
        known = coverage.unusual == "flooding"
        return after if known else replace(after, unusual="flooding", since=now)
    if heard or coverage.unusual == "flooding":
        return replace(after, unusual="", since=None)
    return _listened(after, now)


def unread(coverage: Coverage, failures: int, now: datetime) -> Coverage:
    """When the feed could not be read, so many times in a row."""
    return _listened(coverage, now) if failures >= FAILURES else coverage


def past(coverage: Coverage, until: date) -> Sequence[int]:
    """The items of the complete days before, the last one last."""
    if coverage.last_day is None:
        return ()
    missed = (until - coverage.last_day).days
    days = [*coverage.days, *[0] * (missed - 1)] if missed > 0 else coverage.days[: missed - 1]
    return days[-KEPT_DAYS:]


def a_day(coverage: Coverage) -> float | None:
    """The items of a usual day; None when too little is known."""
    days = past(coverage, coverage.last_day) if coverage.last_day else ()
    return sum(days) / len(days) if len(days) >= LEAST_DAYS else None


def changes(feed: Feed, before: FeedState, after: FeedState, now: datetime) -> list[Unusual]:
    """What is to be told of a feed that became unusual, or is as usual again."""
    was, became = before.coverage, after.coverage
    if (was.unusual, was.since) == (became.unusual, became.since):
        return []
    source = Source(name=feed.title or after.title or feed.url, domain=domain_of(feed.url))
    told = []
    for one, over in ((was, True), (became, False)):
        if one.unusual and one.since is not None:
            why = _OVER[one.unusual] if over else _why(one)
            told.append(
                Unusual(
                    feed_id=feed.id, source=source, what=one.unusual, since=one.since, at=now, why=why, over=over
                )
            )
    return told


def _listened(coverage: Coverage, now: datetime) -> Coverage:
    after = _silent_after(coverage)
    if coverage.unusual or coverage.newest is None or after is None or now - coverage.newest < after:
        return coverage
    return replace(coverage, unusual="silent", since=coverage.newest)


def _silent_after(coverage: Coverage) -> timedelta | None:
    """How long nothing must come; None when the past does not tell."""
    if coverage.newest is None:
        return None
    known = past(coverage, coverage.newest.date() + DAY)
    if len(known) < LEAST_DAYS or not sum(known):
        return None
    longest = max((len(list(run)) for empty, run in groupby(known, lambda count: not count) if empty), default=0)
    return max(DAY, DAY * (2 * longest + bool(longest)), DAY * (SURE * len(known) / sum(known)))


def _floods(coverage: Coverage) -> bool:
    known = past(coverage, coverage.last_day) if coverage.last_day else ()
    return len(known) >= LEAST_DAYS and coverage.days[-1] >= max(LEAST_FLOOD, FLOOD * sorted(known)[-3])


def _why(coverage: Coverage) -> str:
    if coverage.unusual == "flooding":
        known = past(coverage, coverage.last_day) if coverage.last_day else (0,)
        return f"{coverage.days[-1]} new items today, at most {max(known)} on each of the {len(known)} days before"
    assert coverage.newest is not None
    known = past(coverage, coverage.newest.date() + DAY)
    rate = sum(known) / len(known)
    return f"nothing new since {coverage.newest:%Y-%m-%d %H:%M} UTC, after {rate:.1f} items a day"
