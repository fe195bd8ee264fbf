"""Finding the feeds of a page."""

from __future__ import annotations

import pytest

from streams.errors import FetchError
from streams.feeds.duplicates import duplicates, same_address
from streams.feeds.fetch import Fetched
from streams.feeds.find import MOST, find_feeds, links
from streams.feeds.isolated import IsolatedParser
from streams.feeds.opml import feed_from_url
from streams.records import FeedState, Moved
from tests.feeds.documents import item, rss
from tests.feeds.test_schedule import NOON

SITE = "https://herald.example/news"


class Pages:
    """Fetches from a table."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        self.pages = pages
        self.asked: list[str] = []

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError("http-404", "not there")
        return Fetched(status=200, url=url, body=self.pages[url])


def page(*links: str) -> bytes:
    return f"<!DOCTYPE html><html><head>{''.join(links)}</head><body>News</body></html>".encode()


def link(href: str, kind: str = "application/rss+xml") -> str:
    return f'<link rel="alternate" type="{kind}" href="{href}">'


async def found(pages: dict[str, bytes]) -> list[str]:
    parser = IsolatedParser()
    try:
        return [one.url for one in await find_feeds(SITE, Pages(pages), parser)]
    finally:
        await parser.close()


FEED = rss(item(1))


async def test_a_feed_is_its_own_and_pages_name_theirs() -> None:
    assert await found({SITE: FEED}) == [SITE]
    pages = {
        SITE: page(link("/rss"), link("https://other.example/gone"), link("/atom", "application/atom+xml")),
        "https://herald.example/rss": FEED,
        "https://herald.example/atom": FEED,
    }
    assert await found(pages) == ["https://herald.example/rss", "https://herald.example/atom"]


async def test_a_page_that_names_none_is_asked_where_feeds_usually_are() -> None:
    assert await found({SITE: page(), "https://herald.example/feed.xml": FEED}) == [
        "https://herald.example/feed.xml"
    ]
    assert await found({SITE: page(link("/page")), "https://herald.example/page": page()}) == []


@pytest.mark.parametrize(
    ("head", "addresses"),
    [
        (link("rss"), ["https://herald.example/rss"]),
        ('<base href="https://cdn.example/x/">' + link("rss"), ["https://cdn.example/x/rss"]),
        (
            '<LINK REL="Alternate Home" TYPE="application/rss+xml; charset=utf-8" HREF=/r>',
            ["https://herald.example/r"],
        ),
        (link("file:///etc/passwd") + link("javascript:alert(1)") + link("http://[::1"), []),
        ('<link rel="stylesheet" type="application/rss+xml" href="/r">' + link("/x", "text/css"), []),
        ("<![" + link("/r"), []),
        (link("/same") * 3, ["https://herald.example/same"]),
    ],
)
def test_what_a_page_names_as_its_feeds(head: str, addresses: list[str]) -> None:
    assert links(head, SITE) == addresses


def test_a_page_of_a_thousand_links_is_not_followed_for_ever() -> None:
    assert len(links("".join(link(f"/{number}") for number in range(1000)), SITE)) == MOST


def test_one_feed_under_several_addresses_is_noticed() -> None:
    urls = ["http://www.Herald.example/rss/", "https://herald.example/rss", "https://herald.example/rss?a=1"]
    assert [same_address(url) == "herald.example/rss" for url in urls] == [True, True, False]
    one, two, other, moved = (feed_from_url(url) for url in (*urls, "https://old.example/feed"))
    states = {moved.id: FeedState(feed_id=moved.id, moved=Moved(url=urls[1], since=NOON))}
    repeats = duplicates((feed, states.get(feed.id)) for feed in (one, two, other, moved))
    assert repeats == {two.id: one.id, moved.id: one.id}
