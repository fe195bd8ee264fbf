from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from streams.relate.columns import ROOMS, Columns
from streams.relate.sparse import HALF, Numbers, changes, pack

PLACES = st.integers(0, 9)


def numbers(*values: int) -> Numbers:
    return np.array(values, np.int64)


def entries(*changed: tuple[int, int]) -> Numbers:
    """Entries of these changes, each a place and a weight."""
    places, weights = np.array(changed, np.int64).reshape(-1, 2).T
    return pack(places, weights)


def read(columns: Columns, column: int) -> list[tuple[int, int]]:
    places, weights = changes(columns.joined(numbers(column)))
    return list(zip(places.tolist(), weights.tolist(), strict=True))


def reaching(bound: int) -> Columns:
    columns = Columns()
    columns.reach(bound)
    return columns


@given(st.lists(st.tuples(st.integers(0, 3), PLACES, st.integers(-HALF + 1, HALF - 1))))
def test_columns_added_up_have_what_their_changes_come_to(changed: list[tuple[int, int, int]]) -> None:
    columns, sums = reaching(4), [Counter[int]() for _ in range(4)]
    told: list[list[tuple[int, int]]] = [[] for _ in range(4)]
    for column, place, change in changed:
        if abs(sums[column][place] + change) < HALF:
            columns.append(numbers(column), entries((place, change)))
            sums[column][place] += change
            told[column].append((place, change))

    assert [read(columns, column) for column in range(4)] == told
    if changed:
        columns.add_up(numbers(*range(4)))
    assert [dict(read(columns, column)) for column in range(4)] == [
        {place: weight for place, weight in of_one.items() if weight} for of_one in sums
    ]


def test_entries_of_several_columns_come_one_after_the_other() -> None:
    columns = reaching(3)
    columns.append(numbers(2, 0), entries((1, 5), (7, -5)))
    columns.append(numbers(0), entries((3, 4)))
    both = columns.joined(numbers(2, 1, 0))
    columns.append(numbers(0, 1), entries((1, 1), (1, 1)))

    assert both.tolist() == entries((1, 5), (7, -5), (3, 4)).tolist()
    assert columns.lengths(numbers(0, 1, 2)).tolist() == [3, 1, 1]
    assert columns.joined(numbers()).tolist() == []


def test_a_column_begins_anew_with_one_entry() -> None:
    columns = reaching(2)
    for place in range(20):
        columns.append(numbers(0, 1), entries((place, 1), (place, 2)))

    columns.begin(numbers(1), entries((3, 9)))
    assert (len(read(columns, 0)), read(columns, 1)) == (20, [(3, 9)])


def test_a_column_that_begins_anew_leaves_its_block_to_others() -> None:
    columns = reaching(2)
    for place in range(16):
        columns.append(numbers(0), entries((place, 1)))
    columns.begin(numbers(0), entries((3, 9)))
    before = columns.room
    for place in range(16):
        columns.append(numbers(1), entries((place, 1)))

    assert columns.room == before
    columns.append(numbers(0), entries((4, 1)))
    assert read(columns, 0) == [(3, 9), (4, 1)]


def test_room_is_given_again() -> None:
    columns = reaching(1000)
    for number in range(1000):
        for place in range(number % 50):
            columns.append(numbers(number), entries((place, 1)))
        columns.clear(numbers(number))

    assert columns.room <= sum(ROOMS[: ROOMS.index(64) + 1])


def test_a_column_with_little_left_moves_to_a_smaller_block() -> None:
    columns = reaching(2)
    for _ in range(100):
        columns.append(numbers(0), entries((1, 1)))
    columns.add_up(numbers(0))
    before = columns.room
    for place in range(100):
        columns.append(numbers(1), entries((place, 1)))

    assert columns.room <= before + ROOMS[0]
    assert (read(columns, 0), len(read(columns, 1))) == ([(1, 100)], 100)
