from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.segment import GONE, Segment

HASHES = st.integers(0, 40).map(lambda number: min(number * 107_374_183, 2**32 - 1))


def segment(pairs: list[tuple[int, int]]) -> Segment:
    anchors, rows = np.array(pairs, np.uint32).reshape(-1, 2).T
    return Segment.of(anchors, rows)


def rows(found: Segment, *anchors: int) -> list[list[int]]:
    return [sorted(found.rows(anchor)) for anchor in anchors]


def test_an_anchor_has_its_rows_and_others_none() -> None:
    found = segment([(5, 1), (7, 1), (5, 3), (0, 2), (2**32 - 1, 4)])

    assert rows(found, 5, 7, 0, 2**32 - 1) == [[1, 3], [1], [2], [4]]
    assert rows(found, 6, 1) == [[], []]
    assert rows(segment([]), 5) == [[]]


def test_hashes_that_are_no_anchors_are_told_from_those_that_are() -> None:
    anchors = np.arange(1, 10_000, dtype=np.uint32) * np.uint32(2654435761)
    found = Segment.of(anchors, np.arange(len(anchors), dtype=np.uint32))

    assert found.holds(anchors).all()
    assert not found.holds(anchors + np.uint32(1)).any()


def test_what_stands_behind_an_anchor_of_very_many_rows_is_found_as_well() -> None:
    many = [(7, row) for row in range(1000)]
    found = segment([*many, *((other, 5000 + other) for other in range(100, 600))])

    assert len(found.rows(7)) == 1000
    assert found.holds(np.arange(100, 600, dtype=np.uint32)).all()
    assert rows(found, 300) == [[5300]]


@given(st.lists(st.tuples(HASHES, st.integers(0, 9)), max_size=60, unique=True), st.integers(0, 60), HASHES)
def test_joined_ones_hold_what_both_did(pairs: list[tuple[int, int]], cut: int, asked: int) -> None:
    joined = segment(pairs[:cut]).plus(segment(pairs[cut:]))

    assert len(joined) == len(pairs)
    assert rows(joined, asked) == [sorted(row for anchor, row in pairs if anchor == asked)]
    assert joined.holds(np.array([anchor for anchor, _ in pairs], np.uint32)).all()


@pytest.mark.parametrize("cut", [0, 2, 5])
def test_renumbered_rows_are_found_under_their_new_numbers_and_those_that_are_gone_not(cut: int) -> None:
    pairs = [(5, 0), (7, 0), (5, 1), (5, 2), (2**32 - 1, 3)]
    numbers = np.array([8, GONE, 9, GONE], np.uint32)

    found = segment(pairs[:cut]).plus(segment(pairs[cut:])).renumbered(numbers)

    assert rows(found, 5, 7, 2**32 - 1) == [[8, 9], [8], []]
    assert len(found) == 3
