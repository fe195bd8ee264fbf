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
from tests.fulltext.test_page import page
from tests.services.news import APART, Sent

SOURCE = Source(name="Paper", domain="paper.example")
MOTTO = "Printed every day but Sunday, in the old tannery by the river, since the year of the great flood."


@asynccontextmanager
async def site() -> AsyncIterator[tuple[str, Counter[str]]]:
    """The site: its `host:port`, and how often each page was asked for."""
    asked: Counter[str] = Counter()

    async def answer(request: web.Request) -> web.Response:
        asked[request.path] += 1
        return web.Response(body=page(paragraphs=[*_said(request.path), MOTTO]), content_type="text/html")

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
            title=f"Inspection{_letters(number)}",
            summary=_said(f"/{begin:%Y%m%d}/{number}")[0],
            fetched_at=begin + number * APART,
            full_text=True,
        )
        mixed.insert((number + 1) * len(mixed) // articles, (SOURCE.domain, item))
    return mixed


def read_in_full(articles: Sequence[Record]) -> int:
    """How many of the paper's articles there are. Raises AssertionError for one without its page's text."""
    texts = {one.url: one.text for one in articles if isinstance(one, Article) and one.source == SOURCE}
    assert all(url and _said(urlsplit(url).path)[-1] in text for url, text in texts.items())
    return len(texts)


def with_motto(articles: Sequence[Record]) -> int:
    """In how many of the paper's articles the line still stands with which it ends all of its pages."""
    ours = [one for one in articles if isinstance(one, Article) and one.source == SOURCE]
    return len([one for one in ours if MOTTO in one.text])


def _said(path: str) -> list[str]:
    return [f"The page at {path} says in its line {line} what no other page says." for line in ("one", "two")]


def _letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
