"""How often a feed brings something new, and how soon it is worth asking again.

Of all ways to spread a number of requests over feeds, that makes the mean delay of an item least which asks each
feed in proportion to the square root of its rate (as Cho and Garcia-Molina, "Effective page refresh policies for
web crawlers", 2003, derive for a mean over changes). The rate is what was seen in about ten days, or in the last
day where that is more, spread over the hours of the day as the feed's items are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from streams.records import Pace

DAY_S, HOUR_S = 86400.0, 3600.0
FADE_S, BURST_FADE_S = 7 * DAY_S, 0.5 * DAY_S
"""The time after which what was seen counts half: for the long run, and for what goes on now."""
BURST_S = BURST_FADE_S / math.log(2)
MOST_NEW = 10
"""Items counted of one poll: a feed that gives all of its entries new ids each time has not as much news."""
UNKNOWN_GAP_S = 6 * HOUR_S
SEEN_S = 14 * DAY_S
LONGEST_S = 2 * DAY_S
_HOURS = 24
_UNSURE = 12.0
"""Items that the even spread over the day counts for, beside those seen."""
_FULL = 200


def seeded(dates: Sequence[datetime], at: datetime, period_s: float = 0.0) -> Pace:
    """What the first reading of a feed tells: the times of its items, else the period that it declares."""
    known = sorted({date for date in dates if date <= at})
    if not known:
        return Pace(news=1.0, watched_s=period_s or UNKNOWN_GAP_S)
    lately = [date for date in known if date > at - timedelta(seconds=SEEN_S)]
    watched_s = min(max((at - known[0]).total_seconds(), HOUR_S), SEEN_S)
    burst = sum(_left((at - date).total_seconds(), BURST_FADE_S) for date in lately)
    return Pace(news=float(len(lately)), watched_s=watched_s, burst=burst, hours=_counted(b"", lately))


def observed(pace: Pace, elapsed_s: float, times: Sequence[datetime]) -> Pace:
    """The pace after another `elapsed_s` in which items of these times were found new."""
    times = times[-MOST_NEW:]
    left = _left(elapsed_s, FADE_S)
    return Pace(
        news=pace.news * left + len(times),
        watched_s=pace.watched_s * left + elapsed_s,
        burst=pace.burst * _left(elapsed_s, BURST_FADE_S) + len(times),
        hours=_counted(pace.hours, times) if times else pace.hours,
    )


def gap_s(pace: Pace) -> float:
    """The mean time between two items, now."""
    rate = max(pace.news / max(pace.watched_s, HOUR_S), (pace.burst - 1) / BURST_S)
    return 1 / rate if rate > 0 else math.inf


def interval_s(pace: Pace, at: datetime, worth_s: float) -> float:
    """Seconds until it is worth asking again, two days at most: the root of the mean time between two items and
    `worth_s`, longer through hours in which the feed is quiet.
    """
    worth, total = 1 / math.sqrt(gap_s(pace) * worth_s), sum(pace.hours)
    if not worth:
        return LONGEST_S
    left, passed = 1.0, 0.0
    hours, since = divmod(at.timestamp(), HOUR_S)
    hour, in_hour = int(hours), HOUR_S - since
    while passed < LONGEST_S:
        strength = worth * (_share(pace.hours, total, hour % _HOURS) if total else 1.0)
        if strength * in_hour >= left:
            return passed + left / strength
        left -= strength * in_hour
        passed += in_hour
        hour, in_hour = hour + 1, HOUR_S
    return LONGEST_S


def _left(elapsed_s: float, fade_s: float) -> float:
    return float(0.5 ** (max(elapsed_s, 0.0) / fade_s))


def _counted(hours: bytes, times: Sequence[datetime]) -> bytes:
    """The counts by hour with these; all are halved when one gets large, so that the past fades."""
    counts = list(hours or bytes(_HOURS))
    for time in times:
        hour = time.astimezone(UTC).hour
        counts[hour] += 1
        if counts[hour] > _FULL:
            counts = [count // 2 for count in counts]
    return bytes(counts)


def _share(hours: bytes, total: int, hour: int) -> float:
    """The square root of an hour's share of the day's items, 1 where they are spread evenly.

    Neighbours count a quarter each: what comes at nine may come at ten.
    """
    count = (hours[hour - 1] + 2 * hours[hour] + hours[(hour + 1) % _HOURS]) / 4
    return math.sqrt((count + _UNSURE / _HOURS) * _HOURS / (total + _UNSURE))
