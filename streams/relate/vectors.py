"""An inverted index over term vectors: which of them point the same way as a new one?"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Mapping, Sequence
from operator import mul
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from streams.relate.sparse import (
    MASK,
    NOTHING,
    SHIFT,
    Column,
    Numbering,
    Numbers,
    added_up,
    changes,
    joined,
    pack,
    unpack,
)
from streams.relate.terms import Vector

ANCHORS = 16
"""Terms by which likeness to a vector is looked up: the heaviest, since the lighter ones are in all the news."""

VISITED = 4000
"""Sums met on the way from the anchors, after which the lighter of them are not followed any more."""

COMPARED = 12
"""Most sums compared in full: those that owe most to the anchors."""

LEAST_CHANGES = 8
"""A term's changes are added up when there are so many and twice as many more than sums that have it."""


class Sum:
    """A sum of vectors, to be looked at before its index changes."""

    def __init__(self, line: Numbers, terms: Numbering) -> None:
        self._line, self._terms = line, terms

    def vector(self) -> Vector:
        """All its terms."""
        return self._vector(self._line)

    def top(self, count: int) -> Vector:
        """Its `count` heaviest terms, heaviest first."""
        weights = self._line & MASK
        if len(weights) > count:
            heavy = self._line[weights >= np.partition(weights, -count)[-count]]
        else:
            heavy = self._line
        vector = self._vector(heavy)
        return {term: vector[term] for term in top_terms(vector, count)}

    def dot(self, vector: Vector) -> int:
        """Its dot product with a vector."""
        if not len(self._line):
            return 0
        places, weights = unpack(self._line)
        asked, of_asked = _known(vector, self._terms)
        at = places.searchsorted(asked).clip(max=len(places) - 1)
        return int(((places[at] == asked) * weights[at]) @ of_asked)

    def _vector(self, line: Numbers) -> Vector:
        numbers, weights = unpack(line)
        return dict(zip(self._terms.names(numbers.tolist()), weights.tolist(), strict=True))


NO_SUM = Sum(NOTHING, Numbering())


