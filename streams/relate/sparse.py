"""A sparse matrix of whole numbers that grows and shrinks by single rows, kept by rows and by columns.

A row is an array of entries in order of place, each one number of eight bytes: the place above, the weight below.
Columns (`streams.relate.columns`) have entries in the same form. A dict of dicts takes ten times the memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

SHIFT = 32
MASK = (1 << SHIFT) - 1
HALF = 1 << SHIFT - 1
"""Weights and changes are at most as large, places as well; those of a row are above 0."""

Numbers = NDArray[np.int64]
"""A row; also places, or weights."""

NOTHING: Numbers = np.zeros(0, np.int64)

Counts = NDArray[np.int32]
"""One for each of millions."""

NO_COUNTS: Counts = np.zeros(0, np.int32)


class Numbering:
    """Small numbers for names, all below `bound`. That of a dropped name is given again."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self.bound = 0
        self._names: list[str] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.numbers)

    def give(self, name: str) -> int:
        """The number of a name, a new one if it has none."""
        known = self.numbers.get(name)
        if known is not None:
            return known
        if self._free:
            number = self._free.pop()
            self._names[number] = name
        else:
            number = self.bound
            self.bound += 1
            self._names.append(name)
        self.numbers[name] = number
        return number

    def names(self, numbers: Iterable[int]) -> list[str]:
        """The names of these numbers."""
        return list(map(self._names.__getitem__, numbers))

    def drop(self, name: str) -> None:
        """Forget a name that has a number."""
        number = self.numbers.pop(name)
        self._names[number] = ""
        self._free.append(number)


def pack(places: Numbers, weights: Numbers) -> Numbers:
    """The row with these weights in these places, which are in order; or so many changes."""
    return (places << SHIFT) + weights


def unpack(row: Numbers) -> tuple[Numbers, Numbers]:
    """The places of a row and their weights."""
    return row >> SHIFT, row & MASK


def combined(added: Sequence[Numbers], taken: Sequence[Numbers] = ()) -> tuple[Numbers, Numbers]:
    """The sum of the rows of `added` less that of the rows of `taken`.

    Returns the places in order and the weight in each, which may be negative; places with 0 are left out.
    """
    less = [(row >> SHIFT << SHIFT) - (row & MASK) for row in taken]
    entries = np.concatenate([NOTHING, *added, *less])
    entries.sort()
    return summed(*changes(entries))


def total(added: Sequence[Numbers], taken: Sequence[Numbers] = ()) -> Numbers:
    """What `combined` returns, packed as a row; no weight may be negative."""
    if taken:
        return pack(*combined(added, taken))
    if len(added) == 1:
        return added[0]
    entries = np.concatenate([NOTHING, *added])
    entries.sort()
    places = entries >> SHIFT
    starts = _starts(places)
    return pack(places[starts], np.add.reduceat(entries & MASK, starts)) if len(starts) else NOTHING


def summed(places: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
    """Add up the weights in each place, which stand in order and may repeat; places with 0 are left out."""
    starts = _starts(places)
    if not len(starts):
        return NOTHING, NOTHING
    sums = np.add.reduceat(weights, starts)
    some = sums != 0
    return places[starts][some], sums[some]


def _starts(places: Numbers) -> Numbers:
    """Where each of the places, which are in order, stands first."""
    first = np.ones(len(places), np.bool_)
    np.not_equal(places[1:], places[:-1], out=first[1:])
    return first.nonzero()[0]


def changes(column: Numbers) -> tuple[Numbers, Numbers]:
    """The places of a column's entries and the changes, which may be below 0."""
    places = (column + HALF) >> SHIFT
    return places, column - (places << SHIFT)


Zeros = TypeVar("Zeros", bound=NDArray[np.generic])


def reaching(numbers: Zeros, bound: int) -> Zeros:
    """Numbers for all places below the bound: these, and zeros for more."""
    if len(numbers) >= bound:
        return numbers
    more = np.zeros(2 * bound, numbers.dtype)
    more[: len(numbers)] = numbers
    return cast(Zeros, more)
