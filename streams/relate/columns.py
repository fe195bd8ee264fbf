"""The columns of a sparse matrix that grows by single entries, all in one array.

A column is the changes to it in order of time, each an entry as `streams.relate.sparse` packs them, so that a
change is one entry more; from time to time they are added up. Each has a block with room for more, and moves to a
larger one when that is full. Objects of their own would take several times the memory, and one step of Python for
each entry.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

import numpy as np

from streams.relate.sparse import MASK, NO_COUNTS, NOTHING, SHIFT, Counts, Numbers, changes, pack, reaching, summed

ROOMS = sorted(part << power for part in (4, 5, 6, 7) for power in range(30))
"""Sizes of blocks, in entries."""

LOOSE = 4
"""A column that needs less than a part of its block, once it is added up, moves to a smaller one."""

GROWTH = 8
"""By which part of it the array grows."""


class Columns:
    """Columns by number, empty at first."""

    def __init__(self) -> None:
        self._entries = NOTHING.copy()
        self._end = 0
        self._starts = NOTHING
        self._lengths = self._rooms = NO_COUNTS
        self._free: defaultdict[int, list[int]] = defaultdict(list)

    @property
    def room(self) -> int:
        """Entries that all blocks have room for."""
        return self._end

    def reach(self, bound: int) -> None:
        """Have all columns below."""
        self._starts = reaching(self._starts, bound)
        self._lengths = reaching(self._lengths, bound)
        self._rooms = reaching(self._rooms, bound)

    def lengths(self, columns: Numbers) -> Counts:
        """How many entries each of these has."""
        lengths: Counts = self._lengths[columns]
        return lengths

    def joined(self, columns: Numbers) -> Numbers:
        """The entries of several columns, one after the other."""
        starts = self._starts[columns]
        ends = starts + self._lengths[columns]
        parts = [self._entries[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return np.concatenate([NOTHING, *parts])

    def append(self, columns: Numbers, entries: Numbers) -> None:
        """Put one entry into each of these columns."""
        lengths = self._lengths[columns]
        for column in columns[lengths == self._rooms[columns]].tolist():
            self._move(column)
        self._entries[self._starts[columns] + lengths] = entries
        self._lengths[columns] = lengths + 1

    def begin(self, columns: Numbers, entries: Numbers) -> None:
        """Have one entry in each of these columns, none of which is empty, and room for no other."""
        large = columns[self._rooms[columns] > 1]
        self._free_blocks(large)
        self._starts[large] = [self._block(1) for _ in range(len(large))]
        self._rooms[large] = 1
        self._entries[self._starts[columns]] = entries
        self._lengths[columns] = 1

    def clear(self, columns: Numbers) -> None:
        """Empty these columns."""
        self._free_blocks(columns)
        self._lengths[columns] = self._rooms[columns] = 0

    def add_up(self, columns: Numbers) -> None:
        """Have one entry in these columns for each place that has anything."""
        lengths = self._lengths[columns]
        places, weights = changes(self.joined(columns))
        of = np.arange(len(columns)).repeat(lengths)
        keys = (of << SHIFT) + places
        order = keys.argsort()
        keys, sums = summed(keys[order], weights[order])
        of = keys >> SHIFT
        left = np.bincount(of, minlength=len(columns))
        within = np.arange(len(of)) - (left.cumsum() - left)[of]
        self._entries[self._starts[columns][of] + within] = pack(keys & MASK, sums)
        self._lengths[columns] = left
        for column in columns[self._rooms[columns] > LOOSE * (left + 1)].tolist():
            self._move(column)

    def _move(self, column: int) -> None:
        """Have room for one more entry, and not for many."""
        start, length, before = int(self._starts[column]), int(self._lengths[column]), int(self._rooms[column])
        room = ROOMS[bisect_left(ROOMS, length + 1)]
        to = self._block(room)
        self._entries[to : to + length] = self._entries[start : start + length]
        if before:
            self._free[before].append(start)
        self._starts[column], self._rooms[column] = to, room

    def _free_blocks(self, columns: Numbers) -> None:
        for start, room in zip(self._starts[columns].tolist(), self._rooms[columns].tolist(), strict=True):
            self._free[room].append(start)

    def _block(self, room: int) -> int:
        """Where a block of this size begins that nothing is in."""
        if self._free[room]:
            return self._free[room].pop()
        start = self._end
        self._end += room
        if self._end > len(self._entries):
            # Moved by the kernel, not copied; nothing but this array looks into its memory.
            self._entries.resize(self._end + self._end // GROWTH, refcheck=False)
        return start
