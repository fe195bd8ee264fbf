"""An inverted index over term vectors: which of them point the same way as a new one?"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping
from operator import mul

from streams.relate.terms import Vector, scale

ANCHORS = 16
"""Terms by which likeness to a vector is looked up: the heaviest, since the lighter ones are in all the news."""

VISITED = 4000
"""Sums met on the way from the anchors, after which the lighter of them are not followed any more."""

COMPARED = 12
"""Most sums compared in full: those that owe most to the anchors."""


class VectorIndex:
    """Sums of vectors by key. Weights are whole numbers, so what is taken away leaves exactly the rest."""

    def __init__(self) -> None:
        self._weights: dict[str, Vector] = {}
        self._squares: dict[str, int] = {}
        self._lengths: dict[str, float] = {}
        self._postings: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._weights)

    def __getitem__(self, key: str) -> Mapping[str, int]:
        """The sum under a key."""
        return self._weights[key]

    def having(self, terms: Iterable[str]) -> dict[str, int]:
        """How many sums have each of the terms."""
        postings = self._postings
        return {term: len(postings[term]) if term in postings else 0 for term in terms}

    def add(self, key: str, vector: Vector, times: int = 1) -> None:
        """Add a vector to the sum under a key, or take it away (`times=-1`)."""
        weights = self._weights.setdefault(key, {})
        squares = self._squares.get(key, 0)
        for term, weight in vector.items():
            before = weights.get(term, 0)
            after = before + times * weight
            squares += after * after - before * before
            if after:
                weights[term] = after
                self._postings.setdefault(term, {})[key] = after
            else:
                del weights[term]
                self._leave(term, key)
        self._squares[key] = squares
        self._lengths[key] = math.sqrt(squares)

    def drop(self, key: str) -> None:
        """Forget a sum; one that is not there is passed over."""
        for term in self._weights.pop(key, {}):
            self._leave(term, key)
        self._squares.pop(key, None)
        self._lengths.pop(key, None)

    def near(self, vector: Mapping[str, int], floor: float) -> dict[str, float]:
        """The keys whose sum has at least the cosine `floor` with the vector, and that cosine.

        Only the COMPARED sums are looked at that owe most likeness to the vector's ANCHORS heaviest terms.
        """
        if not self._weights:
            return {}
        norm = math.sqrt(sum(map(mul, vector.values(), vector.values())))
        lengths = self._lengths
        shares = self._dots(vector, top_terms(vector, ANCHORS))
        likeliest = heapq.nlargest(COMPARED, [(dot / lengths[key], key) for key, dot in shares.items()])
        terms, found = vector.keys(), dict[str, float]()
        for _, key in likeliest:
            weights = self._weights[key]
            cosine = dot_over(terms & weights.keys(), vector, weights) / (norm * lengths[key])
            if cosine >= floor:
                found[key] = cosine
        return found

    def _dots(self, vector: Mapping[str, int], terms: Iterable[str]) -> dict[str, int]:
        """The dot products over these terms only, by key; the heavier terms come first."""
        dots: dict[str, int] = {}
        known = dots.get
        visited = 0
        for term in terms:
            weight, postings = vector[term], self._postings.get(term)
            if postings is None:
                continue
            visited += len(postings)
            if dots and visited > VISITED:
                break
            for key, of_key in postings.items():
                dots[key] = known(key, 0) + weight * of_key
        return dots

    def _leave(self, term: str, key: str) -> None:
        keys = self._postings[term]
        del keys[key]
        if not keys:
            del self._postings[term]


def dot_over(terms: Iterable[str], one: Mapping[str, int], other: Mapping[str, int]) -> int:
    """The dot product of two vectors over terms that both have."""
    shared = list(terms)
    return sum(map(mul, map(one.__getitem__, shared), map(other.__getitem__, shared)))


def top_terms(weights: Mapping[str, int], count: int) -> list[str]:
    """The `count` heaviest terms, heaviest first."""
    # Filtered before it is sorted, since a large story has thousands of terms.
    least = min(heapq.nlargest(count, weights.values()), default=0)
    terms = [term for term, weight in weights.items() if weight >= least]
    return sorted(terms, key=lambda term: (-weights[term], term))[:count]


def heaviest(weights: Mapping[str, int], count: int) -> Vector:
    """The `count` heaviest terms, as a vector."""
    return scale({term: weights[term] for term in top_terms(weights, count)})
