"""The closed stories, each findable by what it was about."""

from __future__ import annotations

from datetime import datetime, timedelta
from heapq import heappop, heappush
from typing import NamedTuple

from streams.relate.lexicon import Lexicon
from streams.relate.related import Past
from streams.relate.vectors import VectorIndex


class Ended(NamedTuple):
    """The time of a closed story."""

    first_seen: datetime
    last_seen: datetime


class ClosedStories:
    """The closed stories by id in `ended`; `echoes` are what they were about."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.ended: dict[str, Ended] = {}
        self.echoes = VectorIndex(lexicon)
        self._lexicon = lexicon
        self._endings: list[tuple[datetime, str]] = []

    def add(self, story_id: str, past: Past) -> None:
        """A story that is closed by now."""
        if past.totals is None:
            raise ValueError(f"story {story_id} is closed without totals")
        self.ended[story_id] = Ended(past.totals.first_seen, past.totals.last_seen)
        self.echoes.put(story_id, self._lexicon.row(past.terms))
        heappush(self._endings, (past.at, story_id))

    def drop(self, story_id: str) -> None:
        """Forget one that `expired` named."""
        del self.ended[story_id]
        self.echoes.drop(story_id)

    def expired(self, clock: datetime, lasting: timedelta, most: int) -> str | None:
        """The next story that ended too long ago, or while there are too many; it is named once."""
        if self._endings and (self._endings[0][0] + lasting <= clock or len(self._endings) > most):
            return heappop(self._endings)[1]
        return None
