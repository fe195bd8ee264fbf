"""Which story an article belongs to, decided once, as it arrives.

An open story is the sum of its articles: of their term vectors and of what their headlines say. An article joins
the story that it resembles most (the cosine of the terms, and less of that of the headlines), weakened by the days
between it and the story's middle (a Gaussian), if that is enough for an article of its length: the fewer terms it
has, the less of a story it can show. The middle moves along with a story that goes on, so that what is told each
day joins, while the look-alike of some days later does not.

This is single-pass clustering, as in topic detection and tracking (J. Allan, R. Papka, V. Lavrenko, "On-line new
event detection and tracking", 1998); the Gaussian is that of M. Miranda et al., "Multilingual clustering of
streaming news" (2018).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

SIGMA_DAYS = 1.5
FAR = 0.2
"""What remains of a likeness over any number of days: enough for what is nearly the same words."""

LEAST_COSINE = 0.06
"""Stories below are not compared any further."""

UNRELATED = 0.25
"""Headlines without anything in common have about this cosine."""

FEW_TERMS, MANY_TERMS = 8, 22


class ByLength(NamedTuple):
    """A value for a bare headline (FEW_TERMS) and for one with some lines of text (MANY_TERMS)."""

    few: float
    many: float

    def at(self, terms: int) -> float:
        """The value for so many terms: straight between the two."""
        share = min(1.0, max(0.0, (terms - FEW_TERMS) / (MANY_TERMS - FEW_TERMS)))
        return self.few + share * (self.many - self.few)


THRESHOLD = ByLength(0.14, 0.21)
"""The least score that is enough."""

TITLE_WEIGHT = ByLength(0.4, 0.2)
THRESHOLD_WITH_TITLE = ByLength(0.2, 0.3)
"""Where what headlines say is known, it counts so much, and so much is enough."""

DAY = timedelta(days=1)


class Episode(Protocol):
    """A story as far as its time goes."""

    @property
    def first_seen(self) -> datetime:
        """The earliest published time of its articles."""
        ...

    @property
    def last_seen(self) -> datetime:
        """The latest one."""
        ...

    @property
    def middle(self) -> datetime:
        """Where most of the newer ones are."""
        ...


class Choice(NamedTuple):
    """The open story that an article resembles most, the one after that, and what would have been enough."""

    story_id: str | None
    score: float
    threshold: float
    gap_days: float
    runner_up: str | None
    runner_up_score: float

    @property
    def joins(self) -> bool:
        """Whether the article belongs to that story, instead of beginning its own."""
        return self.story_id is not None and self.score >= self.threshold


def choose(
    cosines: Mapping[str, float],
    titles: Mapping[str, float] | None,
    terms: int,
    published: datetime,
    stories: Mapping[str, Episode],
    story_days: float,
) -> Choice:
    """Choose for an article of so many terms among the open stories with these cosines of terms and of titles
    (None: the article's title is not known as a vector); only those within `story_days` of it count.
    """
    threshold = (THRESHOLD if titles is None else THRESHOLD_WITH_TITLE).at(terms)
    weight = TITLE_WEIGHT.at(terms)
    scored: list[tuple[float, str | None, float]] = []
    for story_id, cosine in cosines.items():
        story = stories[story_id]
        gap = gap_days(published, story)
        if gap <= story_days:
            likeness = cosine + weight * related(titles.get(story_id, 0.0) if titles else 0.0)
            scored.append((-likeness * nearness(abs(published - story.middle) / DAY), story_id, gap))
    nothing = (0.0, None, 0.0)
    (score, best, gap), (runner_up_score, runner_up, _) = heapq.nsmallest(2, [*scored, nothing, nothing])
    return Choice(best, -score, threshold, gap, runner_up, -runner_up_score)


def nearness(days: float) -> float:
    """The weight of a likeness over so many days: 1 at once, FAR in the end."""
    return FAR + (1 - FAR) * math.exp(-(days**2) / (2 * SIGMA_DAYS**2))


def gap_days(published: datetime, story: Episode) -> float:
    """Days between an article and the nearer end of a story; 0 within it."""
    gap = max(story.first_seen - published, published - story.last_seen)
    return max(0.0, gap / DAY)


def related(cosine: float) -> float:
    """What a cosine of headlines says: from 0 for those that have nothing in common to 1 for the same."""
    return max(0.0, (cosine - UNRELATED) / (1 - UNRELATED))
