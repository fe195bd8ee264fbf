from __future__ import annotations

import pytest

from streams.identify.clean import MAX_NAMES, MAX_SUMMARY_CHARS, MAX_TITLE_CHARS, clean, names
from tests.factories import raw_item

LONG = "<p>" + "The harbour bridge was closed on Monday after engineers found cracks. " * 20 + "</p>"


def test_the_longer_of_content_and_summary_is_the_text() -> None:
    assert (
        clean(raw_item(summary="Short.", content="<p>One.</p><p>Two and more.</p>"), 1000).text
        == "One.\n\nTwo and more."
    )
    assert (
        clean(raw_item(summary="<p>One.</p><p>Two and more.</p>", content="Short."), 1000).text
        == "One.\n\nTwo and more."
    )


def test_the_summary_is_the_feeds_own_or_the_first_sentences() -> None:
    assert clean(raw_item(summary="In short.", content=LONG), 10_000).summary == "In short."
    made = clean(raw_item(summary="", content=LONG), 10_000).summary
    assert made.endswith("cracks.")
    assert len(made) <= MAX_SUMMARY_CHARS


@pytest.mark.parametrize(
    "first",
    ["<h1>Harbour bridge closed after inspection</h1>", "HARBOUR BRIDGE closed, after inspection!<br><br>"],
)
def test_the_title_is_not_repeated_in_the_text(first: str) -> None:
    assert clean(raw_item(summary=f"{first}<p>It is shut.</p>"), 1000).text == "It is shut."


def test_an_empty_title_is_made_of_the_first_words() -> None:
    assert clean(raw_item(title=" ", summary="<p>The bridge is shut.</p>"), 1000).title == "The bridge is shut."
    made = clean(raw_item(title="", summary=LONG), 1000).title
    assert made.endswith("…")
    assert len(made) <= 100


def test_titles_are_plain_and_bounded() -> None:
    assert clean(raw_item(title="AT&amp;T <b>buys</b>\n bridge"), 1000).title == "AT&T buys bridge"
    assert len(clean(raw_item(title="word " * 10_000), 1000).title) <= MAX_TITLE_CHARS


def test_what_was_removed_and_quoted_is_kept_aside() -> None:
    markup = (
        "<p>The bridge is shut.</p><blockquote class='twitter-tweet'><p>Shut!</p></blockquote>"
        "<p>Sign up for our newsletter</p><p>Source: Reuters</p>"
    )
    words = clean(raw_item(summary=markup), 1000)
    assert words.text == "The bridge is shut.\n\nShut!"
    assert words.quotes == ["Shut!"]
    assert [line.kind for line in words.removed] == ["newsletter", "source"]


def test_a_new_advertisement_does_not_change_the_content() -> None:
    plain, with_advert = raw_item(summary="<p>Shut.</p>"), raw_item(summary="<p>Shut.</p><p>Advertisement</p>")
    assert clean(plain, 1000).content() == clean(with_advert, 1000).content()


def test_an_item_without_words_is_empty() -> None:
    words = clean(raw_item(title="", summary="<img src=x>"), 1000)
    assert (words.title, words.text, words.summary) == ("", "", "")


def test_names_are_single_lines_each_once_and_few() -> None:
    assert names(["  Jane\nDoe ", "Jane Doe", "", "\x00", "x" * 1000]) == ["Jane Doe", "x" * 99 + "…"]
    assert len(names([str(number) for number in range(10_000)])) == MAX_NAMES
