"""An inverted index over term vectors: which of them point the same way as a new one?"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from streams.relate.columns import Columns
from streams.relate.lexicon import Lexicon
from streams.relate.sparse import (
    NO_COUNTS,
    NOTHING,
    SHIFT,
    Counts,
    Numbering,
    Numbers,
    changes,
    combined,
    pack,
    reaching,
    unpack,
)
from streams.relate.terms import Vector

ANCHORS = 16
"""Terms by which likeness to a vector is looked up: the heaviest, since the lighter ones are in all the news."""

VISITED = 4000
"""Sums met on the way from the anchors, after which the lighter of them are not followed any more."""

COMPARED = 12
"""Most sums compared in full: those that owe most to the anchors."""

SOME = 96
"""Sums of which the COMPARED likeliest say how likely others are at least: to sort thousands takes longer."""

LEAST_CHANGES, CHANGES_SHARE = 12, 0.25
TURNS = 8
"""A term's changes are added up when they are so many more than the sums that have it, and by such a part. That is
looked at when so many sums were changed, for the terms of the last one."""


class Sum:
    """A sum of vectors, to be looked at before its index changes."""

    def __init__(self, row: Numbers, lexicon: Lexicon) -> None:
        self.row, self.lexicon = row, lexicon

    def dots(self, rows: Sequence[Numbers]) -> list[int]:
        """Its dot product with each of these rows."""
        dots: list[int] = self.lexicon.dots(self.row, rows).tolist()
        return dots

    def top(self, count: int) -> Vector:
        """Its `count` heaviest terms, heaviest first."""
        return {term: weight for weight, term, _ in self.lexicon.heaviest(self.row, count)}


class VectorIndex:
    """Sums of vectors by key, these as rows of the lexicon's numbers.

    Weights are whole numbers, so what is taken away leaves exactly the rest.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._keys = Numbering()
        self._sums: list[Numbers] = []
        self._lengths = np.zeros(0)
        self._postings = Columns()
        self._having = NO_COUNTS
        self._turn = 0
        self._dots = NOTHING  # All zeros, but while something is worked out in them.

    def __len__(self) -> int:
        return len(self._keys)

    def __getitem__(self, key: str) -> Sum:
        """The sum under a key, as it stands. Raises KeyError."""
        return Sum(self._sums[self._keys.numbers[key]], self._lexicon)

    def having(self, terms: Numbers) -> Counts:
        """How many sums have each of the terms."""
        if not len(self):
            return np.zeros(len(terms), np.int32)
        self._reach()
        return self._having[terms]

    def add(self, key: str, row: Numbers, times: int = 1) -> None:
        """Add a vector to the sum under a key, or take away one that was added (`times=-1`)."""
        terms, weights = unpack(row)
        self._change(self._place(key), terms, weights * times)

    def put(self, key: str, row: Numbers) -> None:
        """Have this sum under a key."""
        place = self._place(key)
        self._change(place, *combined([row], [self._sums[place]]))
        self._settle(place, row)

    def drop(self, key: str) -> None:
        """Forget a sum; one that is not there is passed over."""
        if key in self._keys.numbers:
            self.put(key, NOTHING)
            self._keys.drop(key)

    def near(self, row: Numbers, floor: float) -> dict[str, float]:
        """The keys whose sum has at least the cosine `floor` with the vector, and that cosine.

        Only COMPARED sums are looked at: those most like the vector by its ANCHORS heaviest terms alone.
        """
        places = self._likeliest(row) if len(self) else []
        if not places:
            return {}
        _, weights = unpack(row)
        norm = math.sqrt(int(weights @ weights))
        dots = self._lexicon.dots(row, [self._sums[place] for place in places])
        cosines = dots / (norm * self._lengths[places])
        found = zip(self._keys.names(places), cosines.tolist(), strict=True)
        return {key: cosine for key, cosine in found if cosine >= floor}

    def _place(self, key: str) -> int:
        place = self._keys.give(key)
        if place == len(self._sums):
            self._sums.append(NOTHING)
            self._lengths = reaching(self._lengths, place + 1)
        return place

    def _reach(self) -> None:
        """Have room for all terms."""
        bound = self._lexicon.bound
        if bound > len(self._having):
            self._having = reaching(self._having, bound)
            self._postings.reach(bound)

    def _change(self, place: int, terms: Numbers, weights: Numbers) -> None:
        """Change the sum in a place by these weights of these terms."""
        if not len(terms):
            return
        self._reach()
        before, after = self._added(place, terms, weights)
        had = self._having[terms]
        having = self._having[terms] = had + (after > 0) - (before > 0)
        new = terms[had == 0]
        if len(new):
            self._lexicon.hold(new)
        gone = terms[having == 0]
        if len(gone):
            stay = having > 0
            terms, weights = terms[stay], weights[stay]
            self._postings.clear(gone)
            self._lexicon.release(gone)
        self._postings.append(terms, (place << SHIFT) + weights)
        self._add_up(terms)

    def _add_up(self, terms: Numbers) -> None:
        """Add up what has too many entries of the columns of these terms, if it is time."""
        self._turn = (self._turn + 1) % TURNS
        if not self._turn:
            many = self._postings.lengths(terms) > LEAST_CHANGES + (1 + CHANGES_SHARE) * self._having[terms]
            if many.any():
                self._postings.add_up(terms[many])

    def _settle(self, place: int, row: Numbers) -> None:
        """Keep one entry for each term that no other sum has, since that entry is likely to stay for long."""
        terms, weights = unpack(row)
        alone = self._having[terms] == 1
        self._postings.begin(terms[alone], (place << SHIFT) + weights[alone])

    def _added(self, place: int, terms: Numbers, weights: Numbers) -> tuple[Numbers, Numbers]:
        """Add to the sum in a place; returns what it had of these terms, and what it then has."""
        sums = self._lexicon.zeros
        known, of_known = unpack(self._sums[place])
        sums[known] = of_known
        before = sums[terms]
        new = terms[before == 0]
        both = np.concatenate([known, new]) if len(new) else known
        if len(new):
            both.sort()
        after = before + weights
        sums[terms] = after
        of_both = sums[both]
        sums[both] = 0
        self._sums[place] = pack(both, of_both)[of_both > 0]
        self._lengths[place] = math.sqrt(int(of_both @ of_both))
        return before, after

    def _likeliest(self, row: Numbers) -> list[int]:
        """The places of the sums that are most like the row by its anchors, the most like first."""
        places, dots = self._anchored(row)
        shares = dots / self._lengths[places]
        for some in (slice(SOME), slice(None)):
            if len(places) > COMPARED:
                ordered = shares[some].copy()
                ordered.partition(-COMPARED)
                enough = shares >= ordered[-COMPARED]
                places, shares = places[enough], shares[enough]
        found = zip(shares.tolist(), self._keys.names(places.tolist()), places.tolist(), strict=True)
        return [place for _, _, place in sorted(found, reverse=True)[:COMPARED]]

    def _anchored(self, row: Numbers) -> tuple[Numbers, Numbers]:
        """The places of the sums that have one of the row's anchors, and their dot products with it over these.

        The heavier anchors come first; lighter ones are left out once VISITED sums were met.
        """
        anchors = self._lexicon.heaviest(row, ANCHORS)
        having = self.having(np.array([term for _, _, term in anchors], np.int64)).tolist()
        followed: list[int] = []
        weights: list[int] = []
        visited = 0
        for (weight, _, term), sums in zip(anchors, having, strict=True):
            visited += sums
            if followed and visited > VISITED:
                break
            if sums:
                followed.append(term)
                weights.append(weight)
        terms = np.array(followed, np.int64)
        places, changed = changes(self._postings.joined(terms))
        dots = self._dots = reaching(self._dots, self._keys.bound)
        changed *= np.array(weights, np.int64).repeat(self._postings.lengths(terms))
        np.add.at(dots, places, changed)
        found = dots[places]
        numbers = np.arange(len(places))
        dots[places] = numbers  # Of the entries of one sum the last is left: numpy.unique takes longer.
        once = (dots[places] == numbers) & (found > 0)
        dots[places] = 0
        return places[once], found[once]


def top_terms(weights: Vector, count: int) -> list[str]:
    """The `count` heaviest terms, heaviest first."""
    terms = list(weights)
    if len(terms) > count:
        least = sorted(weights.values(), reverse=True)[count - 1]
        terms = [term for term, weight in weights.items() if weight >= least]
    return sorted(terms, key=lambda term: (-weights[term], term))[:count]
