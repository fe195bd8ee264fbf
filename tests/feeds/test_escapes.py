"""Markup that was escaped once too often."""

from __future__ import annotations

import pytest

from streams.feeds.escapes import as_html, is_markup, once, undoubled


@pytest.mark.parametrize(
    ("markup", "meant"),
    [
        ("AT&amp;amp;T", "AT&amp;T"),
        ("It&amp;#39;s &amp;quot;on&amp;quot;&amp;hellip;", "It&#39;s &quot;on&quot;&hellip;"),
        ("&lt;p&gt;R&amp;amp;D&lt;/p&gt;", "<p>R&amp;D</p>"),
        ('&lt;a href="https://a.example/"&gt;x&lt;/a&gt;', '<a href="https://a.example/">x</a>'),
        ("one&lt;br /&gt;two", "one<br />two"),
    ],
)
def test_what_was_escaped_twice_is_read_as_it_was_meant(markup: str, meant: str) -> None:
    assert once(markup) == meant


@pytest.mark.parametrize(
    "markup",
    [
        "R&amp;D",
        "1 &lt; 2 &gt; 0",
        "The &lt;title&gt; of a page",
        "<p>Write &lt;p&gt;text&lt;/p&gt;</p>",
        "<code>&amp;nbsp;</code>",
        "a &amp;b c",
    ],
)
def test_what_was_escaped_once_stays_as_it_is(markup: str) -> None:
    assert once(markup) == markup


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("<p>A bridge</p>", True),
        ("one<br>two", True),
        ('<img src="a.png">', True),
        ("1 < 2, <angle> brackets", False),
        ("List<a> of items", False),
    ],
)
def test_tags_are_told_from_other_angle_brackets(text: str, markup: bool) -> None:
    assert is_markup(text) is markup


@pytest.mark.parametrize(
    ("xml", "html"),
    [
        ("a<br></br>b<img src='x'></img>", "a<br>b<img src='x'>"),
        ("<p></p><br>", "<p></p><br>"),
        ("<br></img>", "<br></img>"),
    ],
)
def test_empty_elements_are_as_html_has_them(xml: str, html: str) -> None:
    assert as_html(xml) == html


def test_of_plain_text_only_references_are_as_they_were() -> None:
    assert undoubled("R&amp;amp;D &lt;p&gt;x&lt;/p&gt;") == "R&amp;D &lt;p&gt;x&lt;/p&gt;"
