"""Which story an article belongs to, decided once, as it arrives.

An open story is the sum of its articles' term vectors. An article joins the story whose sum it resembles
most (cosine), weakened by the days between them (a Gaussian in the gap of published time), if that is enough
for an article of its length: the fewer terms it has, the less of a story it can show. This is single-pass
clustering, as in topic detection and tracking (J. Allan, R. Papka, V. Lavrenko, "On-line new event detection
and tracking", 1998); the Gaussian is that of M. Miranda et al., "Multilingual clustering of streaming news"
(2018).
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

SIGMA_DAYS = 1.5
FAR = 0.3
"""What remains of a likeness over any number of days: enough for what is nearly the same words."""

LEAST_COSINE = 0.1
"""Stories below are not even mentioned in the explanation."""

FEW_TERMS, FEW_THRESHOLD = 8, 0.16
MANY_TERMS, MANY_THRESHOLD = 20, 0.21
"""The threshold runs straight from a bare headline's to that of a headline with some lines of text."""

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
    terms: int,
    published: datetime,
    stories: Mapping[str, Episode],
    story_days: float,
) -> Choice:
    """Choose for an article of so many terms among the open stories with these cosines, which it resembles;
    only those within `story_days` of it count.
    """
    threshold = threshold_for(terms)
    scored: list[tuple[float, str | None, float]] = []
    for story_id, cosine in cosines.items():
        gap = gap_days(published, stories[story_id])
        if gap <= story_days:
            scored.append((-cosine * nearness(gap), story_id, gap))
    nothing = (0.0, None, 0.0)
    (score, best, gap), (runner_up_score, runner_up, _) = heapq.nsmallest(2, [*scored, nothing, nothing])
    return Choice(best, -score, threshold, gap, runner_up, -runner_up_score)


def threshold_for(terms: int) -> float:
    """The least score at which an article of so many terms joins a story."""
    share = min(1.0, max(0.0, (terms - FEW_TERMS) / (MANY_TERMS - FEW_TERMS)))
    return FEW_THRESHOLD + share * (MANY_THRESHOLD - FEW_THRESHOLD)


def nearness(gap: float) -> float:
    """The weight of a likeness over a gap of days: 1 at once, FAR in the end."""
    return FAR + (1 - FAR) * math.exp(-(gap**2) / (2 * SIGMA_DAYS**2))


def gap_days(published: datetime, story: Episode) -> float:
    """Days between an article and the nearer end of a story; 0 within it."""
    gap = max(story.first_seen - published, published - story.last_seen)
    return max(0.0, gap / DAY)
