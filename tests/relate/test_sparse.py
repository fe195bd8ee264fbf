from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.sparse import HALF, Numbering, pack, unpack


def test_a_name_keeps_its_number_until_it_is_dropped() -> None:
    terms = Numbering()

    assert [terms.give(name) for name in ("a", "b", "a")] == [0, 1, 0]
    assert (len(terms), terms.bound, terms.names([1, 0])) == (2, 2, ["b", "a"])
    terms.drop("a")
    assert (len(terms), "a" in terms.numbers) == (1, False)
    assert [terms.give(name) for name in ("b", "c", "d")] == [1, 0, 2]


@given(st.dictionaries(st.integers(0, 9), st.integers(1, HALF - 1)))
def test_a_row_is_what_was_packed(weights: dict[int, int]) -> None:
    places, packed = unpack(pack(np.array(list(weights), np.int64), np.array(list(weights.values()), np.int64)))
    assert dict(zip(places.tolist(), packed.tolist(), strict=True)) == weights
