"""What is remembered of a text's shingles, and how it is compared with a new text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from struct import Struct
from typing import NamedTuple

import msgspec
import numpy as np

from streams.relate.rolling import Hashes, Places

KEPT, KEPT_SHARE, MOST_KEPT = 36, 8, 128
"""Hashes kept of one text: 36, or one eighth of a long one's, up to 128."""

ANCHORS, ANCHOR_SHARE = 6, 7
"""Hashes of them by which the text is found, whole: 6, or one seventh. Of the others 16 bits are kept."""


class Sample(msgspec.Struct, frozen=True, array_like=True, gc=False):
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
        return _form(self.of).first.unpack_from(self.packed)

    @property
    def values(self) -> list[int]:
        """All of them, without the bits that are cut."""
        numbers, anchors, shift = [*_form(self.of).numbers.unpack(self.packed)], _form(self.of).anchors, self.shift
        numbers[:anchors] = [anchor >> shift for anchor in numbers[:anchors]]
        return numbers


class Sketch(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What is remembered of an article's wording; `lead` samples the beginning of a long text, `numbers` those in
    it (streams/relate/numbers.py).
    """

    whole: Sample = Sample()
    lead: Sample | None = None
    numbers: bytes = b""

    @property
    def anchors(self) -> tuple[int, ...]:
        """The hashes by which the article is found."""
        return self.whole.anchors + self.lead.anchors if self.lead else self.whole.anchors


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
    forms = list(map(_form, lengths.tolist()))
    kept = np.fromiter((form.kept for form in forms), np.int64)
    largest = np.append(hashes, np.uint32(0))[bounds[:-1] + kept - 1]
    bits = np.frexp(np.where(lengths > 0, largest, 0))[1]
    shifts = np.maximum(bits - 16, 0)
    whole = hashes.astype("<u4").tobytes()
    cut = (hashes >> np.repeat(shifts, lengths).astype(np.uint32)).astype("<u2").tobytes()
    for start, end, shift, form in zip(bounds.tolist(), bounds[1:].tolist(), shifts.tolist(), forms, strict=False):
        rest = start + form.anchors
        packed = whole[4 * start : 4 * rest] + cut[2 * rest : 2 * (start + form.kept)]
        yield Sample(packed, shift, end - start)


def overlap(new: Sequence[int], remembered: Sketch, known: Sketch) -> Overlap:
    """How much wording a new article shares with one that is `known`.

    `new` are all its hashes in order, `remembered` is its own sketch. Where the known text is long and the new one
    is not, it is also compared with the known one's beginning, and the comparison that shares more counts.
    """
    if known.whole == remembered.whole and new:
        return Overlap(1.0, 1.0, _form(len(new)).kept)
    whole = _compare(new, known.whole)
    if known.lead is None or remembered.lead is not None:
        return whole
    return max(whole, _compare(new, known.lead), key=lambda seen: seen.shared)


class _Form(NamedTuple):
    """How a sample is packed: how many numbers there are, and how many of them, the first, are anchors."""

    numbers: Struct
    first: Struct
    kept: int
    anchors: int


@lru_cache(maxsize=4096)
def _form(of: int) -> _Form:
    room = KEPT if of < KEPT * KEPT_SHARE else min(of // KEPT_SHARE, MOST_KEPT)
    kept, anchors = min(of, room), min(of, max(ANCHORS, room // ANCHOR_SHARE))
    return _Form(Struct(f"<{anchors}I{kept - anchors}H"), Struct(f"<{anchors}I"), kept, anchors)


def _compare(new: Sequence[int], known: Sample) -> Overlap:
    theirs, shift = known.values, known.shift
    limit = (theirs[-1] + 1) << shift if len(theirs) < known.of else 1 << 32
    ours = {value >> shift for value in new[: bisect_left(new, limit)]}
    shared = len(ours.intersection(theirs))
    if not shared:
        return Overlap(0.0, 0.0, 0)
    shorter = len(theirs) if known.of <= len(new) else len(ours)
    return Overlap(shared / (len(ours) + len(theirs) - shared), min(1.0, shared / shorter), shared)
