"""A rule tried on stored articles before it goes live: what it would have matched, and what people would have got.

The stages themselves decide: every stored article that matches is a hit, read when it was published if it came
with a first poll or a replay, and the clock ticks in between. What a story was at that time is told from its
stored articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from heapq import merge
from operator import itemgetter
from typing import NamedTuple, TypeAlias

import msgspec

from streams.alerts.decide import Decide
from streams.alerts.match import hit_of
from streams.alerts.samples import Sample, Sampler
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Alert, Delivery, Document, Hit, Record, Rule, Story, StoryChange, Tick
from streams.relate.owners import owner_of

MOST_DAYS = 5
LONGEST_TICK = timedelta(hours=1)
SHORTEST_TICK = timedelta(minutes=2)
DAY_S = 86400.0

_Timed: TypeAlias = tuple[datetime, Record]
"""A record, and when it would have come."""
_TIME = itemgetter(0)

Rest: TypeAlias = Callable[[Collection[str]], Iterable[tuple[Story, Iterable[Document]]]]
"""Of the stories of these ids that are there: each with its articles that a trial has not been given yet."""


class Day(msgspec.Struct, frozen=True, kw_only=True):
    """A day, in UTC as `2026-03-02`, and how many articles matched in it."""

    day: str
    articles: int


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule would have led to: `hits` articles of so many `stories`, `alerts`, and `deliveries` to its
    channels. `articles_per_day` is over the time from the first hit to the last, at least a day; `days` are the
    noisiest, `samples` the newest hits. Against the live rule of the same id `appears` and `disappears` count
    articles, with samples of each; without one they are None.
    """

    rule_id: str
    hits: int
    stories: int
    alerts: int
    deliveries: int
    articles_per_day: float
    days: list[Day]
    samples: list[Sample]
    appears: int | None = None
    disappears: int | None = None
    new_samples: list[Sample] = []
    lost_samples: list[Sample] = []


def try_rule(
    rule: Rule,
    matching: Iterable[Document],
    until: datetime,
    *,
    rest: Rest = lambda _: (),
    before: Rule | None = None,
    lost: Iterable[Document] = (),
) -> Trial:
    """Decide about a rule's matching articles, the oldest first, up to a time. Each article is read once.

    `rest` gives what else is stored of their stories; only some rules have to know (`needs_stories`). `before` is
    the live rule that it is compared with, `lost` are the articles that only that one matches. Raises QueryError
    for a query that cannot be parsed.
    """
    seen = _Seen(rule, before)
    decide = Decide({})
    decide.process([rule])
    hits: Iterable[_Timed] = ((hit.fetched_at, hit) for hit in seen.hits(matching))
    changes: list[_Timed] = []
    if rule.kind not in ("match", "spike"):
        # One that was read late must not take the clock, and the windows, past those that were read before it.
        hits = sorted(hits, key=_TIME)
    if needs_stories(rule):
        changes = seen.changes(rest)  # which stories there are is known with the last hit
    alerts, deliveries = set[str](), 0
    for record in _with_ticks(merge(hits, changes, key=_TIME), rule, until):
        for output in decide.process([record]):
            if isinstance(output.record, Alert):
                alerts.add(output.record.id)
            deliveries += isinstance(output.record, Delivery)
    return seen.result(len(alerts), deliveries, lost)


def needs_stories(rule: Rule) -> bool:
    """Whether a trial of the rule has to know what became of the stories."""
    return rule.kind in ("new_story", "returning")


class _Part(NamedTuple):
    """An article of a story, ordered by when it was read; `owner` is who said it, unless it is a copy."""

    read_at: datetime
    published: datetime
    document_id: str
    owner: str | None


class _Seen:
    """What a trial tells of the articles, counted without keeping them."""

    def __init__(self, rule: Rule, before: Rule | None) -> None:
        self._rule = rule
        self._matcher = Matcher(parse(rule.query))
        self._before = Matcher(parse(before.query)) if before else None
        self._sampler, self._new = Sampler(self._matcher), Sampler(self._matcher)
        self._parts: dict[str, list[_Part]] = {}
        self._days: Counter[str] = Counter()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def hits(self, documents: Iterable[Document]) -> Iterator[Hit]:
        """The articles as hits that are as they would have come had each been read as it was published."""
        of_stories = needs_stories(self._rule)
        for document in documents:
            self._sampler.add(document)
            if self._before is not None and not self._before.holds(Prepared(document)):
                self._new.add(document)
            parts = self._parts.setdefault(document.story_id, [])
            if of_stories:
                parts.append(_part(document))
            self._days[document.published.astimezone(UTC).date().isoformat()] += 1
            self._first, self._last = self._first or document.published, document.published
            # Versions of stories are told anew, and no decision rests on where words stand.
            hit = hit_of(self._rule, document, {})
            yield msgspec.structs.replace(hit, backfill=False, fetched_at=_read_at(document), story_version=0)

    def changes(self, rest: Rest) -> list[_Timed]:
        """What the stories of all hits were after each of their articles was read, in this order."""
        found: list[_Timed] = []
        for story, documents in rest(self._parts):
            found += _changes(story, sorted([*self._parts[story.id], *map(_part, documents)]))
        return sorted(found, key=_TIME)

    def result(self, alerts: int, deliveries: int, lost: Iterable[Document]) -> Trial:
        """All of it; against the live rule, if there is one, with the articles that only that one matches."""
        span = self._last - self._first if self._first and self._last else timedelta()
        noisiest = sorted(self._days.items(), key=lambda item: (-item[1], item[0]))[:MOST_DAYS]
        trial = Trial(
            rule_id=self._rule.id,
            hits=self._sampler.count,
            stories=len(self._parts),
            alerts=alerts,
            deliveries=deliveries,
            articles_per_day=round(self._sampler.count / max(span.total_seconds() / DAY_S, 1.0), 2),
            days=[Day(day=day, articles=count) for day, count in noisiest],
            samples=self._sampler.newest(),
        )
        if self._before is None:
            return trial
        gone = Sampler(self._before)
        for document in lost:
            gone.add(document)
        return msgspec.structs.replace(
            trial,
            appears=self._new.count,
            disappears=gone.count,
            new_samples=self._new.newest(),
            lost_samples=gone.newest(),
        )


def _read_at(document: Document) -> datetime:
    return document.published if document.backfill else document.fetched_at


def _part(document: Document) -> _Part:
    owner = owner_of(document.source.domain) if document.copy_of is None else None
    return _Part(_read_at(document), document.published, document.id, owner)


def _changes(story: Story, parts: Sequence[_Part]) -> Iterator[_Timed]:
    owners: set[str] = set()
    first, last = parts[0].published, parts[0].published
    for version, part in enumerate(parts, start=1):
        first, last = min(first, part.published), max(last, part.published)
        if part.owner is not None:
            owners.add(part.owner)
        change = StoryChange(
            story_id=story.id,
            version=version,
            state="active",
            at=last,
            began_at=first,
            publishers=len(owners),
            recurs=story.recurs,
        )
        yield part.read_at, change


def _with_ticks(records: Iterable[_Timed], rule: Rule, until: datetime) -> Iterator[Record]:
    """The records with the clock in between; the first tick is at the first record."""
    step = min(LONGEST_TICK, max(timedelta(seconds=rule.window_s / 16), SHORTEST_TICK))
    next_tick: datetime | None = None
    for now, record in records:
        next_tick = next_tick or now
        while next_tick <= now:
            yield Tick(at=next_tick)
            next_tick += step
        yield record
    while next_tick is not None and next_tick <= until:
        yield Tick(at=next_tick)
        next_tick += step
