from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.titles import TitleSums

VECTORS = st.lists(st.integers(0, 255), min_size=4, max_size=4).map(bytes)


def vector(*numbers: int) -> bytes:
    return bytes(number % 256 for number in numbers)


def test_the_cosine_is_with_the_sum_of_a_storys_headlines() -> None:
    sums = TitleSums()
    sums.add("a", vector(100, 0))
    sums.add("b", vector(100, 0))
    sums.add("b", vector(0, -100))

    found = sums.cosines(vector(50, 0), ["a", "b", "unknown"])

    assert found == {"a": pytest.approx(1), "b": pytest.approx(math.sqrt(0.5))}


def test_what_is_no_vector_changes_nothing_and_is_near_nothing() -> None:
    sums = TitleSums()
    sums.add("a", b"")
    assert sums.cosines(vector(1, 1), ["a"]) == {}

    sums.add("a", vector(0, 0))
    assert sums.cosines(b"", ["a"]) == {}
    assert sums.cosines(vector(1, 1), ["a"]) == {}

    sums.add("a", vector(1, 0))
    assert sums.cosines(vector(0, 0), ["a"]) == {}


def test_a_dropped_sum_is_gone() -> None:
    sums = TitleSums()
    sums.add("a", vector(1, 2))

    sums.drop("a")
    sums.drop("a")

    assert sums.cosines(vector(1, 2), ["a"]) == {}


def test_a_large_story_does_not_overflow() -> None:
    sums = TitleSums()
    for _ in range(1000):
        sums.add("a", vector(-127, 127))

    assert sums.cosines(vector(-127, 127), ["a"]) == {"a": pytest.approx(1)}


@given(st.lists(VECTORS, min_size=1), VECTORS, VECTORS)
def test_what_is_taken_away_leaves_exactly_the_rest(added: list[bytes], gone: bytes, asked: bytes) -> None:
    one, other = TitleSums(), TitleSums()
    one.add("a", gone)
    for each in added:
        one.add("a", each)
        other.add("a", each)
    one.add("a", gone, times=-1)

    assert one.cosines(asked, ["a"]) == other.cosines(asked, ["a"])
