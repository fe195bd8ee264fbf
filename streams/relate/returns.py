"""Stories that come back: is a new story an earlier one again?

Asked when a story begins and again while it has few articles, since one headline may say too little. The
earlier story is mostly one that closed. But the articles of a first poll arrive together, weeks of them in
any order; so a story that is open by its arrivals but lies apart in published time can be the earlier one,
or the later.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.relate.memory import Memory
from streams.relate.sparse import Numbers, total

THRESHOLD = 0.31
"""Cosine from which a story brings an earlier one back."""

LEAST_COSINE = 0.2
"""Stories below are not even mentioned in the explanation."""

ASKED_UP_TO = 5
"""Articles up to which it is asked again."""

LEAST_GAP = timedelta(days=1)
"""What begins sooner after a closed story's last article was late to arrive, and is no return."""


class Return(NamedTuple):
    """The earlier story that a story resembles most."""

    story_id: str
    score: float

    @property
    def comes_back(self) -> bool:
        """Whether that is enough."""
        return self.score >= self.threshold

    @property
    def threshold(self) -> float:
        """What is enough."""
        return THRESHOLD


def find_earlier(
    memory: Memory,
    rows: Sequence[Numbers],
    open_cosines: Mapping[str, float],
    first_seen: datetime,
    apart: timedelta,
) -> Return:
    """The story before `first_seen` that a story, the sum of these rows of terms, resembles most; its id is empty
    if there is none.

    Open stories, given with their cosines, count when they end more than `apart` before.
    """
    echoes = memory.closed.echoes
    echoing = echoes.near(total(rows), LEAST_COSINE) if len(echoes) else {}
    found = [
        (score, earlier)
        for earlier, score in echoing.items()
        if first_seen - memory.closed.ended[earlier].last_seen >= LEAST_GAP
    ]
    found += [
        (score, earlier)
        for earlier, score in open_cosines.items()
        if first_seen - memory.open.live[earlier].last_seen > apart
    ]
    score, earlier = max(found, default=(0.0, ""))
    return Return(earlier, score)


def find_later(
    memory: Memory, open_cosines: Mapping[str, float], published: datetime, apart: timedelta
) -> list[str]:
    """The open stories that bring back the one that begins with this article, though they arrived first."""
    near = sorted(story_id for story_id, cosine in open_cosines.items() if cosine >= THRESHOLD)
    stories = [memory.open.live[story_id] for story_id in near]
    return [
        story.id
        for story in stories
        if story.recurs is None and story.articles <= ASKED_UP_TO and story.first_seen - published > apart
    ]
