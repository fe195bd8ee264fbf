from __future__ import annotations

import time

import pytest

from streams.tag.mentions import Found
from streams.tag.missed import add_missed
from tests.tag.known import KNOWN


def added(text: str, *found: tuple[str, str], taken: str = "") -> list[tuple[str, str]]:
    """The mentions that come to those found, each at its first place in the text."""
    mentions = [Found(text.index(name), text.index(name) + len(name), label) for name, label in found]
    spans = [Found(text.index(taken), text.index(taken) + len(taken), "LAW")] if taken else []
    result = add_missed(text, mentions, spans, KNOWN)
    assert result == sorted(result)
    return [(text[start:end], label) for start, end, label in result if Found(start, end, label) not in mentions]


@pytest.mark.parametrize(
    ("text", "found", "expected"),
    [
        ("Kadapa Steel grew. Analysts like Kadapa Steel.", ("Kadapa Steel", "ORG"), ("Kadapa Steel", "ORG")),
        ("Jane Oduya won. Today Oduya spoke.", ("Jane Oduya", "PERSON"), ("Oduya", "PERSON")),
        ("Jane Oduya won on Oduya's day.", ("Jane Oduya", "PERSON"), ("Oduya", "PERSON")),
    ],
)
def test_a_name_of_the_article_is_found_wherever_it_stands(
    text: str, found: tuple[str, str], expected: tuple[str, str]
) -> None:
    assert added(text, found) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a flight over Brazil.", ("Brazil", "GPE")),
        ("a flight to New York today", ("New York", "GPE")),
        ("he thanked Anna Oduya.", ("Anna Oduya", "PERSON")),
        ("he thanked Smith again", ("Smith", "PERSON")),
        ("he thanked Mr. Oduya again", ("Oduya", "PERSON")),
        ("he thanked President Oduya again", ("Oduya", "PERSON")),
        ("he left Kadapa Steel Group today", ("Kadapa Steel Group", "ORG")),
    ],
)
def test_what_is_known_to_be_a_name_is_found(text: str, expected: tuple[str, str]) -> None:
    assert added(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "he flew to Jordan",  # a first name as well
        "he thanked Brown again",  # a colour as well
        "see www.Brazil.example and @Smith and Brazil-wide",
        "Our Company grew",
        "he likes Brazil Nuts",
        "he thanked Qwerty again",
        "A",
        "",
    ],
)
def test_what_may_be_something_else_is_left(text: str) -> None:
    assert added(text) == []


def test_nothing_is_added_where_the_model_found_something_else() -> None:
    assert added("after the Brazil Accord", taken="Brazil Accord") == []
    assert added("he thanked Smith again", taken="Smith") == []


def test_a_hostile_text_takes_no_time() -> None:
    begun = time.process_time()
    for text in ("A" * 100_000, "Aa " * 30_000, "A.'" * 30_000, "É-" * 50_000):
        add_missed(text, [], [], KNOWN)
    assert time.process_time() - begun < 2
