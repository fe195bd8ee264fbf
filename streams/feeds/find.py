"""The feeds of a web page: those that it names, else those at the paths where feeds usually are.

Every candidate is fetched and read before it counts, from the page's own `host:port` where that was named by the
operator, and else from the public internet only. There are up to a dozen requests to one host: the fetcher
should be one that waits between them (turns.py).
"""

from __future__ import annotations

from contextlib import suppress
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin

from streams.errors import FeedError
from streams.feeds.fetch import Fetched
from streams.feeds.isolated import IsolatedParser
from streams.feeds.polls import Fetches
from streams.feeds.text import decode

FEED_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml"}
)
USUAL_PATHS = ("feed", "rss", "rss.xml", "feed.xml", "atom.xml", "index.xml", "feed.json", "feeds/posts/default")
MOST = 10
_PAGE_CHARS = 500_000


class FoundFeed(NamedTuple):
    """A feed by the address that it came from in the end."""

    url: str
    title: str
    items: int


async def find_feeds(url: str, fetcher: Fetches, parser: IsolatedParser) -> list[FoundFeed]:
    """The feeds at an address: itself, else those of the page, the page's first first; empty when it has none.

    Raises FeedError when the address itself cannot be fetched.
    """
    page = await fetcher.fetch(url)
    if (itself := await _read(page, parser)) is not None:
        return [itself]
    named = links(decode(page.body, page.content_type)[0], page.url)
    found = [one for link in named if (one := await _tried(link, fetcher, parser))]
    if not found:
        for path in USUAL_PATHS:
            if (one := await _tried(urljoin(page.url, "/" + path), fetcher, parser)) is not None:
                found = [one]
                break
    return list({one.url: one for one in found}.values())


def links(page: str, base: str) -> list[str]:
    """The addresses that a page names as its feeds (`<link rel="alternate" type="application/rss+xml" …>`)."""
    reader = _Links()
    with suppress(AssertionError):  # html.parser's own way to give up on broken markup
        reader.feed(page[:_PAGE_CHARS])
    absolute = (_joined(urljoin(base, reader.base), link) for link in reader.found)
    return list(dict.fromkeys(link for link in absolute if link.startswith(("http://", "https://"))))[:MOST]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.base = ""
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = given.get("href", "")
        relations = given.get("rel", "").lower().split()
        kind = given.get("type", "").lower().partition(";")[0]
        if tag in ("link", "a") and "alternate" in relations and kind in FEED_TYPES and given.get("href"):
            self.found.append(given["href"])


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return ""


async def _tried(url: str, fetcher: Fetches, parser: IsolatedParser) -> FoundFeed | None:
    try:
        return await _read(await fetcher.fetch(url), parser)
    except FeedError:
        return None


async def _read(fetched: Fetched, parser: IsolatedParser) -> FoundFeed | None:
    try:
        feed = await parser.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
    except FeedError:
        return None
    return FoundFeed(fetched.url, feed.title, len(feed.entries))
