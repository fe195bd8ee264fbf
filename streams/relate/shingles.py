"""The fingerprint of a text by which copies of it are found: its hashed word shingles, or a sample of them.

A shingle is five words in a row; two texts that share many of them share wording. Of a text of feed length
all shingles are kept. Of a longer one only those whose hash lies below a limit, which is halved until few
enough are left: whatever limit two sketches have, the hashes below the lower one are a fair sample of both,
so resemblance and containment can be estimated between texts of any lengths.

Sources: A. Z. Broder, "On the resemblance and containment of documents" (1997), with the limits being powers
of two as in its section on sketches modulo m.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.query.tokens import words

WIDTH = 5
"""Words in a shingle."""

SKETCH = 1024
"""Most hashes kept of one text."""

Hashes = NDArray[np.uint32]

_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_HIGH = np.uint64(32)


class Sketch(msgspec.Struct, frozen=True, omit_defaults=True):
    """The sample of one text's shingles.

    `packed` holds the sorted 32-bit hashes, least byte first. All of them lie below 2**32 >> `level`.
    `shingles` counts the distinct shingles of the whole text.
    """

    packed: bytes = b""
    level: int = 0
    shingles: int = 0

    @property
    def hashes(self) -> Hashes:
        """The sorted hashes, not copied."""
        return np.frombuffer(self.packed, dtype="<u4")


class Overlap(NamedTuple):
    """How much wording two texts share, estimated from their sketches.

    `jaccard` is shared shingles by all shingles of both, `containment` shared ones by those of the shorter
    text; `shared` counts the hashes seen in both samples.
    """

    jaccard: float
    containment: float
    shared: int


def sketch(title: str, text: str) -> Sketch:
    """Fingerprint an article; no shingle spans title and text, so that a new headline changes only its own."""
    hashes = np.unique(np.concatenate([_shingle_hashes(words(title)), _shingle_hashes(words(text))]))
    shingles, level = len(hashes), 0
    while len(hashes) > SKETCH:
        level += 1
        hashes = below(hashes, level)
    return Sketch(hashes.astype("<u4").tobytes(), level, shingles)


def below(hashes: Hashes, level: int) -> Hashes:
    """Those of the sorted `hashes` that lie below 2**32 >> `level`."""
    return hashes if level == 0 else hashes[: int(np.searchsorted(hashes, np.uint32((1 << 32) >> level)))]


def overlap(one: Sketch, other: Sketch) -> Overlap:
    """Compare two sketches by the hashes that both had room for."""
    level = max(one.level, other.level)
    ours, theirs = below(one.hashes, level), below(other.hashes, level)
    shared = len(np.intersect1d(ours, theirs, assume_unique=True))
    if not shared:
        return Overlap(0.0, 0.0, 0)
    shorter = len(ours) if one.shingles <= other.shingles else len(theirs)
    return Overlap(shared / (len(ours) + len(theirs) - shared), min(1.0, shared / shorter), shared)


def _shingle_hashes(tokens: list[str]) -> Hashes:
    """The hashes of all shingles, in text order; none for fewer than WIDTH words."""
    count = len(tokens) - WIDTH + 1
    if count < 1:
        return np.empty(0, dtype=np.uint32)
    # Not Python's hash(), which differs from one process to the next: sketches outlive the process.
    of_words = np.array([zlib.crc32(token.encode()) for token in tokens], dtype=np.uint64)
    mixed = np.zeros(count, dtype=np.uint64)
    for place in range(WIDTH):
        mixed = (mixed ^ of_words[place : place + count]) * _STEP
        mixed ^= mixed >> _HIGH
    return ((mixed * _MIX) >> _HIGH).astype(np.uint32)
