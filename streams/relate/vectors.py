"""An inverted index over term vectors: which of them point the same way as a new one?"""

from __future__ import annotations

import heapq
import math
from collections.abc import Iterable, Mapping

from streams.relate.terms import Vector, scale

ANCHORS = 16
"""Terms by which likeness to a vector is looked up: the heaviest, since the lighter ones are in all the news."""

VISITED = 4000
"""Sums met on the way from the anchors, after which the lighter of them are not followed any more."""

COMPARED = 24
"""Most sums compared in full: those that owe most to the anchors."""


class VectorIndex:
    """Sums of vectors by key. Weights are whole numbers, so what is taken away leaves exactly the rest."""

    def __init__(self) -> None:
        self._weights: dict[str, Vector] = {}
        self._squares: dict[str, int] = {}
        self._postings: dict[str, dict[str, int]] = {}

    def __len__(self) -> int:
        return len(self._weights)

    def __getitem__(self, key: str) -> Mapping[str, int]:
        """The sum under a key."""
        return self._weights[key]

    def having(self, term: str) -> int:
        """How many sums have the term."""
        return len(self._postings.get(term, ()))

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

    def drop(self, key: str) -> None:
        """Forget a sum; one that is not there is passed over."""
        for term in self._weights.pop(key, {}):
            self._leave(term, key)
        self._squares.pop(key, None)

    def near(self, vector: Mapping[str, int], floor: float) -> dict[str, float]:
        """The keys whose sum has at least the cosine `floor` with the vector, and that cosine.

        Only the COMPARED sums are looked at that owe most likeness to the vector's ANCHORS heaviest terms.
        """
        norm = math.sqrt(sum(weight * weight for weight in vector.values()))
        shares = self._dots(vector, top_terms(vector, ANCHORS))
        likeliest = heapq.nlargest(
            COMPARED, ((dot / math.sqrt(self._squares[key]), key) for key, dot in shares.items())
        )
        found = {}
        for _, key in likeliest:
            cosine = self._dot(vector, key) / (norm * math.sqrt(self._squares[key]))
            if cosine >= floor:
                found[key] = cosine
        return found

    def _dots(self, vector: Mapping[str, int], terms: Iterable[str]) -> dict[str, int]:
        """The dot products over these terms only, by key; the heavier terms come first."""
        dots: dict[str, int] = {}
        visited = 0
        for term in terms:
            weight, postings = vector[term], self._postings.get(term, {})
            visited += len(postings)
            if dots and visited > VISITED:
                break
            for key, of_key in postings.items():
                dots[key] = dots.get(key, 0) + weight * of_key
        return dots

    def _dot(self, vector: Mapping[str, int], key: str) -> int:
        weights, dot = self._weights[key], 0
        for term in vector.keys() & weights.keys():
            dot += vector[term] * weights[term]
        return dot

    def _leave(self, term: str, key: str) -> None:
        keys = self._postings[term]
        del keys[key]
        if not keys:
            del self._postings[term]


def top_terms(weights: Mapping[str, int], count: int) -> list[str]:
    """The `count` heaviest terms, heaviest first."""
    # Filtered before it is sorted, since a large story has thousands of terms.
    least = min(heapq.nlargest(count, weights.values()), default=0)
    terms = [term for term, weight in weights.items() if weight >= least]
    return sorted(terms, key=lambda term: (-weights[term], term))[:count]


def heaviest(weights: Mapping[str, int], count: int) -> Vector:
    """The `count` heaviest terms, as a vector."""
    return scale({term: weights[term] for term in top_terms(weights, count)})
