from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.codec import encode
from streams.identify.plain import cleaned, first_sentences, folded, one_line, plain_paragraphs, shortened


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\x00b\x07c", "abc"),
        ("a\ud800b", "a\ufffdb"),
        ("har\u00adbour", "harbour"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ("e\u0301te\u0301", "été"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("می\u200cخواهم", "می\u200cخواهم"),
    ],
)
def test_only_characters_that_mean_something_stay(text: str, expected: str) -> None:
    assert cleaned(text) == expected


@given(st.text(st.characters(codec=None), max_size=100))
def test_cleaned_text_can_always_be_stored(text: str) -> None:
    assert encode(cleaned(text))
    assert cleaned(cleaned(text)) == cleaned(text)


@given(st.text(max_size=200), st.integers(2, 50))
def test_a_line_is_one_line_and_not_too_long(text: str, most: int) -> None:
    line = one_line(text, most)
    assert len(line) <= most
    assert line == " ".join(line.split())


def test_long_text_is_shortened_between_words() -> None:
    assert shortened("The harbour bridge was closed", 20) == "The harbour bridge…"
    assert shortened("x" * 50, 10) == "x" * 9 + "…"


def test_a_summary_is_whole_sentences() -> None:
    text = "The bridge is closed. Nobody was hurt! It will stay shut for a year, engineers think."
    assert first_sentences(text, 50) == "The bridge is closed. Nobody was hurt!"
    assert first_sentences(text, 500) == text


def test_a_first_sentence_that_is_too_long_is_shortened() -> None:
    assert first_sentences("word " * 100, 30) == "word word word word word…"


def test_titles_compare_without_case_accents_and_punctuation() -> None:
    assert folded("Élysée: « Non »!") == folded("ELYSEE — non")
    assert folded("Straße 1") != folded("Straße 2")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One.\n\nTwo.", ["One.", "Two."]),
        ("One.\r\n\r\nTwo.", ["One.", "Two."]),
        ("The bridge was closed on Monday\nafter engineers found cracks.", None),
        ("The bridge over the harbour was closed on Monday by the\nMayor of the town.", None),
        ("Read more\nShare this", ["Read more", "Share this"]),
        ("It is closed.\nNobody knows why.", ["It is closed.", "Nobody knows why."]),
        ("", []),
        ("\n \n", []),
    ],
)
def test_paragraphs_end_where_the_writer_ended_them(text: str, expected: list[str] | None) -> None:
    assert plain_paragraphs(text) == ([" ".join(text.split())] if expected is None else expected)
