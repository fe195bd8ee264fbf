"""What sources repeat, as a stage remembers it: learned from each new article, and taken out of all.

Feeds and pages repeat different things, so the stage that reads feeds and the one that reads pages each learn in a
table of their own.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import datetime

from streams.codec import content_id
from streams.identify.html import Paragraph
from streams.identify.learned import DECAY_DAYS, Habits, learn, reading_of, repeated
from streams.identify.prompts import house_of
from streams.records import Removed, Source

HABITS = "source:"
"""What keys of habits begin with, the hash of a source's domain follows; no article id begins so."""
REPEATED = "repeated"
WHY = "comes again in other articles of this source"
FEWEST_LINES = 2
"""An article of one line has nothing around it."""


class Repeats:
    """The habits of all sources, over a mapping that may be a view of the stage's own table."""

    def __init__(self, habits: MutableMapping[str, Habits]) -> None:
        self._habits = habits

    def among(
        self, lines: Sequence[Paragraph], article: str, title: str, source: Source, at: datetime, *, new: bool
    ) -> list[Removed]:
        """The lines of an article that its source repeats. A `new` one teaches; again, it changes nothing."""
        if len(lines) < FEWEST_LINES or not source.domain:
            return []
        key = HABITS + content_id(source.domain)
        habits = self._habits.get(key) or Habits()
        reading = reading_of(article, at.toordinal(), title, lines, house_of(source.name, source.domain))
        found = repeated(habits, reading)
        if new:
            self._habits[key] = learn(habits, reading, found)
        return [Removed(text=text, kind=REPEATED, why=WHY) for text in found]

    def forget(self, key: str, now: datetime) -> bool:
        """Whether a key is one of habits, which are forgotten when they are old."""
        if not key.startswith(HABITS):
            return False
        habits = self._habits.get(key)
        if habits and now.toordinal() - habits.last_day > DECAY_DAYS:
            del self._habits[key]
        return True
