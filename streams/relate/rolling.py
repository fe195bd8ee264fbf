"""The hashes of all shingles, runs of five words, in many texts at once.

What numpy asks for a call is more than a short text is worth, so texts are hashed together, and the hash of a
shingle does not depend on where it stands. It is that of R. M. Karp and M. O. Rabin, "Efficient randomized
pattern-matching algorithms" (1987), modulo 2**64; its upper half is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

WIDTH = 5
"""Words in a shingle."""

MOST_BYTES = 1 << 17
"""Most that is hashed at once."""

Hashes = NDArray[np.uint32]
Places = NDArray[np.int64]

SEPARATOR = b"\n"
_APART = 1
"""What stands for every byte between words."""
_BYTES = np.array([byte if byte > 127 or chr(byte).isalnum() else _APART for byte in range(256)], np.uint8)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.cumprod(np.full(MOST_BYTES + 2, _BASE))
_HALF = np.uint64(32)


def rolled(parts: Sequence[bytes]) -> tuple[Hashes, Places]:
    """The hashes of all shingles in text order, and where those of each part begin and the last ones end.

    Each part is words in UTF-8, apart by bytes that are neither ASCII letters nor digits, and ends with a
    SEPARATOR; together they have at most MOST_BYTES. No shingle spans two of them.
    """
    data = _BYTES.take(np.frombuffer(b"".join(parts), np.uint8))
    letter = data != _APART
    kept = letter.copy()
    kept[1:] |= letter[:-1]  # the first separator after each word
    part_ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    words = np.zeros(len(parts) + 1, np.int64)  # before each part
    words[1:] = (kept & ~letter).nonzero()[0].searchsorted(part_ends)
    data = data[kept]
    ends = (data == _APART).nonzero()[0]
    sums = np.zeros(len(data) + 1, np.uint64)
    (data * _POWERS[: len(data)]).cumsum(out=sums[1:])
    counts = np.maximum(words[1:] - words[:-1] - (WIDTH - 1), 0)
    bounds = np.zeros(len(counts) + 1, np.int64)
    counts.cumsum(out=bounds[1:])
    first = np.arange(bounds[-1]) + np.repeat(words[:-1] - bounds[:-1], counts)  # word of each shingle
    starts = np.append(0, ends[:-1] + 1)[first]
    # From differences of one running sum, as if each began at the same place.
    hashes = (sums[ends[first + (WIDTH - 1)]] - sums[starts]) * _POWERS[MOST_BYTES + 1 - starts]
    return (hashes >> _HALF).astype(np.uint32), bounds
