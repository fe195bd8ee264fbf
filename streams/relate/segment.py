"""Anchors sealed: sorted, ten bytes each, and looked up for many texts at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

from streams.relate.rolling import Hashes

Rows = NDArray[np.uint32]

A_BUCKET = 4
"""Anchors between two places of the directory, on average and at most."""

WALK = 16
"""Steps from such a place on before a hash is taken to be there."""

GONE = np.uint32(0xFFFFFFFF)
"""The new number of a row that is to be left out."""

_LARGEST = 0xFFFFFFFF
_MIXING = 0x9E3779B1
"""Anchors are the smallest hashes of their texts; times this, modulo 2**32, they are spread evenly again."""


class Segment:
    """Which rows have which anchors, unchangeable; equal anchors stand in any order.

    The anchors are kept mixed (`_MIXING`) and sorted, with the largest number that there is behind them. A
    directory tells where those with the same leading bits begin.
    """

    def __init__(self, mixed: Hashes, rows: Rows) -> None:
        bits = max(1, (len(rows) // A_BUCKET).bit_length())
        self._shift = 32 - bits
        self._mixed, self._rows = mixed, rows
        firsts = np.arange(1 << bits, dtype=np.uint32) << np.uint32(self._shift)
        self._starts = np.append(mixed[:-1].searchsorted(firsts), len(rows)).astype(np.uint32)
        self._views = mixed.data, rows.data, self._starts.data  # Single numbers are read faster so.

    @staticmethod
    def of(anchors: Hashes, rows: Rows) -> Segment:
        """A segment of anchors in any order, with the row of each."""
        mixed = anchors * np.uint32(_MIXING)
        order = mixed.argsort()
        return Segment(np.append(mixed[order], np.uint32(_LARGEST)), rows[order])

    def __len__(self) -> int:
        return len(self._rows)

    def rows(self, anchor: int) -> memoryview[int]:
        """The rows that have this anchor."""
        each, rows, starts = self._views
        mixed = anchor * _MIXING & _LARGEST
        bucket = mixed >> self._shift
        end = starts[bucket + 1]
        start = bisect_left(each, mixed, starts[bucket], end)
        return rows[start : bisect_right(each, mixed, start, end)]

    def holds(self, hashes: Hashes) -> NDArray[np.bool]:
        """Which of the hashes are anchors here; a few that are not are taken for some, as the search is short."""
        mixed = hashes * np.uint32(_MIXING)
        places = self._starts[mixed >> np.uint32(self._shift)]
        left = (self._mixed[places] < mixed).nonzero()[0]
        for _ in range(WALK):
            places[left] += np.uint32(1)
            left = left[self._mixed[places[left]] < mixed[left]]
        found: NDArray[np.bool] = self._mixed[places] == mixed
        found[left] = True
        return found

    def plus(self, other: Segment) -> Segment:
        """One of both."""
        places = self._mixed[:-1].searchsorted(other._mixed) + np.arange(len(other) + 1)
        from_self = np.ones(len(self) + len(other) + 1, np.bool)
        from_self[places] = False
        mixed, rows = np.empty(len(from_self), np.uint32), np.empty(len(from_self) - 1, np.uint32)
        mixed[places], mixed[from_self] = other._mixed, self._mixed[:-1]
        rows[places[:-1]], rows[from_self[:-1]] = other._rows, self._rows
        return Segment(mixed, rows)

    def renumbered(self, numbers: Rows) -> Segment:
        """The same with other numbers for its rows, without those that are GONE."""
        rows = numbers[self._rows]
        kept = rows != GONE
        return Segment(self._mixed[np.append(kept, True)], rows[kept])
