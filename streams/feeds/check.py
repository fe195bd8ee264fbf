"""What is wrong with one feed, step by step: fetched and read as the reader would, nothing stored."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec
from yarl import URL

from streams import clock
from streams.errors import FeedError
from streams.feeds import pace, schedule
from streams.feeds.address import host_port
from streams.feeds.entries import ParsedFeed
from streams.feeds.fetch import Fetched, Fetcher, shown
from streams.feeds.find import links
from streams.feeds.isolated import IsolatedParser
from streams.feeds.opml import feed_from_url
from streams.feeds.text import decode
from streams.records import Problem
from streams.settings import Settings
from streams.wording import lasting, many


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """How far reading one feed came; `problem` is what stopped it, `named` the feeds that a web page names."""

    url: str
    status: int | None = None
    content_type: str | None = None
    moved_to: str | None = None
    conditional: bool = False
    interval_s: float | None = None
    newest: datetime | None = None
    undated: int = 0
    size_bytes: int = 0
    title: str = ""
    items: int = 0
    item_problems: list[Problem] = []
    problem: Problem | None = None
    named: list[str] = []

    def lines(self) -> Iterator[str]:
        """The steps in words."""
        yield f"asked: {self.url}"
        if self.status is not None:
            yield f"answer: {self.status}, {self.content_type or 'no content type'}, {self.size_bytes} bytes"
        if self.moved_to is not None:
            yield f"moved for good: to {shown(self.moved_to)}"
        if self.status is not None and not self.conditional:
            yield "no ETag and no Last-Modified: it is sent in full at each poll"
        if self.problem is not None:
            yield f"failed: {self.problem.kind}: {self.problem.message}"
        else:
            yield f"feed: {self.title or 'untitled'}, {many(self.items, 'item')}"
            yield (f"newest item: {self.newest:%Y-%m-%d %H:%M} UTC" if self.newest else "newest item: no date")
            if self.undated:
                yield f"without a date: {many(self.undated, 'item')}; when they were first seen counts"
        if self.interval_s is not None:
            yield f"would be polled again after {lasting(self.interval_s)}"
        for problem in self.item_problems:
            yield f"item problem: {problem.kind}: {problem.message}"
        for link in self.named:
            yield f"the page names a feed: {shown(link)}"


async def check_feed(url: str, settings: Settings) -> Checked:
    """Fetch and read a feed that the operator named, so that its exact host and port are allowed.

    Raises FeedsFileError for what is no feed's address.
    """
    feed = feed_from_url(url)
    fetched: Fetched | None = None
    parser = IsolatedParser()
    try:
        async with Fetcher(settings, [host_port(URL(feed.url))]) as fetcher:
            fetched = await fetcher.fetch(feed.url)
        parsed = await parser.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except FeedError as error:
        return _checked(
            feed.url, fetched, None, Problem(kind=error.kind, message=str(error)), settings, clock.now()
        )
    finally:
        await parser.close()
    return _checked(feed.url, fetched, parsed, None, settings, clock.now())


def _checked(
    url: str,
    fetched: Fetched | None,
    parsed: ParsedFeed | None,
    problem: Problem | None,
    settings: Settings,
    now: datetime,
) -> Checked:
    dates = [entry.published for entry in parsed.entries if entry.published] if parsed else []
    problems = [*parsed.problems, *(one for entry in parsed.entries for one in entry.problems)] if parsed else []
    return Checked(
        url=shown(url),
        status=fetched.status if fetched else None,
        content_type=fetched.content_type if fetched else None,
        moved_to=fetched.moved_to if fetched else None,
        conditional=bool(fetched and (fetched.etag or fetched.last_modified)),
        interval_s=_interval_s(parsed, dates, now, settings) if parsed else None,
        newest=max(dates, default=None),
        undated=len(parsed.entries) - len(dates) if parsed else 0,
        size_bytes=len(fetched.body) if fetched else 0,
        title=parsed.title if parsed else "",
        items=len(parsed.entries) if parsed else 0,
        item_problems=problems,
        problem=problem,
        named=_named(fetched) if fetched and problem and problem.kind == "html" else [],
    )


def _named(page: Fetched) -> list[str]:
    return links(decode(page.body, page.content_type)[0], page.url)


def _interval_s(parsed: ParsedFeed, dates: Sequence[datetime], now: datetime, settings: Settings) -> float:
    known = pace.seeded(dates, now, parsed.hints.period_s)
    return schedule.interval_s(known, parsed.hints, now, settings)
