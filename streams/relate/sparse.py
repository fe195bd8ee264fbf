"""A sparse matrix of whole numbers that grows and shrinks by single rows, kept by rows and by columns.

A line, which is a row or a column, is an array of entries in order of place, each one number of eight bytes: the
place above, the weight below. A dict of dicts takes ten times the memory.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

SHIFT = 32
MASK = (1 << SHIFT) - 1
"""Weights are above 0 and at most half of this, places at most as large."""

Column: TypeAlias = "array[int]"
"""A line that changes by one entry at a time."""

Numbers = NDArray[np.int64]
"""A line that changes as a whole; also places, or weights."""

NOTHING: Numbers = np.zeros(0, np.int64)


class Numbering:
    """Small numbers for names. That of a dropped name is given again."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}
        self._names: list[str] = []
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self.numbers)

    @property
    def bound(self) -> int:
        """All numbers are below."""
        return len(self._names)

    def give(self, name: str) -> int:
        """The number of a name, a new one if it has none."""
        known = self.numbers.get(name)
        if known is not None:
            return known
        if self._free:
            number = self._free.pop()
            self._names[number] = name
        else:
            number = len(self._names)
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


def put(column: Column, place: int, weight: int) -> None:
    """Set the weight in a place; 0 takes the place away."""
    entry = place << SHIFT
    at = bisect_left(column, entry)
    there = at < len(column) and column[at] <= entry | MASK
    if there and weight:
        column[at] = entry | weight
    elif there:
        del column[at]
    elif weight:
        column.insert(at, entry | weight)


def pack(places: Numbers, weights: Numbers) -> Numbers:
    """The line with these weights in these places, which are in order."""
    return places << SHIFT | weights


def unpack(line: Numbers) -> tuple[Numbers, Numbers]:
    """The places of a line and their weights."""
    return line >> SHIFT, line & MASK


def joined(columns: Iterable[Column]) -> Numbers:
    """The entries of several columns, as a copy: a column that numpy looks into cannot grow."""
    return np.concatenate([NOTHING, *(np.frombuffer(column, np.int64) for column in columns)])
