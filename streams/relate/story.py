"""An open story: its articles added up, and the record made of them."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import msgspec

from streams.corrections import STORY_ENTITIES, Corrections, Decided, of_story
from streams.joining import united_in_story
from streams.records import Decision, Story, StoryDay, StoryEntity, StoryState
from streams.relate.related import Member, Past, Totals
from streams.relate.sparse import Numbers
from streams.relate.totals import REMEMBERED
from streams.relate.vectors import Sum

VELOCITY_HOURS = 24
HEADLINES = 24
"""Articles that may give a story its title: the first ones that are no copies."""
FOUND = 100
"""Entities that a story tells as they were found, where people corrected some."""
KEYWORDS = 10
PUBLISHER_NAMES = 10
DAYS = 30

NEW_SHARE = 0.1
"""How far each article draws a story's middle towards it, at least: about the last ten make it."""

NONE_CORRECTED = Corrections()
_LATEST = datetime.max.replace(tzinfo=UTC)
_EARLIEST = datetime.min.replace(tzinfo=UTC)


class Telling(NamedTuple):
    """What a story is about, in its articles' words."""

    title: str
    summary: str


class _Headline(msgspec.Struct):
    """A candidate for the story's title.

    `row` is what its article is about, `fit` the dot product of that with the sum of all articles when it was last
    computed.
    """

    seq: int
    title: str
    lead: str
    row: Numbers
    fit: int = 0


