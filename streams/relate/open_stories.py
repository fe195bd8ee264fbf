"""The open stories: what they are about, what their headlines say, and when time is to look at each.

All sums are of whole numbers and nothing depends on the order of addition, so what is made anew from the same
articles is the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from heapq import heappop, heappush
from typing import NamedTuple

from streams.corrections import Corrections
from streams.relate.lexicon import Lexicon
from streams.relate.related import EARLIEST, Member, Past
from streams.relate.remains import NO_REMAINS
from streams.relate.sparse import NOTHING, Numbers, total
from streams.relate.story import LiveStory
from streams.relate.titles import TitleSums
from streams.relate.vectors import VectorIndex


class Due(NamedTuple):
    """When time is to look at a story."""

    at: datetime
    story_id: str


class OpenStories:
    """The open stories by id in `live`; `sums` are what they are about, `titles` what their headlines say.

    Names in them go by `corrections`; `past_of` says what the articles' decisions do not.
    """

    def __init__(self, corrections: Corrections, lexicon: Lexicon, past_of: Callable[[str], Past | None]) -> None:
        self.live: dict[str, LiveStory] = {}
        self.sums = VectorIndex(lexicon)
        self.titles = TitleSums()
        self._corrections, self._lexicon, self._past_of = corrections, lexicon, past_of
        self._adding: dict[str, list[Numbers]] | None = None
        self._dues: list[Due] = []
        self._due: dict[str, datetime] = {}  # Of a story's entries in `_dues` only this one counts.

    def open(self, story_id: str, past: Past | None = None) -> None:
        """A new story, or one of which something is known beside its articles."""
        self._begin(story_id, past)
        self.sums.put(story_id, self._lexicon.row(past.remains.terms) if past else NOTHING)
        self.look_at(story_id, EARLIEST)

    def close(self, story_id: str) -> None:
        """Forget an open story."""
        del self.live[story_id], self._due[story_id]
        self.sums.drop(story_id)
        self.titles.drop(story_id)

    def add(self, article_id: str, member: Member) -> None:
        """An article of an open story."""
        row = self._lexicon.row(member.terms)
        if not self._told(article_id, member, row):
            return
        if self._adding is None:
            self.sums.add(member.story_id, row)
        else:
            self._adding[member.story_id].append(row)

    @contextmanager
    def adding_many(self) -> Iterator[None]:
        """The body adds articles; what they say is added up by story and then put into `sums`, a story at once.

        Every term of a sum has a place in a column of its own, so that adding an article to a sum costs most of
        what is done when all are made anew.
        """
        self._adding = defaultdict(list)
        yield
        for story_id, rows in self._adding.items():
            self.sums.add(story_id, total(rows))
        self._adding = None

    def revise(self, article_id: str, old: Member, new: Member) -> None:
        """An article of an open story that says something else now."""
        story = self.live[new.story_id]
        if new.seq <= story.through:
            story.noted(new)
            return
        row = self._lexicon.row(new.terms)
        story.revise(article_id, old, new, row)
        self.sums.add(new.story_id, row)
        self.sums.add(new.story_id, self._lexicon.row(old.terms), times=-1)
        self.titles.add(new.story_id, old.headline_vector, times=-1)
        self.titles.add(new.story_id, new.headline_vector)

    def remake(self, story_id: str, past: Past, members: Iterable[tuple[str, Member]]) -> None:
        """A story anew, of its remembered articles in order of arrival."""
        self.titles.drop(story_id)
        self._begin(story_id, past)
        rows = [self._lexicon.row(past.remains.terms)]
        for article_id, member in members:
            row = self._lexicon.row(member.terms)
            if self._told(article_id, member, row):
                rows.append(row)
        self.sums.put(story_id, total(rows))

    def look_at(self, story_id: str, at: datetime) -> None:
        """Have time look at an open story then, and not before."""
        self._due[story_id] = at
        heappush(self._dues, Due(at, story_id))

    def next_due(self, clock: datetime) -> Due | None:
        """The next story to look at by now; who asks says when to look at it again, or closes it."""
        while self._dues and self._dues[0].at <= clock:
            due = heappop(self._dues)
            if self._due.get(due.story_id) == due.at:
                return due
        return None

    def _begin(self, story_id: str, past: Past | None) -> None:
        """With nothing but what remains of articles that are forgotten, and without the sum of terms."""
        known = self.live.get(story_id)
        story_id = known.id if known else story_id  # The same text, not an equal one.
        self.live[story_id] = LiveStory(story_id, past, self._corrections, self._past_of)
        remains = past.remains if past else NO_REMAINS
        self.titles.add(story_id, remains.headline, remains.headlines)

    def _told(self, article_id: str, member: Member, row: Numbers) -> bool:
        """Tell an open story of an article; returns whether it counts for more than its decision."""
        story = self.live[member.story_id]
        if member.seq <= story.through:
            story.noted(member)
            return False
        asleep = story.state != "active"
        story.add(article_id, member, row)
        if asleep:
            self.look_at(member.story_id, EARLIEST)
        self.titles.add(member.story_id, member.headline_vector)
        return True
