"""Sums of vectors for tests."""

from __future__ import annotations

from streams.relate.terms import Vector
from streams.relate.vectors import Sum, VectorIndex


def total(*vectors: Vector) -> Sum:
    """The sum of some vectors."""
    index = VectorIndex()
    for vector in vectors:
        index.add("all", vector)
    return index["all"]