class LiveStory:
    """An open story in memory. What it is about, the sum of its articles' terms, is kept by its owner and
    given as `total` where needed. Its entities go by the `corrections` of the moment. Articles up to the place
    `through` in the order of arrival are in its past, not to be added; `trace` is what was decided about it.
    """

    def __init__(self, story_id: str, past: Past | None = None, corrections: Corrections = NONE_CORRECTED) -> None:
        self.id = story_id
        self._corrections = corrections
        self.version = self.through = self._upto = 0
        self.state: StoryState = "active"
        self.recurs: str | None = None
        self.trace: list[Decision] = []
        self.first_seen, self.last_seen, self.arrived_at = _LATEST, _EARLIEST, _EARLIEST
        self.middle = _EARLIEST
        self.created_at = _LATEST
        self.articles = self.copies = 0
        self._title = self._summary = ""
        self._days: dict[str, int] = {}
        self._publishers: dict[str, str] = {}
        self._languages: dict[str, int] = {}
        self._entities: dict[StoryEntity, StoryEntity] = {}  # As one article has it: with all counted.
        self._found: list[StoryEntity] | None = None
        self._headlines: dict[str, _Headline] = {}
        self._told_since: list[Numbers] | None = None  # None: not all headlines' fits are known.
        self._arrivals: list[datetime] = []
        if past:
            self.take_over(past)
            if past.totals:
                self._start_from(past.totals)

    def take_over(self, past: Past) -> None:
        """Be as far as the story's past says, which is too large to be kept here."""
        self.version, self.state, self.recurs = past.version, past.state, past.recurs
        self.through, self._upto, self.trace = past.through, past.upto, past.trace

    @property
    def wants_headline(self) -> bool:
        """Whether one more article may stand for the title."""
        return len(self._headlines) < HEADLINES

    def add(self, article_id: str, member: Member, row: Numbers) -> None:
        """Count an article that is not counted yet; `row` is what it is about."""
        if member.seq > self._upto:
            self.state = "active"
        self.articles += 1
        self._move_middle(member.published)
        day = member.published.date().isoformat()
        self._languages[member.language] = self._languages.get(member.language, 0) + 1
        self._days[day] = self._days.get(day, 0) + 1
        self.first_seen = min(self.first_seen, member.published)
        self.last_seen = max(self.last_seen, member.published)
        self.arrived_at = max(self.arrived_at, member.fetched_at)
        if article_id == self.id:
            self.created_at = member.created_at
        if member.copy_of:
            self.copies += 1
        else:
            self._publishers.setdefault(member.domain, member.publisher)
        insort(self._arrivals, member.fetched_at)
        del self._arrivals[: bisect_left(self._arrivals, self._velocity_start())]
        self._add_features(article_id, member, row)
        if self._told_since is not None:
            self._told_since.append(row)
        self.noted(member)

    def noted(self, member: Member) -> None:
        """Take over what a decision changed in the story itself."""
        self.recurs = self.recurs or member.recurs
        self.version = max(self.version, member.story_version)

    def revise(self, article_id: str, old: Member, new: Member, row: Numbers) -> None:
        """Exchange what a counted article says."""
        self._count(old.entities, times=-1)
        self._add_features(article_id, new, row)
        self._told_since = None
        self.noted(new)

    def totals(self, telling: Telling) -> Totals:
        """All of it, as kept when its articles are forgotten."""
        publishers = list(self._publishers.items())[:REMEMBERED]
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
            days=dict(self._newest_days()),
            publishers=dict(publishers),
            languages=dict(self._languages),
            entities=self.found()[:REMEMBERED],
        )

    def record(self, total: Sum) -> Story:
        """The story as it now stands."""
        telling, found = self.telling(total), self.found()
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
            publishers=len(self._publishers),
            summary=telling.summary,
            publisher_names=list(self._publishers.values())[:PUBLISHER_NAMES],
            languages=sorted(self._languages, key=lambda code: (-self._languages[code], code)),
            entities=entities,
            keywords=list(total.top(KEYWORDS)),
            timeline=[
                StoryDay(day=date.fromisoformat(day), articles=articles) for day, articles in self._newest_days()
            ],
            velocity=len(self._arrivals) / VELOCITY_HOURS if self.state == "active" else 0.0,
            recurs=self.recurs,
            found=told,
            corrected={one.id: decided[one.id] for one in told if one.id in decided},
            trace=self.trace,
        )

    def telling(self, total: Sum) -> Telling:
        """The headline nearest to all articles together, the earliest among equals, and the first sentence of that
        article, or of the next one that has a text.
        """
        headlines = list(self._headlines.values())
        if len(headlines) > 1:
            self._measure(headlines, total)
            headlines.sort(key=lambda headline: (-headline.fit, headline.seq))
        title = headlines[0].title if headlines else self._title
        return Telling(title, next((one.lead for one in headlines if one.lead), self._summary))

    def _measure(self, headlines: list[_Headline], total: Sum) -> None:
        """Work out the headlines' fits, or add to them what came with the articles since."""
        rows = [headline.row for headline in headlines]
        if self._told_since is None:
            for headline, fit in zip(headlines, total.dots(rows), strict=True):
                headline.fit = fit
        for row in self._told_since or ():
            for headline, more in zip(headlines, total.lexicon.dots(row, rows).tolist(), strict=True):
                headline.fit += more
        self._told_since = []

    def found(self) -> list[StoryEntity]:
        """The entities as they were found, each under the name that most articles use; not to be changed."""
        if self._found is None:
            named = sorted(self._entities.values(), key=lambda one: (-one.articles, one.name, one.id, one.label))
            are_united = len({one.id for one in named}) == len(named)
            self._found = named if are_united else united_in_story(named, self.articles)
        return self._found

    def _start_from(self, totals: Totals) -> None:
        self.first_seen, self.last_seen = totals.first_seen, totals.last_seen
        self.middle = totals.middle
        self.arrived_at, self.created_at = totals.arrived_at, totals.created_at
        self.articles, self.copies = totals.articles, totals.copies
        self._title, self._summary = totals.title, totals.summary
        self._days = dict(totals.days)
        self._publishers = dict(totals.publishers)
        self._languages = dict(totals.languages)
        self._entities = {msgspec.structs.replace(entity, articles=1): entity for entity in totals.entities}

    def _add_features(self, article_id: str, member: Member, row: Numbers) -> None:
        self._count(member.entities)
        if member.headline:
            self._told_since = None
            self._headlines[article_id] = _Headline(member.seq, member.title, member.lead, row)

    def _count(self, entities: Iterable[StoryEntity], times: int = 1) -> None:
        """Count an article's entities, each once; `times=-1` takes it back."""
        for one in set(entities):
            known = self._entities.get(one)
            articles = times + (known.articles if known else 0)
            if articles > 0:
                self._entities[one] = msgspec.structs.replace(one, articles=articles)
            else:
                self._entities.pop(one, None)
        self._found = None

    def _newest_days(self) -> list[tuple[str, int]]:
        """In order of time, which is that of ISO dates as texts."""
        return sorted(self._days.items())[-DAYS:]

    def _move_middle(self, published: datetime) -> None:
        if self.articles == 1:
            self.middle = published
        else:
            self.middle += (published - self.middle) * max(1 / self.articles, NEW_SHARE)

    def _velocity_start(self) -> datetime:
        return self.arrived_at - timedelta(hours=VELOCITY_HOURS)


def _behind(found: list[StoryEntity], shown: list[StoryEntity], decided: Decided) -> list[StoryEntity]:
    """What was found of the entities that are shown, and of those that something was decided about."""
    ids = {one.id for one in shown} | decided.keys()
    return [one for one in found if one.id in ids][:FOUND]
