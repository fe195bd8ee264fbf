"""An open story: its articles added up, and the record made of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from streams.corrections import STORY_ENTITIES, Corrections, Decided, of_story
from streams.records import Decision, Story, StoryDay, StoryEntity, StoryState
from streams.relate.contents import VELOCITY_HOURS, Contents, Telling
from streams.relate.related import Member, Past, Totals
from streams.relate.sparse import Numbers
from streams.relate.totals import REMEMBERED
from streams.relate.vectors import Sum

FOUND = 100
"""Entities that a story tells as they were found, where people corrected some."""
KEYWORDS = 10
PUBLISHER_NAMES = 10

NEW_SHARE = 0.1
"""How far each article draws a story's middle towards it, at least: about the last ten make it."""

NONE_CORRECTED = Corrections()
_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class LiveStory:
    """An open story in memory. What it is about, the sum of its articles' terms, is kept by its owner and
    given as `total` where needed. Its entities go by the `corrections` of the moment. Articles up to the place
    `through` in the order of arrival are in its past, not to be added; `trace` is what was decided about it.

    Of most open stories all articles are in the past. What those said is not kept here until another comes, but
    asked for with `past_of` (None: kept from the start).
    """

    __slots__ = (
        "_contents",
        "_corrections",
        "_past_of",
        "_upto",
        "arrived_at",
        "articles",
        "copies",
        "created_at",
        "first_seen",
        "id",
        "last_seen",
        "middle",
        "recurs",
        "state",
        "through",
        "trace",
        "version",
    )

    def __init__(
        self,
        story_id: str,
        past: Past | None = None,
        corrections: Corrections = NONE_CORRECTED,
        past_of: Callable[[str], Past | None] | None = None,
    ) -> None:
        self.id = story_id
        self._corrections, self._past_of = corrections, past_of
        self.version = self.through = self._upto = 0
        self.state: StoryState = "active"
        self.recurs: str | None = None
        self.trace: Sequence[Decision] = ()
        self.first_seen, self.last_seen, self.arrived_at = _LATEST, _EARLIEST, _EARLIEST
        self.middle = _EARLIEST
        self.created_at = _LATEST
        self.articles = self.copies = 0
        self._contents: Contents | None = None
        if past:
            self.take_over(past)
        if past and past.totals:
            self._start_from(past.totals)
        if not past or not past.totals or not past_of:
            self._contents = Contents(past.totals if past else None)

    def take_over(self, past: Past) -> None:
        """Be as far as the story's past says, which is too large to be kept here."""
        self.version, self.state, self.recurs = past.version, past.state, past.recurs
        self.through, self._upto, self.trace = past.through, past.upto, tuple(past.trace)

    @property
    def wants_headline(self) -> bool:
        """Whether one more article may stand for the title."""
        return self._contents is None or self._contents.wants_headline

    def add(self, article_id: str, member: Member, row: Numbers) -> None:
        """Count an article that is not counted yet; `row` is what it is about."""
        if member.seq > self._upto:
            self.state = "active"
        self.articles += 1
        self._move_middle(member.published)
        self.first_seen = min(self.first_seen, member.published)
        self.last_seen = max(self.last_seen, member.published)
        self.arrived_at = max(self.arrived_at, member.fetched_at)
        if article_id == self.id:
            self.created_at = member.created_at
        if member.copy_of:
            self.copies += 1
        self._contents = self._said()
        self._contents.add(article_id, member, row, self.arrived_at)
        self.noted(member)

    def noted(self, member: Member) -> None:
        """Take over what a decision changed in the story itself."""
        self.recurs = self.recurs or member.recurs
        self.version = max(self.version, member.story_version)

    def revise(self, article_id: str, old: Member, new: Member, row: Numbers) -> None:
        """Exchange what a counted article says."""
        self._contents = self._said()
        self._contents.revise(article_id, old, new, row)
        self.noted(new)

    def totals(self, telling: Telling) -> Totals:
        """All of it, as kept when its articles are forgotten."""
        said = self._said()
        return Totals(
            first_seen=self.first_seen,
            last_seen=self.last_seen,
            middle=self.middle,
            arrived_at=self.arrived_at,
            created_at=self.created_at,
            title=telling.title,
            summary=telling.summary,
            articles=self.articles,
            copies=self.copies,
            days=dict(said.newest_days()),
            publishers=dict(list(said.publishers.items())[:REMEMBERED]),
            languages=dict(said.languages),
            entities=said.found(self.articles)[:REMEMBERED],
        )

    def record(self, total: Sum) -> Story:
        """The story as it now stands."""
        said = self._said()
        telling, found = said.telling(total), said.found(self.articles)
        decided = self._corrections.decided(one.id for one in found)
        entities = (of_story(found, decided, self.articles) if decided else found)[:STORY_ENTITIES]
        told = _behind(found, entities, decided) if decided else []
        return Story(
            id=self.id,
            version=self.version,
            title=telling.title,
            state=self.state,
            first_seen=self.first_seen,
            last_seen=self.last_seen,
            created_at=self.created_at,
            articles=self.articles,
            copies=self.copies,
            publishers=len(said.publishers),
            summary=telling.summary,
            publisher_names=list(said.publishers.values())[:PUBLISHER_NAMES],
            languages=sorted(said.languages, key=lambda code: (-said.languages[code], code)),
            entities=entities,
            keywords=list(total.top(KEYWORDS)),
            timeline=[
                StoryDay(day=date.fromisoformat(day), articles=articles) for day, articles in said.newest_days()
            ],
            velocity=len(said.arrivals) / VELOCITY_HOURS if self.state == "active" else 0.0,
            recurs=self.recurs,
            found=told,
            corrected={one.id: decided[one.id] for one in told if one.id in decided},
            trace=list(self.trace),
        )

    def telling(self, total: Sum) -> Telling:
        """Its title and summary."""
        return self._said().telling(total)

    def found(self) -> list[StoryEntity]:
        """The entities as they were found, each under the name that most articles use; not to be changed."""
        return self._said().found(self.articles)

    def _said(self) -> Contents:
        if self._contents is not None:
            return self._contents
        past = self._past_of(self.id) if self._past_of else None
        return Contents(past.totals if past else None)

    def _start_from(self, totals: Totals) -> None:
        self.first_seen, self.last_seen = totals.first_seen, totals.last_seen
        self.middle = totals.middle
        self.arrived_at, self.created_at = totals.arrived_at, totals.created_at
        self.articles, self.copies = totals.articles, totals.copies

    def _move_middle(self, published: datetime) -> None:
        if self.articles == 1:
            self.middle = published
        else:
            self.middle += (published - self.middle) * max(1 / self.articles, NEW_SHARE)


def _behind(found: list[StoryEntity], shown: list[StoryEntity], decided: Decided) -> list[StoryEntity]:
    """What was found of the entities that are shown, and of those that something was decided about."""
    ids = {one.id for one in shown} | decided.keys()
    return [one for one in found if one.id in ids][:FOUND]
