"""A paper whose articles are read in full: its items, the site with its pages, and what must come of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from streams.records import Article, Record, Source
from tests.factories import raw_item
from tests.feeds.hostile import serving
from tests.fulltext.test_page import PARAGRAPHS, page
from tests.services.news import APART, Sent

SOURCE = Source(name="Paper", domain="paper.example")


@asynccontextmanager
async def site() -> AsyncIterator[tuple[str, Counter[str]]]:
    """The site: its `host:port`, and how often each page was asked for."""
    asked: Counter[str] = Counter()

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] += 1
        return web.Response(body=page(paragraphs=[*PARAGRAPHS, _said(request.path)]), content_type="text/html")

    async with serving({"/{day}/{number}": answer}) as host:
        yield host, asked


def mixed_in(sent: Sequence[Sent], host: str, articles: int, begin: datetime) -> list[Sent]:
    """What is sent with so many of the paper's articles among it."""
    mixed = list(sent)
    for number in range(articles):
        item = raw_item(
            feed_id=SOURCE.domain,
            source=SOURCE,
            url=f"http://{host}/{begin:%Y%m%d}/{number}",
            title=f"Harbour bridge closed after inspection {number}",
            fetched_at=begin + number * APART,
            full_text=True,
        )
        mixed.insert((number + 1) * len(mixed) // articles, (SOURCE.domain, item))
    return mixed


def read_in_full(articles: Sequence[Record]) -> int:
    """How many of the paper's articles there are. Raises AssertionError for one without its page's text."""
    texts = {one.url: one.text for one in articles if isinstance(one, Article) and one.source == SOURCE}
    assert all(url and _said(urlsplit(url).path) in text for url, text in texts.items())
    return len(texts)


def _said(path: str) -> str:
    return f"The page at {path} says what no feed says."
