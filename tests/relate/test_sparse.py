from __future__ import annotations

from array import array
from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.sparse import HALF, Numbering, added_up, changes, joined, pack, unpack


def test_a_name_keeps_its_number_until_it_is_dropped() -> None:
    terms = Numbering()

    assert [terms.give(name) for name in ("a", "b", "a")] == [0, 1, 0]
    assert (len(terms), terms.bound, terms.names([1, 0])) == (2, 2, ["b", "a"])
    terms.drop("a")
    assert (len(terms), "a" in terms.numbers) == (1, False)
    assert [terms.give(name) for name in ("b", "c", "d")] == [1, 0, 2]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(-HALF + 1, HALF - 1))))
def test_a_column_added_up_has_what_its_changes_come_to(changed: list[tuple[int, int]]) -> None:
    column, sums = array("q"), Counter[int]()
    for place, change in changed:
        if abs(sums[place] + change) < HALF:
            column.append((place << 32) + change)
            sums[place] += change

    places, weights = changes(joined([column]))
    assert [
        (place << 32) + weight for place, weight in zip(places.tolist(), weights.tolist(), strict=True)
    ] == list(column)
    places, weights = changes(joined([added_up(column)]))
    assert dict(zip(places.tolist(), weights.tolist(), strict=True)) == {
        place: weight for place, weight in sums.items() if weight
    }


@given(st.dictionaries(st.integers(0, 9), st.integers(1, HALF - 1)))
def test_a_row_is_what_was_packed(weights: dict[int, int]) -> None:
    places, packed = unpack(pack(np.array(list(weights), np.int64), np.array(list(weights.values()), np.int64)))
    assert dict(zip(places.tolist(), packed.tolist(), strict=True)) == weights


def test_columns_can_grow_after_they_were_looked_into() -> None:
    one, other = array("q", [1 << 32 | 5]), array("q")
    both = joined([one, other])
    one.append(2 << 32 | 5)
    other.append(1 << 32 | 5)

    assert both.tolist() == [1 << 32 | 5]
    assert len(joined([one, other, one])) == 5
    assert len(joined([])) == 0
