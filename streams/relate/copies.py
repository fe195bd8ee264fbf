"""Finding the article that a new one repeats: exactly, nearly or in part.

All hashes of the new text are looked up, those of many texts at once; they lead to the remembered articles that
have some of them as anchors, and these are compared by their sketches.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from streams.relate.anchors import AnchorIndex
from streams.relate.numbers import are_others
from streams.relate.related import CopyOf
from streams.relate.shingles import Shingles
from streams.relate.sketches import Overlap, Sketch, overlap

CONTAINMENT, LONG_CONTAINMENT = 0.57, 0.5
"""A text is a copy when so much of the shorter one stands in the other: of two long ones half, of others more, as
what a site adds to all its articles is a large part of a short one. At least ENOUGH hashes of it must be seen: in
a small sample a common phrase may be all that there is."""
LONG = 200
ENOUGH = 4

NEAR = 0.42
"""Jaccard resemblance of texts that are nearly the same, where one is not just a part of the other."""

SHORT = 12
"""Texts with fewer shingles (a headline alone) are copies only when nearly equal, and within SHORT_GAP."""
SHORT_JACCARD = 0.8
SHORT_SHINGLES = 2
"""Fewer than six words may be equal by chance ("Live: the latest news")."""
SHORT_GAP = timedelta(days=3)

SAME_FORM = 0.9
FORM_LENGTHS = 2
"""Texts that share less of the shorter one than this, neither so many times as long as the other, are one form
that was filled in twice, and no copies, if their numbers are others or one publisher gives them other titles."""
FEWEST_TITLE_WORDS, OTHER_TITLE = 2, 1 / 4
"""A title shares at most this part of its longer words with another one, or of that one's."""

NEAR_EQUAL = 0.8
"""A copy this close (Jaccard) to a remembered text need not be found itself: what resembles the one resembles
the other, until that is forgotten."""

COMPARED = 30
"""Most candidates compared for one article."""

_LONGER_WORD = re.compile(r"[^\W\d_]{4,}")


class Remembered(Protocol):
    """An article that a new one may repeat."""

    @property
    def seq(self) -> int:
        """Its place in the order of arrival."""
        ...

    @property
    def published(self) -> datetime:
        """When it was published."""
        ...

    @property
    def domain(self) -> str:
        """Its publisher's, empty where that is not known any more."""
        ...

    @property
    def title(self) -> str:
        """Its title, likewise."""
        ...

    @property
    def sketch(self) -> Sketch:
        """Its wording."""
        ...

    @property
    def copy_of(self) -> CopyOf | None:
        """What it repeats itself."""
        ...


class Copy(NamedTuple):
    """What an article repeats.

    `original` is the first article of a group of copies and `seq` its place in the order of arrival; `nearest`
    is the one of the group that the numbers compare with. `near` tells a copy of the whole from one of a part.
    """

    original: str
    seq: int
    nearest: str
    overlap: Overlap
    near: bool


class Arriving(NamedTuple):
    """An article that may repeat an earlier one, and the domain of its publisher."""

    id: str
    title: str
    domain: str
    published: datetime


class Worded(NamedTuple):
    """An article's wording; `known` are the hashes of it by which articles may be found that came before it."""

    shingles: Shingles
    known: Sequence[int]


def look_up(batch: Sequence[Shingles], index: AnchorIndex) -> list[Worded]:
    """Articles in order of arrival before the first of them is compared: while they are, only they are added."""
    known = index.known([shingles.whole for shingles in batch], [shingles.sketch.anchors for shingles in batch])
    return list(map(Worded, batch, known))


def find_copy(
    article: Arriving,
    worded: Worded,
    index: AnchorIndex,
    remembered: Callable[[str], Remembered | None],
) -> Copy | None:
    """What this article repeats, if anything; never itself, in whatever revision.

    What is nearly equal comes before what is nearly the same, this before what is only a part; then the earliest
    group, then the closest text.
    """
    leads = index.leads(worded.known) if worded.known else {}
    if not leads:
        return None
    found, hashes = list[Copy](), worded.shingles.whole.tolist()
    for nearest in sorted(leads, key=lambda candidate: (-leads[candidate], candidate))[:COMPARED]:
        known = remembered(nearest)
        if known is None:
            continue
        original, seq = (known.copy_of.article, known.copy_of.seq) if known.copy_of else (nearest, known.seq)
        if article.id not in (original, nearest):
            shared = overlap(hashes, worded.shingles.sketch, known.sketch)
            if _is_copy(article, worded.shingles, known, shared):
                found.append(Copy(original, seq, nearest, shared, shared.jaccard >= NEAR))
    return min(found, key=_order, default=None)


def _is_copy(article: Arriving, new: Shingles, known: Remembered, shared: Overlap) -> bool:
    shorter = min(len(new.whole), known.sketch.whole.of)
    if shorter >= SHORT:
        least = LONG_CONTAINMENT if shorter >= LONG else CONTAINMENT
        alike = shared.containment >= least and shared.shared >= ENOUGH
        return alike and not _is_form(article, new, known, shared)
    near = abs(article.published - known.published) <= SHORT_GAP
    return near and shorter >= SHORT_SHINGLES and shared.jaccard >= SHORT_JACCARD


def _is_form(article: Arriving, new: Shingles, known: Remembered, shared: Overlap) -> bool:
    """Whether two texts with so much in common are one form filled in twice."""
    shorter, longer = sorted((len(new.whole), known.sketch.whole.of))
    if shared.containment >= SAME_FORM or longer >= FORM_LENGTHS * shorter:
        return False
    one_publisher = bool(known.domain) and known.domain == article.domain
    return are_others(new.numbers, known.sketch.numbers) or (
        one_publisher and _is_other_title(article.title, known.title)
    )


def _is_other_title(one: str, other: str) -> bool:
    words, others = (set(_LONGER_WORD.findall(title.casefold())) for title in (one, other))
    fewer = min(len(words), len(others))
    return fewer >= FEWEST_TITLE_WORDS and len(words & others) <= OTHER_TITLE * fewer


def _order(copy: Copy) -> tuple[bool, bool, int, float, float, str]:
    equal = copy.overlap.jaccard >= NEAR_EQUAL
    return not equal, not copy.near, copy.seq, -copy.overlap.jaccard, -copy.overlap.containment, copy.nearest
