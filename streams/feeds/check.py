"""Trying one feed out without subscribing: `streams feeds check`."""

from __future__ import annotations

from datetime import datetime

import msgspec
from yarl import URL

from streams.errors import FeedError
from streams.feeds.address import host_port
from streams.feeds.fetch import Fetcher, shown
from streams.feeds.isolated import IsolatedParser
from streams.feeds.opml import feed_from_url
from streams.records import Problem
from streams.settings import Settings


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What one fetch of a feed showed. `problem` says why it cannot be read, `problems` what is odd in it."""

    url: str
    title: str = ""
    items: int = 0
    newest: datetime | None = None
    problem: Problem | None = None
    problems: list[Problem] = []

    def lines(self) -> list[str]:
        """The same for people."""
        if self.problem is not None:
            return [f"{self.url}: {self.problem.kind}: {self.problem.message}"]
        newest = f", the newest of {self.newest:%Y-%m-%d %H:%M} UTC" if self.newest else ""
        return [
            f"{self.url}: {self.title or 'no title'}, {self.items} items{newest}",
            *(f"  {problem.kind}: {problem.message}" for problem in self.problems),
        ]


async def check_feed(url: str, settings: Settings) -> Checked:
    """Fetch and read a feed, whose own address may be a private one, since the operator names it here.

    Raises FeedsFileError for what is no feed's address.
    """
    feed = feed_from_url(url)
    parser = IsolatedParser()
    try:
        async with Fetcher(settings, allowed=_named(feed.url)) as fetcher:
            fetched = await fetcher.fetch(feed.url)
        found = await parser.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except FeedError as error:
        return Checked(url=shown(url), problem=Problem(kind=error.kind, message=str(error)))
    finally:
        await parser.close()
    return Checked(
        url=shown(url),
        title=found.title,
        items=len(found.entries),
        newest=max((entry.published for entry in found.entries if entry.published), default=None),
        problems=found.problems + [problem for entry in found.entries for problem in entry.problems],
    )


def _named(url: str) -> list[str]:
    try:
        return [host_port(URL(url))]
    except ValueError:
        return []
