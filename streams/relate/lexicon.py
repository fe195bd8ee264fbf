"""The terms of what is remembered, by small numbers: looked up once, and worked with as arrays from there on.

A vector by numbers is a row (`streams.relate.sparse`). A term has its number as long as a sum of vectors has the
term; one that was only asked for loses it with `tidy`, and the rows that have it then mean nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from streams.relate.sparse import MASK, NO_COUNTS, NOTHING, Numbering, Numbers, pack, reaching, unpack
from streams.relate.terms import Vector

Heavy = tuple[int, str, int]
"""A term of a row: its weight, name and number."""


class Lexicon:
    """Terms by number, with their frequencies in general."""

    def __init__(self, frequencies: Mapping[str, float]) -> None:
        self._frequencies = frequencies
        self._numbering = Numbering()
        self._shares = np.zeros(0)
        self._holders = NO_COUNTS
        self._asked = set[int]()
        self._latest: tuple[Vector, Numbers] = ({}, NOTHING)
        self._zeros = NOTHING

    def __len__(self) -> int:
        return len(self._numbering)

    @property
    def bound(self) -> int:
        """All numbers are below."""
        return self._numbering.bound

    @property
    def zeros(self) -> Numbers:
        """A zero for each number. Who works something out in them leaves zeros behind."""
        self._zeros = reaching(self._zeros, self.bound)
        return self._zeros

    def numbers(self, terms: Collection[str]) -> Numbers:
        """The numbers of terms; those that have none get one."""
        known = self._numbering.numbers.get
        numbers = [known(term, -1) for term in terms]
        if -1 in numbers:
            pairs = zip(terms, numbers, strict=True)
            numbers = [number if number >= 0 else self._give(term) for term, number in pairs]
        return np.array(numbers, np.int64)

    def shares(self, numbers: Numbers) -> NDArray[np.float64]:
        """Which part of all words these terms are in general."""
        return self._shares[numbers]

    def row(self, vector: Vector) -> Numbers:
        """A vector by its terms' numbers. It must not be changed afterwards."""
        known, row = self._latest
        if known is not vector:  # What is made of a row is added next.
            row = pack(self.numbers(vector), np.array(list(vector.values()), np.int64))
            row.sort()
            self._latest = (vector, row)
        return row

    def weighed(self, terms: Iterable[str], numbers: Numbers, weights: Numbers) -> Vector:
        """The vector of these terms, given with their numbers and weights, without those that weigh nothing.

        Its row is remembered until the next one is asked for.
        """
        vector = {term: weight for term, weight in zip(terms, weights.tolist(), strict=True) if weight}
        row = pack(numbers, weights)[weights > 0]
        row.sort()
        self._latest = (vector, row)
        return vector

    def heaviest(self, row: Numbers, count: int) -> list[Heavy]:
        """The `count` heaviest terms of a row, heaviest first."""
        if len(row) > count:
            # Filtered before it is sorted by name as well, since a large story has thousands.
            weights = row & MASK
            weights.partition(-count)
            row = row[row & MASK >= weights[-count]]
        numbers, weights = unpack(row)
        of_row = numbers.tolist()
        found = sorted(zip((-weights).tolist(), self._numbering.names(of_row), of_row, strict=True))
        return [(-less, term, number) for less, term, number in found[:count]]

    def shortened(self, row: Numbers, count: int) -> Vector:
        """The vector of the `count` heaviest terms of a row, heaviest first.

        Its row is remembered until the next one is asked for.
        """
        heaviest = self.heaviest(row, count)
        vector = {term: weight for weight, term, _ in heaviest}
        numbers = np.array([number for _, _, number in heaviest], np.int64)
        shorter = pack(numbers, np.array(list(vector.values()), np.int64))
        shorter.sort()
        self._latest = (vector, shorter)
        return vector

    def dots(self, row: Numbers, others: Sequence[Numbers]) -> Numbers:
        """The dot product of a row with each of the others."""
        lengths = np.array(list(map(len, others)), np.int64)
        starts = np.zeros(len(others) + 1, np.int64)
        lengths.cumsum(out=starts[1:])
        numbers, of_others = unpack(np.concatenate([*others, NOTHING]))
        of_row = self.zeros
        places, weights = unpack(row)
        of_row[places] = weights
        sums = np.zeros(len(numbers) + 1, np.int64)
        (of_row[numbers] * of_others).cumsum(out=sums[1:])
        of_row[places] = 0
        dots: Numbers = sums[starts[1:]] - sums[starts[:-1]]
        return dots

    def hold(self, numbers: Numbers) -> None:
        """One more holder has each of these terms."""
        self._holders[numbers] += 1

    def release(self, numbers: Numbers) -> None:
        """One holder of each of these terms has it no more."""
        self._holders[numbers] -= 1
        self._drop_unheld(numbers)

    def tidy(self) -> None:
        """Forget the terms that were asked for and that nothing has."""
        if self._asked:
            self._drop_unheld(np.array(list(self._asked), np.int64))
            self._asked.clear()
        self._latest = ({}, NOTHING)

    def _drop_unheld(self, numbers: Numbers) -> None:
        unheld = numbers[self._holders[numbers] == 0].tolist()
        if unheld:
            self._latest = ({}, NOTHING)
        for term in self._numbering.names(unheld):
            self._numbering.drop(term)
        self._asked.difference_update(unheld)

    def _give(self, term: str) -> int:
        number = self._numbering.give(term)
        self._shares = reaching(self._shares, number + 1)
        self._holders = reaching(self._holders, number + 1)
        self._shares[number] = self._frequencies.get(term, 0.0)
        self._asked.add(number)
        return number
