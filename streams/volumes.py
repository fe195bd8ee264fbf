"""How many articles several queries find over the same time, step by step, to be compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import msgspec

from streams.index.search import DocumentQuery, Search
from streams.query.parse import parse

MOST_STEPS = 48
STEPS = (
    timedelta(hours=1),
    timedelta(hours=3),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=7),
    timedelta(days=30),
    timedelta(days=365),
)


class Volume(msgspec.Struct, frozen=True, kw_only=True):
    """One query's articles: `counts` has one number for each step. `approximate`: some of them are estimated."""

    query: str
    total: int
    counts: list[int]
    approximate: bool = False


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Several queries over the same time: step `i` begins at `starts[i]` and ends where the next begins, or at
    `until`.
    """

    since: datetime
    until: datetime
    step_s: float
    starts: list[datetime]
    volumes: list[Volume]


def step_for(span: timedelta) -> timedelta:
    """The shortest even step of which a time has no more than MOST_STEPS."""
    return next((step for step in STEPS if span <= step * MOST_STEPS), STEPS[-1])


def compared(search: Search, queries: Sequence[str], since: datetime, until: datetime) -> Comparison:
    """Count the articles of each query by published time. Raises QueryError for one that cannot be parsed."""
    for query in queries:
        parse(query)  # all of them, before the index is asked
    step = step_for(until - since)
    starts = list(_starts(since, until, step))
    volumes = [_volume(search, query, [*starts, until]) for query in queries]
    return Comparison(since=since, until=until, step_s=step.total_seconds(), starts=starts, volumes=volumes)


def _starts(since: datetime, until: datetime, step: timedelta) -> Iterator[datetime]:
    at = since
    while at < until:
        yield at
        at += step


def _volume(search: Search, query: str, edges: Sequence[datetime]) -> Volume:
    found = search.histogram(DocumentQuery(query=query), edges)
    return Volume(query=query, total=sum(found.counts), counts=list(found.counts), approximate=found.approximate)
