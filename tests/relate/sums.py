"""Sums of vectors for tests."""

from __future__ import annotations

from streams.relate.lexicon import Lexicon
from streams.relate.sparse import NOTHING, Numbers
from streams.relate.terms import Vector
from streams.relate.vectors import Sum, VectorIndex

LEXICON = Lexicon({})
"""That of all rows here."""

NO_SUM = Sum(NOTHING, LEXICON)


def row(vector: Vector) -> Numbers:
    """A vector by its terms' numbers."""
    return LEXICON.row(vector)


def total(*vectors: Vector) -> Sum:
    """The sum of some vectors."""
    index = VectorIndex(LEXICON)
    for vector in vectors:
        index.add("all", row(vector))
    return index["all"]
