"""Slips in XML."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.feeds.mending import mended
from streams.feeds.parse import parse
from tests.feeds.documents import item, rss


def test_a_document_that_is_well_formed_stays_as_it_is() -> None:
    document = rss(item(1, "<![CDATA[R&D <3 &nbsp;]]> &amp; &#8211; <b>x</b>"))
    assert mended(document) == (document, [])


@pytest.mark.parametrize(
    ("slip", "whole"),
    [
        ("R&D at AT&T", "R&amp;D at AT&amp;T"),
        ("a&nbsp;b &lang;", "a\u00a0b \u2329"),
        ("&LT; &bogus; &copy", "&lt; &amp;bogus; &amp;copy"),
        ("1 < 2, I <3 this", "1 &lt; 2, I &lt;3 this"),
        (
            "& <![CDATA[& < &nbsp;]]><!-- & < --> &#38; &#x26; &amp;",
            "&amp; <![CDATA[& < &nbsp;]]><!-- & < --> &#38; &#x26; &amp;",
        ),
    ],
)
def test_what_is_not_escaped_is_escaped(slip: str, whole: str) -> None:
    document, problems = mended(f"<a>{slip}</a>".encode())
    assert document.decode() == f"<a>{whole}</a>"
    assert [problem.kind for problem in problems] == ["not-well-formed"]


def test_prefixes_are_declared() -> None:
    document, _ = mended(b"<a xmlns:b='x'><b:c/><dc:d/><e xlink:href='y'/></a>")
    assert document.startswith(b'<a xmlns:dc="http://undeclared.invalid/dc" xmlns:xlink=')
    assert mended(document) == (document, [])


@pytest.mark.parametrize(
    ("document", "whole"),
    [
        ("<a><b>x", "<a><b>x</b></a>"),
        ("<a><b>x</b><c", "<a><b>x</b></a>"),
        ("<a><b>x</", "<a><b>x</b></a>"),
        ("<a><b><![CDATA[x", "<a><b><![CDATA[x]]></b></a>"),
        ("<a><b>x &am", "<a><b>x &amp;am</b></a>"),
        ("<a>x</a><!-- made in 0.3 s --> done", "<a>x</a><!-- made in 0.3 s --> "),
        ("<a>x</a>\n<script>y</script>", "<a>x</a>\n"),
        ("<a/><rss><item/></rss>", "<a/><rss><item/></rss>"),
        ("<a><b></a>", "<a><b></b></a>"),
    ],
)
def test_ends_that_are_missing_are_put_and_what_follows_the_end_is_left(document: str, whole: str) -> None:
    assert mended(document.encode())[0].decode() == whole


def test_the_text_in_which_a_feed_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = rss(item(1), item(2, "Half of R&D."))
    found = parse(whole[: whole.index(b"D.")])
    assert sorted((entry.url, entry.summary) for entry in found.entries) == [
        ("https://herald.example/1", "As it was."),
        ("https://herald.example/2", "Half of R&"),
    ]
    assert [problem.kind for problem in found.problems] == ["not-well-formed"]


def test_an_unescaped_ampersand_costs_neither_words_nor_links() -> None:
    (entry,) = parse(rss("<title>AT&T & Co</title><link>https://a.example/?x=1&y=2</link>")).entries
    assert (entry.title, entry.url) == ("AT&amp;T &amp; Co", "https://a.example/?x=1&y=2")


@settings(max_examples=60)
@given(st.text(alphabet="<>/&;ab:='\"! []-?CDT", max_size=60))
def test_whatever_is_in_a_document_mending_ends_and_is_enough(text: str) -> None:
    document, _ = mended(f"<a>{text}".encode())
    assert mended(document)[0] == document or mended(document)[1]
