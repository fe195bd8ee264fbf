"""What is remembered of a text's shingles, and how it is compared with a new text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from struct import unpack_from
from typing import NamedTuple

import msgspec
import numpy as np

from streams.relate.rolling import Hashes, Places

KEPT, KEPT_SHARE, MOST_KEPT = 36, 8, 128
"""Hashes kept of one text: 36, or one eighth of a long one's, up to 128."""

ANCHORS, ANCHOR_SHARE = 6, 7
"""Hashes of them by which the text is found, whole: 6, or one seventh. Of the others 16 bits are kept."""


class Sample(msgspec.Struct, frozen=True, array_like=True):
    """The smallest of `of` distinct hashes.

    `packed` holds them sorted, least byte first: the anchors in four bytes, of each other one two bytes, from
    which `shift` lower bits are cut.
    """

    packed: bytes = b""
    shift: int = 0
    of: int = 0

    @property
    def anchors(self) -> tuple[int, ...]:
        """The smallest few, whole."""
        return unpack_from(f"<{min(self.of, _anchors(self.of))}I", self.packed)

    @property
    def values(self) -> list[int]:
        """All of them, without the bits that are cut."""
        anchors = self.anchors
        rest = unpack_from(f"<{min(self.of, _room(self.of)) - len(anchors)}H", self.packed, 4 * len(anchors))
        return [*(anchor >> self.shift for anchor in anchors), *rest]


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of an article's wording; `lead` samples the beginning of a long text."""

    whole: Sample = Sample()
    lead: Sample | None = None

    @property
    def anchors(self) -> tuple[int, ...]:
        """The hashes by which the article is found."""
        return self.whole.anchors + (self.lead.anchors if self.lead else ())


class Overlap(NamedTuple):
    """How much wording two texts share, estimated.

    `jaccard` is shared shingles by all shingles of both, `containment` shared ones by those of the shorter
    text; `shared` counts the hashes seen in both.
    """

    jaccard: float
    containment: float
    shared: int


def samples(hashes: Hashes, bounds: Places) -> Iterator[Sample]:
    """The samples of many texts, each with its distinct hashes, sorted, between two of the bounds."""
    lengths = bounds[1:] - bounds[:-1]
    rooms = np.minimum(lengths, np.maximum(KEPT, np.minimum(lengths // KEPT_SHARE, MOST_KEPT)))
    largest = np.append(hashes, np.uint32(0))[bounds[:-1] + rooms - 1]
    bits = np.frexp(np.where(lengths > 0, largest, 0))[1]
    shifts = np.maximum(bits - 16, 0)
    whole = hashes.astype("<u4").tobytes()
    cut = (hashes >> np.repeat(shifts, lengths).astype(np.uint32)).astype("<u2").tobytes()
    numbers = (bounds.tolist(), rooms.tolist(), shifts.tolist(), lengths.tolist())
    for start, room, shift, of in zip(*numbers, strict=False):
        rest = start + min(of, _anchors(of))
        yield Sample(whole[4 * start : 4 * rest] + cut[2 * rest : 2 * (start + room)], shift, of)


def overlap(new: Sequence[int], is_long: bool, known: Sketch) -> Overlap:
    """How much a new article, all its hashes in order, shares with a remembered one, or with its beginning where
    that says more and the new one is not so long that it has one itself.
    """
    whole = _compare(new, known.whole)
    if known.lead is None or is_long:
        return whole
    return max(whole, _compare(new, known.lead), key=lambda seen: seen.shared)


def _anchors(of: int) -> int:
    return max(ANCHORS, _room(of) // ANCHOR_SHARE)


def _room(of: int) -> int:
    return KEPT if of < KEPT * KEPT_SHARE else min(of // KEPT_SHARE, MOST_KEPT)


def _compare(new: Sequence[int], known: Sample) -> Overlap:
    theirs, shift = known.values, known.shift
    limit = (theirs[-1] + 1) << shift if len(theirs) < known.of else 1 << 32
    ours = {value >> shift for value in new[: bisect_left(new, limit)]}
    shared = len(ours.intersection(theirs))
    if not shared:
        return Overlap(0.0, 0.0, 0)
    shorter = len(theirs) if known.of <= len(new) else len(ours)
    return Overlap(shared / (len(ours) + len(theirs) - shared), min(1.0, shared / shorter), shared)
