"""A rule tried on stored articles before it goes live: what it would have matched, and what people would have got.

The stages themselves decide: every stored article that matches is a hit, read when it was published if it came
with a first poll or a replay, and the clock ticks in between. What a story was at that time is told from its
stored articles.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from heapq import merge

import msgspec

from streams.alerts.decide import Decide
from streams.alerts.match import hit_of
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Alert, Delivery, Document, Hit, Record, Rule, Span, Story, StoryChange, Tick
from streams.relate.owners import owner_of

MOST_SAMPLES = 5
MOST_DAYS = 5
CONTEXT_CHARS = 60
LONGEST_TICK = timedelta(hours=1)
SHORTEST_TICK = timedelta(minutes=2)
DAY_S = 86400.0


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """An article that matches, and the words around the first match."""

    document_id: str
    title: str
    source: str
    published: datetime
    context: str


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
    rule: Rule, matching: Iterable[Document], stories: Iterable[tuple[Story, Iterable[Document]]], until: datetime
) -> Trial:
    """Decide about a rule's matching articles, the oldest first, up to a time.

    `stories` are those of them that the rule has to know more of (`needs_stories`), with all their articles, the
    oldest first. Raises QueryError for a query that cannot be parsed.
    """
    seen = _Seen(rule)
    decide = Decide({})
    decide.process([rule])
    changes = [change for story, documents in stories for change in _changes(story, documents)]
    hits = seen.hits(matching)
    alerts, deliveries = set[str](), 0
    for record in _with_ticks(merge(hits, sorted(changes, key=_time), key=_time), rule, until):
        for output in decide.process([record]):
            if isinstance(output.record, Alert):
                alerts.add(output.record.id)
            deliveries += isinstance(output.record, Delivery)
    return seen.result(len(alerts), deliveries)


def needs_stories(rule: Rule) -> bool:
    """Whether a trial of the rule has to know what became of the stories."""
    return rule.kind in ("new_story", "returning")


def compared(trial: Trial, rule: Rule, before: Rule, now: Iterable[Document], then: Iterable[Document]) -> Trial:
    """The trial with what changes against the live rule, by both rules' articles in order of time and id."""
    new, lost = _Sampler(rule), _Sampler(before)
    for place, document in _differences(iter(now), iter(then)):
        (new if place == "new" else lost).add(document)
    return msgspec.structs.replace(
        trial,
        appears=new.count,
        disappears=lost.count,
        new_samples=new.newest(),
        lost_samples=lost.newest(),
    )


class _Sampler:
    """Counts articles and keeps the last of them."""

    def __init__(self, rule: Rule) -> None:
        self._matcher = Matcher(parse(rule.query))
        self._last: list[Document] = []
        self.count = 0

    def add(self, document: Document) -> None:
        self.count += 1
        self._last = [*self._last[-(MOST_SAMPLES - 1) :], document]

    def newest(self) -> list[Sample]:
        return [_sample(one, self._matcher.match(Prepared(one)) or {}) for one in reversed(self._last)]


class _Seen:
    """What a trial tells of the hits, counted without keeping them."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._matcher = Matcher(parse(rule.query))
        self._sampler = _Sampler(rule)
        self._stories: set[str] = set()
        self._days: Counter[str] = Counter()
        self._first: datetime | None = None
        self._last: datetime | None = None

    def hits(self, documents: Iterable[Document]) -> Iterator[Hit]:
        for document in documents:
            self._sampler.add(document)
            self._stories.add(document.story_id)
            self._days[document.published.astimezone(UTC).date().isoformat()] += 1
            self._first, self._last = self._first or document.published, document.published
            matches = self._matcher.match(Prepared(document))
            yield _as_live(hit_of(self._rule, document, matches or {}))

    def result(self, alerts: int, deliveries: int) -> Trial:
        span = self._last - self._first if self._first and self._last else timedelta()
        noisiest = sorted(self._days.items(), key=lambda item: (-item[1], item[0]))[:MOST_DAYS]
        return Trial(
            rule_id=self._rule.id,
            hits=self._sampler.count,
            stories=len(self._stories),
            alerts=alerts,
            deliveries=deliveries,
            articles_per_day=round(self._sampler.count / max(span.total_seconds() / DAY_S, 1.0), 2),
            days=[Day(day=day, articles=count) for day, count in noisiest],
            samples=self._sampler.newest(),
        )


def _as_live(hit: Hit) -> Hit:
    """The hit as it would have come had the article been read as it was published."""
    read_at = hit.published if hit.backfill else hit.fetched_at
    # Versions of stories are told anew.
    return msgspec.structs.replace(hit, backfill=False, fetched_at=read_at, story_version=0)


def _changes(story: Story, documents: Iterable[Document]) -> Iterator[StoryChange]:
    """What a story was after each of its articles, the oldest first."""
    owners: set[str] = set()
    began: datetime | None = None
    for version, document in enumerate(documents, start=1):
        began = began or document.published
        if document.copy_of is None:
            owners.add(owner_of(document.source.domain))
        yield StoryChange(
            story_id=document.story_id,
            version=version,
            state="active",
            at=document.published if document.backfill else document.fetched_at,
            began_at=began,
            publishers=len(owners),
            recurs=story.recurs,
        )


def _with_ticks(records: Iterable[Record], rule: Rule, until: datetime) -> Iterator[Record]:
    """The records with the clock in between; the first tick is at the first record."""
    step = min(LONGEST_TICK, max(timedelta(seconds=rule.window_s / 16), SHORTEST_TICK))
    next_tick: datetime | None = None
    for record in records:
        now = _time(record)
        next_tick = next_tick or now
        while next_tick <= now:
            yield Tick(at=next_tick)
            next_tick += step
        yield record
    while next_tick is not None and next_tick <= until:
        yield Tick(at=next_tick)
        next_tick += step


def _time(record: Record) -> datetime:
    match record:
        case Hit():
            return record.fetched_at
        case StoryChange():
            return record.at
    raise TypeError(type(record))


def _differences(now: Iterator[Document], then: Iterator[Document]) -> Iterator[tuple[str, Document]]:
    """Walk two lists in one order; what is in one only is `new` or `lost`."""
    mine, theirs = next(now, None), next(then, None)
    while mine is not None or theirs is not None:
        if mine is not None and theirs is not None and mine.id == theirs.id:
            mine, theirs = next(now, None), next(then, None)
        elif theirs is None or (mine is not None and _place(mine) < _place(theirs)):
            assert mine is not None
            yield "new", mine
            mine = next(now, None)
        else:
            yield "lost", theirs
            theirs = next(then, None)


def _place(document: Document) -> tuple[datetime, str]:
    return document.published, document.id


def _sample(document: Document, matches: dict[str, list[Span]]) -> Sample:
    return Sample(
        document_id=document.id,
        title=document.title,
        source=document.source.name,
        published=document.published,
        context=_context(document, [span for spans in matches.values() for span in spans]),
    )


def _context(document: Document, spans: list[Span]) -> str:
    """The words around the first match in the text, or none when only the title or a field matches."""
    span = min((one for one in spans if one.field == "text"), key=lambda one: one.start, default=None)
    if span is None:
        return ""
    text = document.text
    start, end = max(0, span.start - CONTEXT_CHARS), min(len(text), span.end + CONTEXT_CHARS)
    before = text[start : span.start] if start == 0 else "… " + text[start : span.start].partition(" ")[2]
    after = text[span.end : end] if end == len(text) else text[span.end : end].rpartition(" ")[0] + " …"
    return " ".join(f"{before}{text[span.start : span.end]}{after}".split())
