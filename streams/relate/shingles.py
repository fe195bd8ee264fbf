"""The fingerprint of a text by which copies of it are found: a sample of its hashed word shingles.

A shingle is five words in a row; two texts that share many of them share wording. Of each text the smallest
hashes are remembered: below the largest of these they are a fair sample of the text, so what part of one text
stands in another can be estimated between texts of any lengths. The new text of a comparison is there in full;
only the remembered one is sampled, so a short text within a new long one is compared exactly. For the other way
around, a long text's beginning is sampled once more by itself: feeds often give just that.

Sources: A. Z. Broder, "On the resemblance and containment of documents" (1997). The hash is that of R. M. Karp
and M. O. Rabin, "Efficient randomized pattern-matching algorithms" (1987), modulo 2**64.
"""

from __future__ import annotations

from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.query.tokens import word_bytes

WIDTH = 5
"""Words in a shingle."""

LEAD_WORDS = 48
LONG = 80
"""Shingles of a text whose beginning is sampled by itself."""

KEPT, KEPT_SHARE, MOST_KEPT = 36, 8, 128
"""Hashes kept of one text: 36, or one eighth of a long one's, up to 128."""

ANCHORS, ANCHOR_SHARE = 6, 7
"""Hashes of them by which the text is found, whole: 6, or one seventh. Of the others 16 bits are kept."""

MOST_BYTES = 1 << 17
"""Longest text looked at, in UTF-8; the rest is passed over."""

Hashes = NDArray[np.uint32]

_SEPARATOR = np.uint64(1)
_BYTES = np.array([byte if byte > 127 or chr(byte).isalnum() else 1 for byte in range(256)], np.uint64)
_BASE = np.uint64(0x9E3779B97F4A7C15)
_POWERS = np.cumprod(np.full(MOST_BYTES + 2, _BASE))
_HALF = np.uint64(32)


class Shingles(NamedTuple):
    """An article's distinct hashes, sorted: of all of it, and of a long text's beginning (of others: none)."""

    whole: Hashes
    lead: Hashes


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """The smallest of `of` distinct hashes.

    `packed` holds them sorted, least byte first: the anchors in four bytes, of each other one two bytes, from
    which `shift` lower bits are cut.
    """

    packed: bytes = b""
    shift: int = 0
    of: int = 0

    @property
    def anchors(self) -> list[int]:
        """The smallest few, whole."""
        return _numbers(self.packed[: 4 * _anchors(self.of)], "<u4")

    @property
    def values(self) -> list[int]:
        """All of them, without the bits that are cut."""
        rest = _numbers(self.packed[4 * _anchors(self.of) :], "<u2")
        return [anchor >> self.shift for anchor in self.anchors] + rest


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of an article's wording; `lead` samples the beginning of a long text."""

    whole: Sample = Sample()
    lead: Sample | None = None

    @property
    def anchors(self) -> list[int]:
        """The hashes by which the article is found."""
        return self.whole.anchors + (self.lead.anchors if self.lead else [])


class Overlap(NamedTuple):
    """How much wording two texts share, estimated.

    `jaccard` is shared shingles by all shingles of both, `containment` shared ones by those of the shorter
    text; `shared` counts the hashes seen in both.
    """

    jaccard: float
    containment: float
    shared: int


def shingle(title: str, text: str) -> Shingles:
    """Hash an article; no shingle spans title and text, so that a new headline changes only its own."""
    head = word_bytes(title) + b"\n"
    hashes, in_title = _rolled((head + word_bytes(text))[:MOST_BYTES] + b"\n", len(head))
    body = hashes[in_title:]
    whole = np.concatenate([hashes[: max(0, in_title - WIDTH + 1)], body])
    lead = body[: LEAD_WORDS - WIDTH + 1] if len(body) > LONG else body[:0]
    return Shingles(_distinct(whole), _distinct(lead))


def sketch(shingles: Shingles) -> Sketch:
    """What to remember of an article."""
    return Sketch(_sample(shingles.whole), _sample(shingles.lead) if len(shingles.lead) else None)


def overlap(new: Shingles, known: Sketch) -> Overlap:
    """How much a new article shares with a remembered one, or with its beginning where that says more."""
    whole = _compare(new.whole, known.whole)
    if known.lead is None or len(new.lead):
        return whole
    return max(whole, _compare(new.whole, known.lead), key=lambda seen: seen.shared)


def _rolled(data: bytes, split: int) -> tuple[Hashes, int]:
    """The hashes of all shingles in text order, and how many words end within the first `split` bytes.

    Each is made of the bytes of its words with one separator between them, from differences of one running sum.
    The data ends with a separator.
    """
    values = _BYTES.take(np.frombuffer(data, np.uint8))
    letter = values != _SEPARATOR
    kept = letter.copy()
    kept[1:] |= letter[:-1]  # the first separator after each word
    in_title = int(np.count_nonzero(kept[:split])) - int(np.count_nonzero(letter[:split]))
    values = values[kept]
    ends = (values == _SEPARATOR).nonzero()[0]
    count = len(ends) - WIDTH + 1
    if count < 1:
        return np.empty(0, np.uint32), in_title
    sums = np.zeros(len(values) + 1, np.uint64)
    (values * _POWERS[: len(values)]).cumsum(out=sums[1:])
    starts = np.zeros(count, np.int64)
    starts[1:] = ends[: count - 1] + 1
    rolled = (sums[ends[WIDTH - 1 :]] - sums[starts]) * _POWERS[MOST_BYTES + 1 - starts]
    return (rolled >> _HALF).astype(np.uint32), in_title


def _distinct(hashes: Hashes) -> Hashes:
    if not len(hashes):
        return hashes
    ordered = hashes.copy()
    ordered.sort()
    first = ordered[1:] != ordered[:-1]
    return ordered if first.all() else ordered[np.append(True, first)]


def _anchors(of: int) -> int:
    return max(ANCHORS, _room(of) // ANCHOR_SHARE)


def _room(of: int) -> int:
    return KEPT if of < KEPT * KEPT_SHARE else min(of // KEPT_SHARE, MOST_KEPT)


def _numbers(packed: bytes, form: str) -> list[int]:
    numbers: list[int] = np.frombuffer(packed, form).tolist()
    return numbers


def _sample(hashes: Hashes) -> Sample:
    of = len(hashes)
    smallest = hashes[: _room(of)]
    anchors, rest = smallest[: _anchors(of)], smallest[_anchors(of) :]
    shift = max(0, int(smallest[-1]).bit_length() - 16) if of else 0
    packed = anchors.astype("<u4").tobytes() + (rest >> np.uint32(shift)).astype("<u2").tobytes()
    return Sample(packed, shift, of)


def _compare(new: Hashes, known: Sample) -> Overlap:
    theirs = known.values
    limit = (theirs[-1] + 1) << known.shift if len(theirs) < known.of else 1 << 32
    ours = set((new[: int(np.searchsorted(new, limit))] >> np.uint32(known.shift)).tolist())
    shared = len(ours.intersection(theirs))
    if not shared:
        return Overlap(0.0, 0.0, 0)
    shorter = len(theirs) if known.of <= len(new) else len(ours)
    return Overlap(shared / (len(ours) + len(theirs) - shared), min(1.0, shared / shorter), shared)
