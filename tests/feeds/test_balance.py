"""Ends of elements."""

from __future__ import annotations

import time
from xml.parsers import expat

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.feeds.balance import balanced
from streams.feeds.parse import parse
from tests.feeds.documents import item, rss

URL = "https://herald.example/feed"


@pytest.mark.parametrize(
    "broken",
    [
        "<title>One<link>/1</link><description>Text</description>",
        "<title>One</title><link>/1<description>Text</description>",
        "<title>One</title><description>Text<link>/1</link>",
        "<title>One</ title><link>/1</ link ><description>Text</description>",
        "<title>One</titel><link>/1</link><description>Text</description>",
        "<title>One</link><link>/1</title><description>Text</description>",
        "<Title>One</title><link>/1</LINK><description>Text</description>",
        "<title>One<dc:creator>Ann<link>/1<description>Text<pubDate>2026-03-02",
        "<title>One</title></b></p><link>/1</link></div><description>Text</description>",
    ],
)
def test_a_text_that_does_not_end_costs_neither_itself_nor_the_next(broken: str) -> None:
    found = parse(rss(item(2), broken, item(3)), url=URL)
    entry = next(entry for entry in found.entries if entry.title == "One")
    assert (entry.url, entry.summary, len(found.entries)) == ("https://herald.example/1", "Text", 3)
    assert [problem.kind for problem in found.problems] == ["not-well-formed"]


def test_links_of_atom_may_lack_their_ends() -> None:
    feed = """<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://herald.example/"><title>Herald
        <entry><id>1</id><link href="/1"><title>One</title></entry><entry><id>2<title>Two</entry></feed>"""
    found = parse(feed.encode(), url=URL)
    assert (found.title, found.link) == ("Herald", "https://herald.example/")
    assert [(entry.guid, entry.title) for entry in found.entries] == [("2", "Two"), ("1", "One")]


def test_items_may_lack_their_ends() -> None:
    found = parse(rss(item(1)).replace(b"</item>", item(2).join(["<item>", ""]).encode()), url=URL)
    assert [entry.url for entry in found.entries] == ["https://herald.example/2", "https://herald.example/1"]


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("<description>a<br>b<img src='x'>c<p>d</description>", "a<br/>b<img src='x'/>c<p>d</p>"),
        ("<description><b><i>x</b></i></description>", "<b><i>x</i></b>"),
        ("<description><a href=/x class='y' checked href=z>l</a></description>", None),
        ('<description><i title="a>b">t</description>', '<i title="a>b">t</i>'),
        ("<description>write <to@me.example></description>", "write &lt;to@me.example>"),
        ("<description><title>t</title><link>x</link></description>", "<title>t</title><link>x</link>"),
    ],
)
def test_html_within_a_text_is_made_whole(broken: str, whole: str | None) -> None:
    whole = whole or '<a href="/x" class="y" checked="">l</a>'
    assert balanced(f"<item>{broken}</item>") == f"<item><description>{whole}</description></item>"


@pytest.mark.parametrize(
    "text", ["<a b='c'><b/>x<!-- <c> --><![CDATA[<d>]]></a>", "<item><title>T</title></item>", "no tags > at all"]
)
def test_what_is_whole_stays_as_it_is(text: str) -> None:
    assert balanced(text) == text


PIECES = "<a> </a> <title> </title> <item> </item> <br> <x y=z> <b c='d> x"


@settings(max_examples=60)
@given(st.lists(st.sampled_from(PIECES.split())))
def test_whatever_is_open_has_its_end(pieces: list[str]) -> None:
    parser = expat.ParserCreate("utf-8")
    parser.Parse(f"<r>{balanced(''.join(pieces))}</r>", True)


@pytest.mark.parametrize("piece", ["<", "</a>", "<a ", '<a "', "<title><link>", "<a b=c b=c>", "<item>", "<a b='"])
def test_many_slips_take_no_long_time(piece: str) -> None:
    before = time.process_time()
    balanced("<item>" + piece * (200_000 // len(piece)))
    assert time.process_time() - before < 3
