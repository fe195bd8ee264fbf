from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.query.tokens import words
from streams.relate.terms import (
    LEAD_CHARS,
    LEAD_WORDS,
    NAME_FACTOR,
    TITLE_FACTOR,
    UNIT,
    Counted,
    Vector,
    _lead,
    count_terms,
    scale,
    singular,
    weigh,
)


def test_a_word_of_the_title_counts_more_than_one_of_the_text() -> None:
    assert count_terms("Bridge closed", "The bridge was repaired").counts == {
        "bridge": TITLE_FACTOR + 1,
        "closed": TITLE_FACTOR,
        "repaired": 1,
    }


def test_a_bare_headline_counts_once() -> None:
    assert count_terms("Bridge closed", "").counts == {"bridge": 1, "closed": 1}


@pytest.mark.parametrize("title", ["The bridge was…", "The bridge was closed on Friday"])
def test_a_title_made_of_the_text_counts_no_word_twice(title: str) -> None:
    text = "The  bridge was closed\n\non Friday and the ferry with it"

    assert count_terms(title, text) == count_terms("", text)


@pytest.mark.parametrize("title", ["", "The of and", "à la", "- / ?", "\ud800", "\x00\x07"])
def test_a_title_that_says_nothing_has_no_terms(title: str) -> None:
    assert count_terms(title, "") == ({}, set())


def test_only_the_lead_of_a_text_counts() -> None:
    text = " ".join(f"word{number}x" for number in range(LEAD_WORDS + 50))

    assert len(count_terms("", text).counts) == LEAD_WORDS


def test_characters_of_scripts_without_blanks_pair_up() -> None:
    assert set(count_terms("東京都 news", "").counts) == {"東京", "京都", "new"}


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


@given(st.lists(st.sampled_from(["bridge", "a", "Zürich,", "東京", "x" * 60, "\n\n"]), max_size=400))
def test_the_lead_is_the_same_however_far_is_read(found: list[str]) -> None:
    text = " ".join(found)[:LEAD_CHARS]
    expected = words(text)[:LEAD_WORDS]

    assert _lead(text) == expected


def weighed(
    counted: Counted, stories: int = 0, having: Sequence[int] = (), shares: Sequence[float] = ()
) -> Vector:
    """An article's vector, where nothing is known of its terms but what is given, in their order."""
    unknown = [0] * len(counted.counts)
    weights = weigh(counted, stories, np.array(having or unknown), np.array(shares or unknown, np.float64))
    return {term: weight for term, weight in zip(counted.counts, weights.tolist(), strict=True) if weight}


def test_rare_terms_weigh_more() -> None:
    vector = weighed(Counted({"bridge": 1, "minister": 1}, set()), 1000, having=[2, 400])

    assert vector["bridge"] > vector["minister"] > 0


def test_a_town_that_is_unknown_in_general_is_as_common_as_the_stream_has_it() -> None:
    town, storm = Counted({"kelland": 1, "flood": 1}, set()), [0.0, 0.0]
    few = weighed(town, 60, having=[2, 0], shares=storm)
    many = weighed(town, 60, having=[20, 0], shares=storm)
    assert few["kelland"] > 0.8 * few["flood"]
    assert many["kelland"] < 0.3 * many["flood"]


def test_a_word_that_is_known_in_general_stays_as_rare_as_it_is_there() -> None:
    found = weighed(Counted({"senate": 1, "kelland": 1}, set()), 60, having=[20, 20], shares=[6e-6, 0.0])
    assert found["senate"] > 2 * found["kelland"]


def test_frequent_terms_weigh_more() -> None:
    vector = weighed(Counted({"bridge": 3, "harbour": 1}, set()))

    assert vector["bridge"] > vector["harbour"]


def test_words_that_are_common_in_general_weigh_less_or_nothing() -> None:
    vector = weighed(Counted({"bridge": 1, "city": 1, "year": 1}, set()), shares=[0, 0.001, 0.01])

    assert vector["bridge"] > vector["city"]
    assert "year" not in vector


def test_names_weigh_more() -> None:
    vector = weighed(Counted({"bridge": 1, "lisbon": 1}, {"lisbon"}))

    assert vector["lisbon"] / vector["bridge"] == pytest.approx(NAME_FACTOR, rel=0.01)


@pytest.mark.parametrize(
    ("title", "text", "names"),
    [
        ("Rain floods streets over Lisbon, Porto stays dry", "", {"lisbon", "porto"}),
        ("Rain Falls Over Lisbon Again", "", set()),
        ("", "Ferries stopped. Boats of Émile Zola's crew, and Harbours, sank", {"emile", "zola", "harbour"}),
        ("", "It rained; “Ferries” stopped: No boats", set()),
        ("RAIN OVER LISBON", "and in Porto", {"porto"}),
    ],
)
def test_names_are_written_with_a_capital_within_a_sentence(title: str, text: str, names: set[str]) -> None:
    assert count_terms(title, text).names == names


def test_a_text_without_end_is_read_as_far_as_its_lead() -> None:
    assert max(map(len, count_terms("", "a1" * 1_000_000).counts)) <= LEAD_CHARS


@given(st.text(), st.text())
def test_any_text_has_terms_that_can_be_weighed(title: str, text: str) -> None:
    counted = count_terms(title, text)

    assert weighed(counted).keys() <= counted.counts.keys()


@given(st.dictionaries(st.text(max_size=5), st.just(0) | st.floats(0.1, 1e4), max_size=50))
def test_scaled_vectors_are_of_unit_length_in_whole_numbers(weights: dict[str, float]) -> None:
    vector = scale(weights)

    assert all(isinstance(weight, int) and weight > 0 for weight in vector.values())
    if any(weights.values()):
        assert math.hypot(*vector.values()) == pytest.approx(UNIT, rel=0.01)
    else:
        assert vector == {}
