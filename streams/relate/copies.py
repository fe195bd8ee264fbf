"""Finding the article that a new one repeats, exactly or nearly.

An inverted index leads from shingle hashes to the remembered articles that have them; those that share most
are then compared by their sketches. Of a long text only a sample of the hashes is indexed, while a look-up
asks for all of its own: enough to meet a copy, at a bounded cost per article.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from streams.relate.shingles import Hashes, Overlap, Sketch, below, overlap

JACCARD = 0.42
CONTAINMENT = 0.57
"""Either makes a copy."""

SHORT = 12
"""Texts with fewer shingles (a headline alone) are copies only when nearly equal, and within SHORT_GAP."""
SHORT_JACCARD = 0.8
SHORT_SHINGLES = 2
"""Fewer than six words may be equal by chance ("Live: the latest news")."""
SHORT_GAP = timedelta(days=3)

NEAR_EQUAL = 0.8
"""A copy this close (Jaccard) to a remembered text adds nothing to the index: what resembles the one resembles
the other, until that is forgotten."""

INDEXED = 32
INDEXED_SHARE = 16
"""Hashes indexed of one article: 32, or one sixteenth of a long one's."""

COMMON = 64
"""A shingle of more indexed articles than this is boilerplate, and leads nowhere."""

COMPARED = 30
"""Most candidates compared for one article."""


class Copy(NamedTuple):
    """What an article repeats: the closest text in the earliest group of copies that it resembles.

    `original` is that group's first article and `seq` its place in the order of arrival; `nearest` is the
    article that the numbers compare with.
    """

    original: str
    seq: int
    nearest: str
    overlap: Overlap


class _Entry(NamedTuple):
    sketch: Sketch
    published: datetime
    original: str
    seq: int


class CopyIndex:
    """The remembered articles, findable by wording."""

    def __init__(self) -> None:
        self._entries: dict[str, _Entry] = {}
        self._articles: dict[int, list[str]] = {}

    def find(self, article: str, sketch: Sketch, published: datetime) -> Copy | None:
        """What this article repeats, if anything; never itself, in whatever revision."""
        found = []
        for nearest in self._candidates(sketch):
            entry = self._entries[nearest]
            shared = overlap(sketch, entry.sketch)
            if entry.original != article and _is_copy(sketch, published, entry, shared):
                found.append(Copy(entry.original, entry.seq, nearest, shared))
        return min(found, key=_earliest_then_closest, default=None)

    def add(self, article: str, sketch: Sketch, published: datetime, original: str, seq: int) -> None:
        """Remember an article; `original` is the first of its group (itself, if no copy), `seq` that one's
        place in the order of arrival.
        """
        self._entries[article] = _Entry(sketch, published, original, seq)
        for value in _indexed(sketch).tolist():
            self._articles.setdefault(value, []).append(article)

    def remove(self, article: str) -> None:
        """Forget an article; one that is not remembered is passed over."""
        entry = self._entries.pop(article, None)
        if entry is None:
            return
        for value in _indexed(entry.sketch).tolist():
            articles = self._articles[value]
            articles.remove(article)
            if not articles:
                del self._articles[value]

    def _candidates(self, sketch: Sketch) -> list[str]:
        """The articles that share most indexed hashes, the earlier first among equals."""
        shared: dict[str, int] = {}
        for value in sketch.hashes.tolist():
            articles = self._articles.get(value, ())
            if len(articles) <= COMMON:
                for article in articles:
                    shared[article] = shared.get(article, 0) + 1
        ranked = sorted(shared, key=lambda article: (-shared[article], self._entries[article].seq, article))
        return ranked[:COMPARED]


def _is_copy(sketch: Sketch, published: datetime, entry: _Entry, shared: Overlap) -> bool:
    shorter = min(sketch.shingles, entry.sketch.shingles)
    if shorter >= SHORT:
        return shared.jaccard >= JACCARD or shared.containment >= CONTAINMENT
    near = abs(published - entry.published) <= SHORT_GAP
    return near and shorter >= SHORT_SHINGLES and shared.jaccard >= SHORT_JACCARD


def _earliest_then_closest(copy: Copy) -> tuple[int, float, float, str]:
    return copy.seq, -copy.overlap.jaccard, -copy.overlap.containment, copy.nearest


def _indexed(sketch: Sketch) -> Hashes:
    room = max(INDEXED, len(sketch.hashes) // INDEXED_SHARE)
    hashes, level = sketch.hashes, sketch.level
    while len(hashes) > room:
        level += 1
        hashes = below(hashes, level)
    return hashes
