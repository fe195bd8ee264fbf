"""When to poll a feed next: as its pace makes it worth, as the feed wishes, and never given up."""

from __future__ import annotations

import zlib
from datetime import datetime, timedelta

from streams.feeds import pace as paces
from streams.records import Hints, Pace
from streams.settings import Settings

JITTER = 0.05
DAY_S = 24 * 3600.0
HOUR_S = 3600.0
FIRST_RETRY_S = 300.0
GONE_RETRY_S = 6 * HOUR_S
_FIRST_RETRIES_S = {"http-404": HOUR_S, "http-410": GONE_RETRY_S, "became-html": HOUR_S}
"""How soon to ask again for what was not there: a page that is missing seldom comes back within minutes."""


def interval_s(pace: Pace, hints: Hints, now: datetime, settings: Settings) -> float:
    """Seconds until the next poll after one that worked, within STREAMS_POLL_MIN_S and _MAX_S.

    The feed's wishes are granted up to STREAMS_POLL_WISH_MAX_S; a `ttl` is none when the feed itself brings
    news more often, as many are never set by anybody.
    """
    ttl_s = hints.ttl_s if hints.ttl_s and paces.gap_s(pace) >= hints.ttl_s else 0.0
    wished_s = min(max(ttl_s, hints.fresh_s), settings.poll_wish_max_s)
    least_s = max(settings.poll_min_s, wished_s)
    return min(max(paces.interval_s(pace, now, settings.poll_worth_s), least_s), max(settings.poll_max_s, least_s))


def backoff_s(failures: int, settings: Settings, kind: str = "", retry_after_s: float | None = None) -> float:
    """Seconds until the next try after that many failures in a row: twice as long each time, a day at most.

    What the server asks for (Retry-After) is granted where it is longer, within that day.
    """
    first_s = max(_FIRST_RETRIES_S.get(kind, FIRST_RETRY_S), settings.poll_min_s)
    wanted_s = max(first_s * 2.0 ** min(failures - 1, 30), retry_after_s or 0.0)
    return min(wanted_s, max(DAY_S, settings.poll_min_s))


def due_at(feed_id: str, now: datetime, interval: float, hints: Hints | None = None) -> datetime:
    """The moment that many seconds from now, shifted later by up to a twentieth and out of hours to be skipped.

    The shift is another each time and the same for the same poll, so feeds that were added together part.
    """
    share = zlib.crc32(feed_id.encode(), int(now.timestamp() * 1000) & 0xFFFF_FFFF) / 0xFFFF_FFFF
    due = now + timedelta(seconds=interval * (1 + JITTER * share))
    return due if hints is None else _out_of_skipped(due, hints)


def _out_of_skipped(due: datetime, hints: Hints) -> datetime:
    """The next moment whose hour and day are not to be skipped; as it is when all are."""
    hours, days = frozenset(hints.skip_hours), frozenset(hints.skip_days)
    if not hours and not days:
        return due
    moment = due
    for _ in range(8 * 24):
        if moment.hour not in hours and moment.weekday() not in days:
            return moment
        moment += timedelta(seconds=HOUR_S - moment.timestamp() % HOUR_S)
    return due
