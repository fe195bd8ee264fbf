from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.terms import LEAD_WORDS, TITLE_FACTOR, UNIT, count_terms, scale, singular, weigh


def test_a_word_of_the_title_counts_more_than_one_of_the_text() -> None:
    assert count_terms("Bridge closed", "The bridge was repaired") == {
        "bridge": TITLE_FACTOR + 1,
        "closed": TITLE_FACTOR,
        "repaired": 1,
    }


def test_a_bare_headline_counts_once() -> None:
    assert count_terms("Bridge closed", "") == {"bridge": 1, "closed": 1}


@pytest.mark.parametrize("title", ["", "The of and", "à la", "- / ?", "\ud800", "\x00\x07"])
def test_a_title_that_says_nothing_has_no_terms(title: str) -> None:
    assert count_terms(title, "") == {}


def test_only_the_lead_of_a_text_counts() -> None:
    text = " ".join(f"word{number}x" for number in range(LEAD_WORDS + 50))

    assert len(count_terms("", text)) == LEAD_WORDS


def test_characters_of_scripts_without_blanks_pair_up() -> None:
    assert set(count_terms("東京都 news", "")) == {"東京", "京都", "new"}


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("bridges", "bridge"),
        ("parties", "party"),
        ("journaux", "journaux"),
        ("congress", "congress"),
        ("virus", "virus"),
        ("gas", "gas"),
        ("ies", "ies"),
    ],
)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


def test_rare_terms_weigh_more() -> None:
    vector = weigh({"bridge": 1, "minister": 1}, 1000, {"bridge": 2, "minister": 400})

    assert vector["bridge"] > vector["minister"] > 0


def test_frequent_terms_weigh_more() -> None:
    vector = weigh({"bridge": 3, "harbour": 1}, 0, {"bridge": 0, "harbour": 0})

    assert vector["bridge"] > vector["harbour"]


@given(st.dictionaries(st.text(max_size=5), st.just(0) | st.floats(0.1, 1e4), max_size=50))
def test_scaled_vectors_are_of_unit_length_in_whole_numbers(weights: dict[str, float]) -> None:
    vector = scale(weights)

    assert all(isinstance(weight, int) and weight > 0 for weight in vector.values())
    if any(weights.values()):
        assert math.hypot(*vector.values()) == pytest.approx(UNIT, rel=0.01)
    else:
        assert vector == {}
