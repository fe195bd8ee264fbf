from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.identify.html import Kind, Paragraph, paragraphs


def texts(markup: str, max_chars: int = 10_000) -> list[str]:
    return [line.text for line in paragraphs(markup, max_chars)]


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("Just text", ["Just text"]),
        ("<p>One</p><p>Two</p>", ["One", "Two"]),
        ("<P>One<P>Two", ["One", "Two"]),
        ("One<br><br>Two", ["One", "Two"]),
        ("One<br/>Two", ["One", "Two"]),
        ("The bridge was<br>closed", ["The bridge was closed"]),
        ("<div>One<div>Two</div>Three</div>", ["One", "Two", "Three"]),
        ("<p>The <b>har</b>bour <i>bridge</i></p>", ["The harbour bridge"]),
        ("<p>one\n   line</p>", ["one line"]),
        ("<p>before<img src='a.png'>after</p>", ["before after"]),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", ["a b", "c"]),
        ("<p>AT&amp;T &lt;3 &eacute; &#8217; &nbsp;x</p>", ["AT&T <3 é ’ x"]),
        ("AT&amp;T and R&D", ["AT&T and R&D"]),
        ("Is 3 < 5 and 7 > 6?", ["Is 3 < 5 and 7 > 6?"]),
        ("&lt;p&gt;Escaped&lt;/p&gt;&lt;p&gt;twice&lt;/p&gt;", ["Escaped", "twice"]),
        ("<p>How to write &lt;p&gt; in HTML</p>", ["How to write <p> in HTML"]),
        ("<p>a</p><script>alert('b')</script><style>p{}</style><p>c</p>", ["a", "c"]),
        ("<p>a<button>Sign up</button><svg><text>x</text></svg>b</p>", ["ab"]),
        ("<p>a</p><noscript><img src=x>pixel</noscript>", ["a"]),
        ("<p>a</p><iframe src=x />b", ["a", "b"]),
        ("<!-- note --><p>a</p><!-- <p>b</p> -->", ["a"]),
        ("<![CDATA[<p>a</p>]]>", ["a"]),
        ("<!DOCTYPE html><html><head><title>t</title></head><body>a</body></html>", ["t", "a"]),
        ("<![x <!x <p>a</p>", ["a"]),
        ("<?php echo 1 ?><p>a</p>", ["a"]),
        ("<p>a</b></i></div></blockquote></p>", ["a"]),
        ("<p title='a > b'>c</p>", ["c"]),
        ("<p>a\x00\ud800\u202eb&#2;&#xd800;</p>", ["a\ufffdb\ufffd"]),
        ("<p> </p><p>&nbsp;</p>", []),
        ("", []),
    ],
)
def test_markup_becomes_the_paragraphs_that_a_reader_sees(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    ("markup", "kinds"),
    [
        ("<h2>a</h2><p>b</p>", ["heading", "text"]),
        ("<ul><li>a<li>b</ul><p>c</p>", ["item", "item", "text"]),
        ("<ul><li>a<li>b<p>c</p></ul></ul><p>d</p>", ["item", "item", "item", "text"]),
        ("<form><p>a</p><h3>b</h3></form>c", ["form", "form", "text"]),
        ("<nav><ul><li>a</ul></nav>c", ["nav", "text"]),
        ("<blockquote><p>Said by somebody</p></blockquote>", ["text"]),
        (
            '<blockquote class="x twitter-tweet"><p>a</p>&mdash; N (@n)</blockquote><p>b</p>',
            ["quote", "quote", "text"],
        ),
        ('<blockquote class="instagram-media">a</blockquote>', ["quote"]),
        ('<blockquote class="tiktok-embed"><section>a</section></blockquote>', ["quote"]),
    ],
)
def test_each_paragraph_knows_what_it_stands_in(markup: str, kinds: list[Kind]) -> None:
    assert [line.kind for line in paragraphs(markup, 1000)] == kinds


@pytest.mark.parametrize(
    ("markup", "linked"),
    [
        ("<p><a href='/a'>All of it</a></p>", [True]),
        ("<p>» <a href='/a'>All of it</a></p>", [True]),
        ("<p>More at <a href='/a'>this page</a></p>", [False]),
        ("<a href='/a'>One link</a><br><a href='/b'>Two links</a><br>No link", [True, True, False]),
        ("<p><a name='top'>An anchor only</a></p>", [False]),
        ("<p><a href='/a'>Never closed</p><p>So this is no link</p>", [True, False]),
        ("<p>…</p><p>a</p>", [False, False]),
        ("No markup at all", [False]),
    ],
)
def test_a_line_that_is_all_link_is_known(markup: str, linked: list[bool]) -> None:
    assert [line.linked for line in paragraphs(markup, 1000)] == linked


def test_a_post_without_its_class_is_known_by_its_signature() -> None:
    post = "<blockquote><p>Done.</p>— Jane (@jane) <a href=x>March 3, 2026</a></blockquote>"
    found = paragraphs(f"<p>He wrote:</p>{post}<p>Then he left.</p>", 1000)
    assert [line.kind for line in found] == ["text", "quote", "quote", "text"]


def test_posts_are_known_in_plain_text() -> None:
    text = "He wrote:\n\nDone. pic.twitter.com/abc123 — Jane Doe (@jane) March 3, 2026\n\nThen he left."
    assert [line.kind for line in paragraphs(text, 1000)] == ["text", "quote", "text"]


def test_text_is_cut_at_the_limit() -> None:
    found = paragraphs("<p>one two three</p><p>four five six</p>", 20)
    assert found == [Paragraph("one two three"), Paragraph("four…")]
    assert sum(len(line) for line in texts("word " * 100_000, 1000)) <= 1000


def test_text_after_a_picture_within_the_markup_is_not_lost() -> None:
    assert texts(f"<img src='data:image/png;base64,{'A' * 500_000}'><p>a</p>", 1000) == ["a"]


PIECES = [
    *("<p>", "</p>", "<a href=x>", "</a>", "<br>", "<ul>", "<li>", "</ul>", "<form>", "<script>", "</script>"),
    *("<blockquote>", "</blockquote>", "<svg>", "<b", ">", "<!--", "-->", "<![", "&", "&lt;", "'", '"', "\n"),
    *("word", "\ud800"),
]


@given(st.text(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_any_input_gives_clean_lines_within_the_limit(markup: str) -> None:
    found = texts(markup, 100)
    assert all(line and line == " ".join(line.split()) for line in found)
    assert sum(map(len, found)) <= 100


HOSTILE = [
    "<div>",
    "<p><b id=1>",
    "<a x",
    " x",
    "<",
    "<a ",
    '<a "',
    "<!--",
    "<![",
    "<?",
    "</",
    "&",
    "<ul>x",
    "a<br>",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_markup_takes_time_in_the_square_of_its_size(unit: str) -> None:
    def seconds(size: int) -> float:
        return min(once(size) for _ in range(3))

    def once(size: int) -> float:
        started = time.process_time()
        paragraphs("<p>" + unit * (size // len(unit)), 1_000_000)
        return time.process_time() - started

    assert seconds(40_000) < 20 * max(seconds(10_000), 0.005)