class VectorIndex:
    """Sums of vectors by key. Weights are whole numbers, so what is taken away leaves exactly the rest."""

    def __init__(self) -> None:
        self._keys, self._terms = Numbering(), Numbering()
        self._sums: list[Numbers] = []
        self._postings: list[Column] = []
        self._having = np.zeros(0, np.int64)
        self._lengths = np.zeros(0)
        self._dots = self._weights = NOTHING  # All zeros, but while something is worked out in them.

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, key: str) -> Sum:
        """The sum under a key, as it stands. Raises KeyError."""
        return Sum(self._sums[self._keys.numbers[key]], self._terms)

    def having(self, terms: Iterable[str]) -> dict[str, int]:
        """How many sums have each of the terms, as far as any has."""
        numbers = self._terms.numbers
        known = {term: numbers[term] for term in terms if term in numbers}
        return dict(zip(known, self._having[list(known.values())].tolist(), strict=True)) if known else {}

    def add(self, key: str, vector: Vector, times: int = 1) -> None:
        """Add a vector to the sum under a key, or take away one that was added (`times=-1`), or a difference."""
        row = self._keys.give(key)
        if row == len(self._sums):
            self._sums.append(NOTHING)
            self._lengths = _reaching(self._lengths, row + 1)
        numbers = self._terms.give_all(vector)
        self._postings += [array("q") for _ in range(len(self._postings), self._terms.bound)]
        self._having = _reaching(self._having, self._terms.bound)
        self._change(row, np.array(numbers, np.int64), np.array(list(vector.values()), np.int64) * times)

    def drop(self, key: str) -> None:
        """Forget a sum; one that is not there is passed over."""
        if key not in self._keys.numbers:
            return
        row = self._keys.numbers[key]
        terms, weights = unpack(self._sums[row])
        self._change(row, terms, -weights)
        self._keys.drop(key)

    def near(self, vector: Mapping[str, int], floor: float) -> dict[str, float]:
        """The keys whose sum has at least the cosine `floor` with the vector, and that cosine.

        Only the COMPARED sums are looked at that owe most likeness to the vector's ANCHORS heaviest terms.
        """
        rows = self._likeliest(vector) if len(self) else []
        if not rows:
            return {}
        norm = math.sqrt(sum(map(mul, vector.values(), vector.values())))
        cosines = self._dots_with(vector, rows) / (norm * self._lengths[rows])
        found = zip(self._keys.names(rows), cosines.tolist(), strict=True)
        return {key: cosine for key, cosine in found if cosine >= floor}

    def _change(self, row: int, terms: Numbers, weights: Numbers) -> None:
        """Change the sum in a row, by these weights of terms by their numbers."""
        before, after = self._added(row, terms, weights)
        postings = [self._postings[number] for number in terms.tolist()]
        for posting, entry in zip(postings, ((row << SHIFT) + weights).tolist(), strict=True):
            posting.append(entry)
        having = self._having[terms] + (after > 0) - (before > 0)
        self._having[terms] = having
        many = np.fromiter(map(len, postings), np.int64, len(postings)) > LEAST_CHANGES + 2 * having
        for number in terms[many].tolist():
            self._postings[number] = added_up(self._postings[number])
        gone = terms[having == 0].tolist()
        for term, number in zip(self._terms.names(gone), gone, strict=True):
            self._postings[number] = array("q")
            self._terms.drop(term)

    def _added(self, row: int, places: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Add to the sum in a row; returns what it had in these places, and what it then has."""
        sums = self._weights = _reaching(self._weights, self._terms.bound)
        known, of_known = unpack(self._sums[row])
        sums[known] = of_known
        before = sums[places]
        new = places[before == 0]
        both = np.concatenate([known, new]) if len(new) else known
        if len(new):
            both.sort()
        after = before + weights
        sums[places] = after
        of_both = sums[both]
        sums[both] = 0
        self._sums[row] = pack(both, of_both)[of_both > 0]
        self._lengths[row] = math.sqrt(int(of_both @ of_both))
        return before, after

    def _likeliest(self, vector: Mapping[str, int]) -> list[int]:
        """The rows that owe most to the anchors, the likeliest first."""
        rows, dots = self._anchored(vector)
        shares = dots / self._lengths[rows]
        if len(rows) > COMPARED:
            enough = shares >= np.partition(shares, -COMPARED)[-COMPARED]
            rows, shares = rows[enough], shares[enough]
        found = zip(shares.tolist(), self._keys.names(rows.tolist()), rows.tolist(), strict=True)
        return [row for _, _, row in sorted(found, reverse=True)[:COMPARED]]

    def _anchored(self, vector: Mapping[str, int]) -> tuple[Numbers, Numbers]:
        """The rows met on the way from the anchors, the heavier first, and their dot products over these."""
        having = self.having(anchors := top_terms(vector, ANCHORS))
        postings: list[Column] = []
        weights: list[int] = []
        visited = 0
        for term in anchors:
            if term in having:
                visited += having[term]
                if postings and visited > VISITED:
                    break
                postings.append(self._postings[self._terms.numbers[term]])
                weights.append(vector[term])
        rows, of_rows = changes(joined(postings))
        dots = self._dots = _reaching(self._dots, self._keys.bound)
        np.add.at(dots, rows, of_rows * np.repeat(np.array(weights, np.int64), list(map(len, postings))))
        rows.sort()  # numpy.unique takes longer
        rows = rows[np.append(True, rows[1:] != rows[:-1])[: len(rows)]]
        found = dots[rows]
        dots[rows] = 0
        return rows[found > 0], found[found > 0]

    def _dots_with(self, vector: Mapping[str, int], rows: Sequence[int]) -> Numbers:
        """The dot products with the sums in some rows, none of which is empty."""
        places, of_places = _known(vector, self._terms)
        weights = self._weights = _reaching(self._weights, self._terms.bound)
        weights[places] = of_places
        sums = [self._sums[row] for row in rows]
        starts = np.cumsum([0, *map(len, sums[:-1])])
        terms, of_terms = unpack(np.concatenate(sums))
        dots: Numbers = np.add.reduceat(weights[terms] * of_terms, starts)
        weights[places] = 0
        return dots


Zeros = TypeVar("Zeros", bound=NDArray[np.generic])


def _known(vector: Mapping[str, int], terms: Numbering) -> tuple[Numbers, Numbers]:
    """The numbers of a vector's terms, as far as they have any, and their weights."""
    numbers = terms.numbers
    known = [term for term in vector if term in numbers]
    weights = list(map(vector.__getitem__, known))
    return np.array(list(map(numbers.__getitem__, known)), np.int64), np.array(weights, np.int64)


def _reaching(numbers: Zeros, bound: int) -> Zeros:
    """Numbers for all places below the bound: these, and zeros for more."""
    if len(numbers) >= bound:
        return numbers
    more = np.zeros(2 * bound, numbers.dtype)
    more[: len(numbers)] = numbers
    return cast(Zeros, more)


def top_terms(weights: Mapping[str, int], count: int) -> list[str]:
    """The `count` heaviest terms, heaviest first."""
    terms = list(weights)
    if len(terms) > count:
        # Filtered before it is sorted by term as well, since a large story has thousands.
        least = sorted(weights.values(), reverse=True)[count - 1]
        terms = [term for term, weight in weights.items() if weight >= least]
    return sorted(terms, key=lambda term: (-weights[term], term))[:count]
