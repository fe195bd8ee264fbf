"""When to poll a feed next: often while it has news, rarely while it has none, and never given up."""

from __future__ import annotations

from datetime import datetime, timedelta

from streams.codec import content_id
from streams.settings import Settings

SOONER = 0.5
LATER = 1.5
JITTER = 0.1
DAY_S = 24 * 3600.0


def next_interval_s(last_s: float, *, news: bool, settings: Settings) -> float:
    """Seconds until the next poll after one that worked; `last_s` is the interval before (0: none yet).

    The interval is halved by news and grows by half without, within STREAMS_POLL_MIN_S and _MAX_S: so it
    settles near the pace of the feed and follows it within a few polls.
    """
    longest = max(settings.poll_min_s, settings.poll_max_s)
    wanted = last_s * (SOONER if news else LATER)
    return min(max(wanted, settings.poll_min_s), longest)


def backoff_s(failures: int, settings: Settings, retry_after_s: float | None = None) -> float:
    """Seconds until the next try after that many failures in a row: twice as long each time, a day at most.

    What the server asks for (Retry-After) is granted where it is longer, within that day.
    """
    doubled = settings.poll_min_s * 2.0 ** min(failures - 1, 30)
    return min(max(doubled, retry_after_s or 0.0, settings.poll_min_s), max(DAY_S, settings.poll_min_s))


def due_at(feed_id: str, now: datetime, interval_s: float) -> datetime:
    """The moment `interval_s` from now, shifted later by up to a tenth, the same for a feed each time.

    So feeds that were added together do not stay together.
    """
    share = int(content_id("jitter", feed_id)[:8], 16) / 0xFFFF_FFFF
    return now + timedelta(seconds=interval_s * (1 + JITTER * share))
