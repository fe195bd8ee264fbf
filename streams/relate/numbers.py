"""Telling a copy from a form filled in again: the same words with other numbers.

Reports of earthquakes, draws, markets and matches come in set sentences, of which each shares most words with
the last. What they tell are their numbers. Of a text the smallest hashes of its numbers are remembered, a fair
sample of them, as those of shingles are; 16 bits of each tell few numbers apart well enough.
"""

from __future__ import annotations

from itertools import pairwise
from struct import unpack

import numpy as np

from streams.relate.rolling import Hashes, Places

KEPT = 8
"""Numbers remembered of a text."""

FEWEST = 3
"""With fewer to compare nothing is said."""

SHARED = 1 / 3
"""Copies share more of their numbers than this, also those that were brought up to date."""

SIZE = 2
"""Bytes of each."""


def number_sets(hashes: Hashes, bounds: Places) -> list[bytes]:
    """The numbers of each text, whose distinct hashes, sorted, stand between two of the bounds."""
    packed = (hashes >> np.uint32(16)).astype("<u2").tobytes()
    return [packed[SIZE * start : SIZE * end] for start, end in pairwise(bounds.tolist())]


def kept(numbers: bytes) -> bytes:
    """What is remembered of a text's numbers."""
    return numbers[: SIZE * KEPT]


def are_others(new: bytes, remembered: bytes) -> bool:
    """Whether a new text gives other numbers than a remembered one, as far as both give any."""
    theirs = _read(remembered)
    limit = max(theirs) if len(remembered) == SIZE * KEPT else 1 << 16
    ours = {number for number in _read(new) if number <= limit}
    fewer = min(len(ours), len(theirs))
    return fewer >= FEWEST and len(ours & theirs) <= SHARED * fewer


def _read(numbers: bytes) -> set[int]:
    return set(unpack(f"<{len(numbers) // SIZE}H", numbers))
