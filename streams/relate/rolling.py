"""The hashes of all shingles, runs of five words, in many texts at once.

What numpy asks for a call is more than a short text is worth, so texts are hashed together, and the hash of a
shingle does not depend on where it stands. It is that of R. M. Karp and M. O. Rabin, "Efficient randomized
pattern-matching algorithms" (1987), modulo 2**64; its upper half is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 5
"""Words in a shingle."""

MOST_BYTES = 1 << 17
"""Most that is hashed at once."""

Hashes = NDArray[np.uint32]
Places = NDArray[np.int64]

SEPARATOR = b"\n"
_LETTERS = np.array([byte if byte > 127 or chr(byte).isalnum() else 0 for byte in range(256)], np.uint64)
"""What stands for each byte: 0 between words."""
_BASE = 0x9E3779B97F4A7C15
_POWERS = np.cumprod(np.full(MOST_BYTES + 2, _BASE, np.uint64))
"""The first, the second…"""
_BACK = np.cumprod(np.array([1] + [pow(_BASE, -1, 1 << 64)] * (MOST_BYTES + 1), np.uint64))
"""By how many places something is moved to the front."""
_HALF = np.uint64(32)
_TWENTIETH, _TWENTY_FIRST = (10 * ord(digits[0]) + ord(digits[1]) for digits in ("19", "20"))
"""What years begin with."""


class Rolled(NamedTuple):
    """The hashes of all shingles and of all numbers, in text order.

    The bounds tell where the hashes of each part begin, and last where those of the last part end. Numbers are
    words that begin with a digit, but for years and a zero before a decimal point.
    """

    shingles: Hashes
    bounds: Places
    numbers: Hashes
    number_bounds: Places


def rolled(parts: Sequence[bytes]) -> Rolled:
    """The hashes of all shingles and numbers.

    Each part is words in UTF-8, apart by bytes that are neither ASCII letters nor digits, and ends with a
    SEPARATOR; together they have at most MOST_BYTES. No shingle spans two of them. What is hashed is the words
    with one byte of 1 between them.
    """
    text = np.frombuffer(b"".join((SEPARATOR, *parts)), np.uint8)
    values = _LETTERS.take(text)
    is_letter = values != 0
    edges = (is_letter[1:] != is_letter[:-1]).nonzero()[0]
    before, last = edges[::2], edges[1::2]  # the byte before each word, and its last one
    part_ends = np.cumsum(np.fromiter(map(len, parts), np.int64, len(parts)))
    words = np.append(0, last.searchsorted(part_ends, "right"))  # before each part
    counts = np.maximum(words[1:] - words[:-1] - (WIDTH - 1), 0)
    bounds = np.append(0, counts.cumsum())
    first = np.arange(bounds[-1]) + np.repeat(words[:-1] - bounds[:-1], counts)  # word of each shingle

    values *= _POWERS[: len(values)]
    sums = values.cumsum()
    after = (last - before + 1).cumsum()  # place after each word and what stands between it and the next
    starts = after - (last - before + 1)
    between = _POWERS[after - 1]
    upto = ((sums[last] - sums[before]) * _BACK[before + 1 - starts] + between).cumsum()
    ends = first + (WIDTH - 1)
    run = upto[ends] - between[ends] - np.append(np.uint64(0), upto)[first]
    # From differences of one running sum, as if each began at the same place.
    hashes = (run * _POWERS[MOST_BYTES + 1 - starts[first]] >> _HALF).astype(np.uint32)

    number = _numbers(text, before, last)
    each = (sums[last[number]] - sums[before[number]]) * _POWERS[MOST_BYTES - before[number]]
    return Rolled(hashes, bounds, (each >> _HALF).astype(np.uint32), number.searchsorted(words))


def _numbers(text: NDArray[np.uint8], before: Places, last: Places) -> Places:
    """Which words are numbers that tell something."""
    first = text[before + 1]
    found = ((first >= ord("0")) & (first <= ord("9"))).nonzero()[0]
    starts, lengths = before[found] + 1, last[found] - before[found]
    century = text[starts] * np.uint16(10) + text[np.minimum(starts + 1, len(text) - 1)]
    year = (lengths == len("2026")) & ((century == _TWENTIETH) | (century == _TWENTY_FIRST))
    zero = (lengths == 1) & (text[starts] == ord("0"))
    numbers: Places = found[~(year | zero)]
    return numbers
