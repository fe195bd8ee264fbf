"""Feeds, how they are polled, and what is read from them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from streams.records.base import Part, Problem, Record


class Source(Part, frozen=True, kw_only=True):
    """Who publishes: `domain` is the registrable domain (`example.co.uk`), the publisher's identity."""

    name: str
    domain: str
    country: str | None = None


class Enclosure(Part, frozen=True, kw_only=True):
    """A file that comes with an entry: a podcast's sound, a film, a picture; sizes and times as declared."""

    url: str
    media_type: str = ""
    size_bytes: int | None = None
    duration_s: float | None = None


class Feed(Record, frozen=True, kw_only=True):
    """A subscription. `id` is the content id of the URL; `tags` are the OPML folders."""

    id: str
    url: str
    title: str = ""
    tags: list[str] = []
    language: str | None = None


class Pace(Part, frozen=True, kw_only=True):
    """How often a feed brings something new, as far as it was watched; see streams/feeds/pace.py.

    `news` items in `watched_s` seconds, `burst` of them lately, both fading with time; `hours` counts them by hour
    of the day (UTC), 24 bytes, or none.
    """

    news: float = 0.0
    watched_s: float = 0.0
    burst: float = 0.0
    hours: bytes = b""


class Hints(Part, frozen=True, kw_only=True):
    """What a feed says of when to ask for it: RSS `ttl`, `sy:updatePeriod`, HTTP freshness (all in seconds, 0: not
    said), and hours (0 to 23, UTC) and days (Monday is 0) in which to leave it alone.
    """

    ttl_s: float = 0.0
    period_s: float = 0.0
    fresh_s: float = 0.0
    skip_hours: list[int] = []
    skip_days: list[int] = []


class Moved(Part, frozen=True, kw_only=True):
    """Where a feed's address leads by permanent redirects; once `settled`, that address is asked at once."""

    url: str
    since: datetime
    seen: int = 1
    settled: bool = False


Irregularity = Literal["", "silent", "flooding"]


class Coverage(Part, frozen=True, kw_only=True):
    """How many new items a feed brought on each day (UTC) up to `last_day`; see streams/feeds/coverage.py.

    `newest` is when something new was last found; `unusual` what is not as usual (empty: nothing) since when.
    """

    days: list[int] = []
    last_day: date | None = None
    newest: datetime | None = None
    unusual: Irregularity = ""
    since: datetime | None = None


class FeedState(Record, frozen=True, kw_only=True):
    """What the reader remembers of one feed between polls.

    `fingerprints` says which items were sent, with which content (streams/feeds/fingerprints.py): an item is sent
    only when that differs. `first_polled_at` is None until a poll succeeded: everything of the first poll is
    backfill. `full_at` is when the feed last came in full, `unmodified` counts the answers since that it did not
    change.
    """

    feed_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    fingerprints: bytes = b""
    title: str = ""
    first_polled_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    full_at: datetime | None = None
    unmodified: int = 0
    due_at: datetime | None = None
    interval_s: float = 0.0
    pace: Pace = Pace()
    coverage: Coverage = Coverage()
    hints: Hints = Hints()
    moved: Moved | None = None
    failures: int = 0
    items: int = 0
    problem: Problem | None = None
    item_problems: list[Problem] = []


class RawItem(Record, frozen=True, kw_only=True):
    """An entry as a feed gave it. Text fields hold HTML as published.

    `feed_language` is what the feed declares. `backfill` marks first polls, replays and reprocessing: alerts are
    recorded but not delivered. `published` is as parsed and may be missing or absurd. `full_text`: the text is to
    be read from the article's page.
    """

    feed_id: str
    source: Source
    fetched_at: datetime
    guid: str | None = None
    url: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    comments: str | None = None
    enclosures: list[Enclosure] = []
    feed_language: str | None = None
    backfill: bool = False
    full_text: bool = False
    problems: list[Problem] = []
