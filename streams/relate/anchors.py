"""From a few hashes of each remembered text to the articles that have them, in about eighty bytes an article.

The anchors of the last articles are in a dict. When they are many they are sealed in a segment, and segments of
like sizes become one, as in a log-structured merge tree (O'Neil et al. 1996): each is copied a few times in all.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain, pairwise

import numpy as np
from numpy.typing import NDArray

from streams.codec import ID_BYTES
from streams.relate.rolling import Hashes
from streams.relate.segment import GONE, Segment

COMMON = 32
"""A hash of more articles than this is boilerplate, and leads nowhere."""

OPEN = 1 << 12
"""Anchors in the dict before they are sealed."""

MARKED_BITS = 16
"""Of hashes, by which most that are not among some others are told without looking."""

RATIO = 16
"""A segment takes up the next one once that has more than such a part of its size."""

ID_WIDTH = 2 * ID_BYTES
WASTE, LEAST_WASTE = 0.25, 256
"""The part of all rows, and the number of them, that may be of removed articles before they are cleared away."""


class AnchorIndex:
    """Articles, each a row, findable by their anchors.

    Which articles are found depends only on those that were added and not removed, and so is the same after a
    restart.
    """

    def __init__(self) -> None:
        self._ids = bytearray()
        self._odd: dict[int, str] = {}  # ids of another form than content ids
        self._seqs = array("I")  # 0: removed
        self._open: dict[int, int] = {}  # anchor: the last row that has it
        self._more: defaultdict[int, list[int]] = defaultdict(list)  # the rows before that, if any
        self._segments: list[Segment] = []
        self._oldest = self._removed = 0

    def __len__(self) -> int:
        return len(self._seqs) - self._removed

    def add(self, article: str, seq: int, anchors: Sequence[int]) -> None:
        """Remember an article, the `seq`-th to arrive (from 1), by its anchors; without any it is not kept."""
        if len(article) > ID_WIDTH:
            raise ValueError(f"article id {article!r} is longer than {ID_WIDTH} characters")
        if not anchors:
            return
        row = len(self._seqs)
        packed = _packed(article)
        if packed is None:
            self._odd[row] = article
        self._ids += packed or bytes(ID_BYTES)
        self._seqs.append(seq)
        opened = self._open
        for anchor in anchors:
            if anchor in opened:
                self._more[anchor].append(opened[anchor])
            opened[anchor] = row
        if len(opened) > OPEN:
            self._seal()

    def remove(self, article: str, anchors: Sequence[int]) -> None:
        """Forget an article; one that is not remembered is passed over."""
        for row in self._holders(anchors[0], len(self._seqs)) if anchors else ():
            if self._name(row) == article:
                self._seqs[row] = 0
                self._removed += 1
                break
        if self._removed > max(LEAST_WASTE, WASTE * len(self._seqs)):
            self.tidy()

    def known(self, batch: Sequence[Hashes], anchors: Sequence[Sequence[int]]) -> list[list[int]]:
        """Of the hashes of each new text those that may lead somewhere when its turn comes: every one that does
        now or is an anchor of another text of the batch, and few others.
        """
        if not batch:
            return []
        hashes = np.concatenate(batch)
        own = np.fromiter(chain.from_iterable(anchors), np.uint32)
        likely = _several(hashes, own) | self._holds(hashes)
        for segment in self._segments:
            likely |= segment.holds(hashes)
        found: list[int] = hashes[likely].tolist()
        ends = np.append(0, np.cumsum(likely))[list(accumulate(map(len, batch), initial=0))].tolist()
        return [found[start:end] for start, end in pairwise(ends)]

    def leads(self, hashes: Iterable[int]) -> dict[str, float]:
        """The articles that have some of these hashes as anchors; each hash counts the more, the fewer have it."""
        found = dict[int, float]()
        for anchor in hashes:
            rows = self._holders(anchor, COMMON + 1)
            if len(rows) <= COMMON:
                for row in rows:
                    found[row] = found.get(row, 0.0) + 1 / len(rows)
        return {self._name(row): weight for row, weight in found.items()}

    def oldest(self) -> str | None:
        """The article that has been remembered longest."""
        while self._oldest < len(self._seqs) and not self._seqs[self._oldest]:
            self._oldest += 1
        return self._name(self._oldest) if self._oldest < len(self._seqs) else None

    def tidy(self) -> None:
        """Clear removed articles away, and put the others in order of arrival."""
        self._seal()
        seqs = np.array(self._seqs, np.uint32)
        order = np.argsort(seqs, kind="stable")[np.count_nonzero(seqs == 0) :]
        numbers = np.full(len(seqs), GONE)
        numbers[order] = np.arange(len(order), dtype=np.uint32)
        self._ids = bytearray(np.frombuffer(self._ids, f"V{ID_BYTES}")[order].tobytes())
        self._odd = {int(numbers[row]): article for row, article in self._odd.items() if numbers[row] != GONE}
        self._seqs = array("I", seqs[order].tobytes())
        self._segments = [segment.renumbered(numbers) for segment in self._segments]
        self._oldest = self._removed = 0

    def _holds(self, hashes: Hashes) -> NDArray[np.bool]:
        """Which of the hashes are open anchors."""
        found = _may_be(hashes, np.fromiter(self._open, np.uint32))
        found[found] = [anchor in self._open for anchor in hashes[found].tolist()]
        return found

    def _seal(self) -> None:
        if not self._open:
            return
        more = np.array([(anchor, row) for anchor, rows in self._more.items() for row in rows], np.uint32)
        anchors, rows = more.reshape(-1, 2).T
        sealed = Segment.of(
            np.append(np.fromiter(self._open, np.uint32), anchors),
            np.append(np.fromiter(self._open.values(), np.uint32), rows),
        )
        while self._segments and len(self._segments[-1]) < RATIO * len(sealed):
            sealed = self._segments.pop().plus(sealed)
        self._segments.append(sealed)
        self._open.clear()
        self._more.clear()

    def _holders(self, anchor: int, most: int) -> list[int]:
        """The rows of the articles with this anchor, `most` of them."""
        seqs, rows = self._seqs, []
        if anchor in self._open:
            rows += [row for row in (self._open[anchor], *self._more.get(anchor, ())) if seqs[row]]
        for segment in self._segments:
            for row in segment.rows(anchor):
                if seqs[row]:
                    rows.append(row)
                    if len(rows) == most:
                        return rows
        return rows

    def _name(self, row: int) -> str:
        return self._odd.get(row) or self._ids[row * ID_BYTES : (row + 1) * ID_BYTES].hex()


def _packed(article: str) -> bytes | None:
    """A content id as bytes; None for one of another form."""
    try:
        packed = bytes.fromhex(article)
    except ValueError:
        return None
    return packed if packed.hex() == article and len(packed) == ID_BYTES else None


def _several(hashes: Hashes, anchors: Hashes) -> NDArray[np.bool]:
    """Which of the hashes, anchors among them, are there more than once; of a few others it says so too."""
    found = _may_be(hashes, anchors)
    candidates = hashes[found]
    ordered = np.sort(candidates)
    several = np.append(ordered[1:][ordered[1:] == ordered[:-1]], ordered[-1:])
    found[found] = several[np.minimum(several.searchsorted(candidates), len(several) - 1)] == candidates
    return found


def _may_be(hashes: Hashes, others: Hashes) -> NDArray[np.bool]:
    """Which of the hashes may be among the others, by their last bits."""
    marks = np.zeros(1 << MARKED_BITS, np.bool)
    last = np.uint32(len(marks) - 1)
    marks[others & last] = True
    found: NDArray[np.bool] = marks[hashes & last]
    return found
