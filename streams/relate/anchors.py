"""From a few hashes of each remembered text to the articles that have them, in about a hundred bytes an article.

Hashes stand in order of arrival in one array; each points back to the one before it in its bucket, as the
hash chains of LZ77 compressors do (P. Deutsch, RFC 1951, section 4). Going back through a chain meets the newest
first, so that what everybody has is recognised without reading all of it.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from streams.codec import ID_BYTES
from streams.relate.rolling import Hashes

COMMON = 32
"""A hash of more articles than this is boilerplate, and leads nowhere."""

WALK = 8
"""Steps back through a chain before what is looked for is taken to be there."""

ID_WIDTH = 2 * ID_BYTES
FIRST_BUCKETS = 1 << 10
WASTE = 0.25
"""The part of all hashes that may belong to removed articles before they are cleared away."""


class AnchorIndex:
    """Articles, each a row, findable by their anchors.

    Which articles are found depends only on those that were added and not removed, and so is the same after a
    restart.
    """

    def __init__(self) -> None:
        self._ids = bytearray()
        self._seqs = array("I")  # 0: removed
        self._starts = array("I")  # of each row's anchors
        self._anchors = array("I")
        self._previous = array("I")  # place + 1 of the one before in the same bucket; 0: there is none
        self._heads = array("I", bytes(4 * FIRST_BUCKETS))
        self._oldest = self._removed = self._wasted = 0

    def __len__(self) -> int:
        return len(self._seqs) - self._removed

    def add(self, article: str, seq: int, anchors: Sequence[int]) -> None:
        """Remember an article, the `seq`-th to arrive (from 1), by its anchors; without any it is not kept."""
        name = article.encode()
        if len(name) > ID_WIDTH:
            raise ValueError(f"article id {article!r} is longer than {ID_WIDTH} bytes")
        if not anchors:
            return
        self._ids += name.ljust(ID_WIDTH, b"\0")
        self._seqs.append(seq)
        self._starts.append(len(self._anchors))
        for anchor in anchors:
            bucket = anchor & (len(self._heads) - 1)
            self._anchors.append(anchor)
            self._previous.append(self._heads[bucket])
            self._heads[bucket] = len(self._anchors)
        if len(self._anchors) > len(self._heads):
            self.tidy()

    def remove(self, article: str, anchors: Sequence[int]) -> None:
        """Forget an article; one that is not remembered is passed over."""
        for row in self._holders(anchors[0], len(self._seqs)) if anchors else ():
            if self._name(row) == article:
                self._seqs[row] = 0
                self._removed += 1
                self._wasted += len(anchors)
                break
        if self._wasted > FIRST_BUCKETS and self._wasted > WASTE * len(self._anchors):
            self.tidy()

    def known(self, batch: Sequence[Hashes], anchors: Sequence[Sequence[int]]) -> list[list[int]]:
        """Of the hashes of each new text those that may lead somewhere when its turn comes: every one that does
        now or is an anchor of another text of the batch, and few others.
        """
        if not batch:
            return []
        hashes = np.concatenate(batch)
        own = np.fromiter(chain.from_iterable(anchors), np.uint32)
        likely = self._holds(hashes) | _several(hashes, own)
        found: list[int] = hashes[likely].tolist()
        ends = np.append(0, np.cumsum(likely))[list(accumulate(map(len, batch), initial=0))].tolist()
        return [found[start:end] for start, end in pairwise(ends)]

    def leads(self, hashes: Iterable[int]) -> dict[str, float]:
        """The articles that have some of these hashes as anchors; each hash counts the more, the fewer have it."""
        found: defaultdict[int, float] = defaultdict(float)
        for anchor in hashes:
            rows = self._holders(anchor, COMMON + 1)
            if len(rows) <= COMMON:
                for row in rows:
                    found[row] += 1 / len(rows)
        return {self._name(row): weight for row, weight in found.items()}

    def oldest(self) -> str | None:
        """The article that has been remembered longest."""
        while self._oldest < len(self._seqs) and not self._seqs[self._oldest]:
            self._oldest += 1
        return self._name(self._oldest) if self._oldest < len(self._seqs) else None

    def tidy(self) -> None:
        """Clear removed articles away, put the others in order of arrival, and have buckets enough."""
        seqs = np.array(self._seqs, np.uint32)
        rows = np.argsort(seqs, kind="stable")[np.count_nonzero(seqs == 0) :]
        ends = np.append(self._starts, len(self._anchors)).astype(np.int64)
        lengths = (ends[1:] - ends[:-1])[rows]
        starts = np.cumsum(lengths) - lengths
        places = np.repeat(ends[:-1][rows] - starts, lengths) + np.arange(lengths.sum())
        ids = np.frombuffer(bytes(self._ids), f"S{ID_WIDTH}")[rows]
        self._ids = bytearray(ids.tobytes())
        self._seqs = array("I", seqs[rows].tobytes())
        self._starts = array("I", starts.astype(np.uint32).tobytes())
        self._oldest = self._removed = self._wasted = 0
        self._chain(np.array(self._anchors, np.uint32)[places])

    def _chain(self, anchors: Hashes) -> None:
        buckets = FIRST_BUCKETS
        while buckets < len(anchors) * 1.25:
            buckets *= 2
        bucket = anchors & np.uint32(buckets - 1)
        order = np.argsort(bucket, kind="stable").astype(np.uint32)
        together = bucket[order[1:]] == bucket[order[:-1]]
        previous = np.zeros(len(anchors), np.uint32)
        previous[order[1:][together]] = order[:-1][together] + 1
        heads = np.zeros(buckets, np.uint32)
        last = np.append(~together, True)[: len(order)]
        heads[bucket[order[last]]] = order[last] + 1
        self._heads = array("I", heads.tobytes())
        self._anchors, self._previous = array("I", anchors.tobytes()), array("I", previous.tobytes())

    def _holds(self, hashes: Hashes) -> NDArray[np.bool]:
        """Which of the hashes are in their chains, or further back than WALK."""
        heads = np.frombuffer(self._heads, np.uint32)
        anchors, previous = np.frombuffer(self._anchors, np.uint32), np.frombuffer(self._previous, np.uint32)
        found = np.zeros(len(hashes), np.bool)
        places = heads[hashes & np.uint32(len(heads) - 1)]
        left = places.nonzero()[0]
        for _ in range(WALK):
            places = places[places > 0] - np.uint32(1)
            here = anchors[places] == hashes[left]
            found[left[here]] = True
            places = np.where(here, np.uint32(0), previous[places])
            left = left[places > 0]
            if not len(left):
                break
        found[left] = True
        return found

    def _holders(self, anchor: int, most: int) -> list[int]:
        """The rows of the articles with this anchor, the newest `most`."""
        anchors, previous, rows = self._anchors, self._previous, list[int]()
        place = self._heads[anchor & (len(self._heads) - 1)]
        while place and len(rows) < most:
            if anchors[place - 1] == anchor:
                row = bisect_right(self._starts, place - 1) - 1
                if self._seqs[row]:
                    rows.append(row)
            place = previous[place - 1]
        return rows

    def _name(self, row: int) -> str:
        return self._ids[row * ID_WIDTH : (row + 1) * ID_WIDTH].rstrip(b"\0").decode()


def _several(hashes: Hashes, anchors: Hashes) -> NDArray[np.bool]:
    """Which of the hashes are there more than once, and one of the anchors."""
    ordered = np.sort(hashes)
    several = np.intersect1d(ordered[1:][ordered[1:] == ordered[:-1]], anchors)
    if not len(several):
        return np.zeros(len(hashes), np.bool)
    found: NDArray[np.bool] = several[np.minimum(several.searchsorted(hashes), len(several) - 1)] == hashes
    return found
