"""Texts of items that are XHTML of their own."""

from __future__ import annotations

import pytest

from streams.feeds.parse import parse
from streams.feeds.xhtml_texts import with_bodies

NAMESPACE = "http://www.w3.org/1999/xhtml"


def _feed(inside: str) -> str:
    return f"<rss version='2.0' xmlns:x='{NAMESPACE}'><channel><title>T</title>{inside}</channel></rss>"


@pytest.mark.parametrize(
    "text",
    [
        "<x:div class='a'><x:p>One</x:p><x:div><x:p>Two</x:p></x:div></x:div>",
        f"<div xmlns='{NAMESPACE}'><p>One</p><div><p>Two</p></div></div>",
    ],
)
def test_an_xhtml_div_of_an_item_is_its_text(text: str) -> None:
    item = f"<item><title>A</title><link>https://site.example/a</link>{text}</item>"
    entries = parse(_feed(item + item.replace("/a", "/b")).encode()).entries
    assert [entry.content for entry in entries] == ["<p>One</p><div><p>Two</p></div>"] * 2


@pytest.mark.parametrize(
    "inside",
    [
        "<item><description><x:div>One</x:div></description></item>",
        "<item><description><![CDATA[<x:div>One</x:div>]]></description></item>",
        "<item><div>One</div></item>",
        "<item><x:div/></item>",
        "<x:div>One</x:div>",
        "<item><title>A<x:div></item>",
    ],
)
def test_any_other_stays_as_it_is(inside: str) -> None:
    assert with_bodies(_feed(inside)) == _feed(inside)


def test_a_div_that_does_not_end_stays_one() -> None:
    document = _feed("<item><x:div>One</item><item><x:div>Two</x:div></item>")
    assert with_bodies(document) == _feed("<item><x:div>One</item><item><x:body>Two</x:body></item>")
