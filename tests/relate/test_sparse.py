from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from streams.relate.sparse import MASK, Numbering, joined, pack, put, unpack


def test_a_name_keeps_its_number_until_it_is_dropped() -> None:
    terms = Numbering()

    assert [terms.give(name) for name in ("a", "b", "a")] == [0, 1, 0]
    assert (len(terms), terms.bound, terms.names([1, 0])) == (2, 2, ["b", "a"])
    terms.drop("a")
    assert (len(terms), "a" in terms.numbers) == (1, False)
    assert [terms.give(name) for name in ("c", "d")] == [0, 2]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, MASK // 2))))
def test_a_column_has_what_was_put_last_in_order_of_place(puts: list[tuple[int, int]]) -> None:
    column, last = array("q"), dict[int, int]()
    for place, weight in puts:
        put(column, place, weight)
        last[place] = weight

    places, weights = unpack(joined([column]))
    expected = {place: weight for place, weight in sorted(last.items()) if weight}
    assert list(zip(places.tolist(), weights.tolist(), strict=True)) == list(expected.items())
    assert pack(places, weights).tolist() == list(column)


def test_columns_can_grow_after_they_were_looked_into() -> None:
    one, other = array("q"), array("q")
    put(one, 1, 5)
    both = joined([one, other])
    put(one, 2, 5)
    put(other, 1, 5)

    assert both.tolist() == [1 << 32 | 5]
    assert len(joined([one, other, one])) == 5
    assert len(joined([])) == 0
