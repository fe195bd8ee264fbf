"""Where a feed is to be asked for: where it was subscribed to, or where that address has long redirected to.

One permanent redirect may be a server's bad day; one that was met again and again for a day is believed. Then
the new address is asked at once, until it fails a few times in a row: the old one is asked again.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec.structs import replace
from yarl import URL

from streams.feeds.fetch import Fetched
from streams.records import Feed, FeedState, Moved

MET = 3
MET_FOR = timedelta(days=1)
FAILURES = 3


def address(feed: Feed, state: FeedState | None) -> str:
    """The URL to ask."""
    return state.moved.url if state and state.moved and state.moved.settled else feed.url


def after_answer(feed: Feed, moved: Moved | None, fetched: Fetched, now: datetime) -> Moved | None:
    """What is known of the feed's move after an answer that was the feed."""
    if fetched.moved_to is None:
        return moved if moved and moved.settled else None
    if URL(feed.url).user or fetched.moved_to == feed.url:
        return None  # what lets us in at the old address would not come along
    if moved is None or moved.url != fetched.moved_to:
        return Moved(url=fetched.moved_to, since=now)
    seen = moved.seen + 1
    return replace(moved, seen=seen, settled=seen >= MET and now - moved.since >= MET_FOR)


def after_failure(moved: Moved | None, failures: int) -> Moved | None:
    """A new address that fails is given up; what was not settled stays to be seen again."""
    return None if moved and moved.settled and failures >= FAILURES else moved
