"""What is read of an article's page."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.fulltext.page import Page, read_page

URL = "https://herald.example/news/bridge"
PARAGRAPHS = [
    "The harbour bridge was closed on Monday after engineers found cracks in two of its girders.",
    "The council said that the repairs would take until the autumn, and that ferries would run meanwhile.",
    "Drivers were asked to take the road along the river, where queues of an hour formed in the morning.",
]
MENU = "<nav><ul><li><a href='/'>Home</a></li><li><a href='/sport'>Sport</a></li></ul></nav>"


def page(head: str = "", paragraphs: list[str] = PARAGRAPHS) -> bytes:
    body = "".join(f"<p>{line}</p>" for line in paragraphs)
    return (
        f"<!DOCTYPE html><html><head><title>Bridge closed</title>{head}</head><body>{MENU}<article>"
        f"<h1>Bridge closed</h1>{body}</article><footer><p>Copyright The Herald</p></footer></body></html>"
    ).encode()


def read(body: bytes) -> Page:
    return read_page(body, url=URL, content_type="text/html; charset=utf-8")


def test_the_article_is_found_among_menus() -> None:
    markup = read(page()).markup
    assert all(f"<p>{line}</p>" in markup for line in PARAGRAPHS)
    assert "Sport" not in markup
    assert "Copyright" not in markup


def test_a_page_without_an_article_has_none() -> None:
    assert read(b"<html><body></body></html>").markup == ""
    assert read(b"").markup == ""
    assert read(b"\x00\xff<<<>").markup == ""


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2026-03-02T10:30:00+01:00">',
        '<meta itemprop="datePublished" content="2026-03-02T09:30:00Z">',
        '<script type="application/ld+json">{"datePublished": "2026-03-02T09:30:00Z"}</script>',
        '<time itemprop="datePublished" datetime="2026-03-02T09:30:00Z">today</time>',
    ],
)
def test_the_time_of_publication_is_read_where_pages_give_it(head: str) -> None:
    found = read(page(head))
    assert found.published == datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert found.exact


def test_a_day_or_a_time_without_a_zone_is_not_exact() -> None:
    for given in ("2026-03-02", "2026-03-02T09:30:00"):
        found = read(page(f'<meta property="article:published_time" content="{given}">'))
        assert found.published is not None
        assert not found.exact
    assert read(page('<meta property="article:published_time" content="soon">')).published is None


def test_the_canonical_address_may_be_relative() -> None:
    assert read(page('<link rel="canonical" href="/bridge">')).canonical == "https://herald.example/bridge"
    assert read(page('<link rel="canonical" href="http://[broken">')).canonical is None
    assert read(page()).canonical is None
