"""What the articles of a story say beside their terms: its title, and whom, where and when they are of."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from streams.joining import united_in_story
from streams.records import StoryEntity
from streams.relate.related import Member, Totals
from streams.relate.sparse import Numbers
from streams.relate.vectors import Sum

VELOCITY_HOURS = 24
HEADLINES = 24
"""Articles that may give a story its title: the first ones that are no copies."""
DAYS = 30


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


class Contents:
    """That of an open story, of which its past may say a part: `totals`.

    `publishers` maps the domains of articles that are no copies to names, `languages` counts articles, `arrivals`
    are the times of those that came within VELOCITY_HOURS before the last one.
    """

    def __init__(self, totals: Totals | None = None) -> None:
        self.publishers: dict[str, str] = dict(totals.publishers) if totals else {}
        self.languages: dict[str, int] = dict(totals.languages) if totals else {}
        self.arrivals: list[datetime] = []
        self._title, self._summary = (totals.title, totals.summary) if totals else ("", "")
        self._days: dict[str, int] = dict(totals.days) if totals else {}
        # As one article has it: with all counted.
        self._entities: dict[StoryEntity, StoryEntity] = (
            {msgspec.structs.replace(entity, articles=1): entity for entity in totals.entities} if totals else {}
        )
        self._found: list[StoryEntity] | None = None
        self._headlines: dict[str, _Headline] = {}
        self._told_since: list[Numbers] | None = None  # None: not all headlines' fits are known.

    @property
    def wants_headline(self) -> bool:
        """Whether one more article may stand for the title."""
        return len(self._headlines) < HEADLINES

    def add(self, article_id: str, member: Member, row: Numbers, arrived_at: datetime) -> None:
        """Count an article that is not counted yet; `row` is what it is about, `arrived_at` when the last came."""
        day = member.published.date().isoformat()
        self.languages[member.language] = self.languages.get(member.language, 0) + 1
        self._days[day] = self._days.get(day, 0) + 1
        if not member.copy_of:
            self.publishers.setdefault(member.domain, member.publisher)
        insort(self.arrivals, member.fetched_at)
        del self.arrivals[: bisect_left(self.arrivals, arrived_at - timedelta(hours=VELOCITY_HOURS))]
        self._add_features(article_id, member, row)
        if self._told_since is not None:
            self._told_since.append(row)

    def revise(self, article_id: str, old: Member, new: Member, row: Numbers) -> None:
        """Exchange what a counted article says."""
        self._count(old.entities, times=-1)
        self._add_features(article_id, new, row)
        self._told_since = None

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

    def found(self, articles: int) -> list[StoryEntity]:
        """The entities of so many articles, each under the name that most of them use; not to be changed."""
        if self._found is None:
            named = sorted(self._entities.values(), key=lambda one: (-one.articles, one.name, one.id, one.label))
            are_united = len({one.id for one in named}) == len(named)
            self._found = named if are_united else united_in_story(named, articles)
        return self._found

    def newest_days(self) -> list[tuple[str, int]]:
        """Articles published on each of the last days, in order of time, which is that of ISO dates as texts."""
        return sorted(self._days.items())[-DAYS:]

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
