"""The scorers on cases small enough to work out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.quality.scores import Score, Told, bcubed, copies, of_counts, of_sets, pairwise, returns

GROUPS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=12)


def test_f1_is_the_harmonic_mean() -> None:
    assert Score(0.5, 1.0).f1 == pytest.approx(2 / 3)
    assert Score(0.0, 0.0).f1 == 0.0


def test_nothing_found_and_nothing_to_find_score_nothing() -> None:
    assert of_counts(0, 0, 4) == Score(0.0, 0.0)
    assert of_counts(0, 4, 0) == Score(0.0, 0.0)


def test_things_count_over_all_items_and_only_where_they_were_found() -> None:
    true = [{"Vesna", "Alder"}, {"Vesna"}]
    assert of_sets(true, [{"Vesna"}, {"Alder"}]) == Score(1 / 2, 1 / 3)


@pytest.mark.parametrize(
    ("found", "by_item", "by_pair"),
    [
        ("aabb", Score(1.0, 1.0), Score(1.0, 1.0)),
        ("aaaa", Score(0.5, 1.0), Score(2 / 6, 1.0)),
        ("abcd", Score(1.0, 0.5), Score(0.0, 0.0)),
        ("aaab", Score((2 / 3 + 2 / 3 + 1 / 3 + 1) / 4, (1 + 1 + 1 / 2 + 1 / 2) / 4), Score(1 / 3, 1 / 2)),
    ],
    ids=["as they are", "all in one", "each alone", "one astray"],
)
def test_two_stories_of_two_items(found: str, by_item: Score, by_pair: Score) -> None:
    assert bcubed("xxyy", found) == pytest.approx(by_item)
    assert pairwise("xxyy", found) == pytest.approx(by_pair)


@given(GROUPS)
def test_precision_one_way_is_recall_the_other_way(groups: list[tuple[int, int]]) -> None:
    true, found = zip(*groups, strict=True)
    for score in (bcubed, pairwise):
        assert score(true, found) == pytest.approx(score(found, true)[::-1])
        assert all(0 <= part <= 1 for part in score(true, found))


def test_a_copy_of_a_copy_is_a_copy_of_the_first() -> None:
    true = {"a": None, "b": "a", "c": "a", "d": None}
    assert copies(true, {"a": None, "b": "a", "c": "b", "d": None}) == Score(1.0, 1.0)
    assert copies(true, {"a": None, "b": "a", "c": None, "d": "c"}) == Score(1 / 2, 1 / 3)


def test_a_return_is_right_when_it_points_to_a_story_that_mostly_is_the_earlier_one() -> None:
    true = {
        "flood-1": Told("flood", None),
        "flood-2": Told("flood", None),
        "fire": Told("fire", None),
        "flood-later": Told("flood-again", "flood"),
        "flood-last": Told("flood-again", "flood"),
        "fire-later": Told("fire-again", "fire"),
    }
    found = {
        "flood-1": Told("s1", None),
        "flood-2": Told("s1", None),
        "fire": Told("s1", None),
        "flood-later": Told("s2", "s1"),
        "flood-last": Told("s3", None),
        "fire-later": Told("s4", "s1"),
    }
    assert returns(true, found) == Score(1 / 2, 1 / 3)


def test_a_return_to_a_story_that_nobody_told_is_wrong() -> None:
    assert returns({"a": Told("x", "w")}, {"a": Told("s1", "s0")}) == Score(0.0, 0.0)
