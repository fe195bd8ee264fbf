"""Rules tried on what is stored: the index finds the articles, so that only those that match are read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import msgspec

from streams.alerts.trial import Trial, compared, needs_stories, try_rule
from streams.index.search import DocumentQuery, Search
from streams.records import Document, Rule, Story


def tried(
    rules: Iterable[Rule], live: Mapping[str, Rule], search: Search, since: datetime | None, until: datetime
) -> Iterator[Trial]:
    """One result a rule, with what changes against the live rule of its id; one of coverage is not about articles.

    Raises QueryError for a query that cannot be parsed or is too much for the index.
    """
    for rule in rules:
        if rule.kind == "coverage":
            yield _nothing(rule)
            continue
        trial = try_rule(rule, _matching(search, rule, since), _stories(search, rule, since), until)
        before = live.get(rule.id)
        if before is None or not before.query:
            yield trial
        elif before.query == rule.query:
            yield msgspec.structs.replace(trial, appears=0, disappears=0)
        else:
            now, then = _matching(search, rule, since), _matching(search, before, since)
            yield compared(trial, rule, before, now, then)


def _nothing(rule: Rule) -> Trial:
    return Trial(
        rule_id=rule.id, hits=0, stories=0, alerts=0, deliveries=0, articles_per_day=0.0, days=[], samples=[]
    )


def _matching(search: Search, rule: Rule, since: datetime | None) -> Iterator[Document]:
    return search.scan(DocumentQuery(query=rule.query, since=since, sort="oldest"))


def _stories(search: Search, rule: Rule, since: datetime | None) -> Iterator[tuple[Story, Iterable[Document]]]:
    """The stories of the matching articles, with all their articles, where the rule must know of them."""
    if not needs_stories(rule):
        return
    for story_id in sorted({document.story_id for document in _matching(search, rule, since)}):
        story = search.story(story_id)
        if story is not None:
            yield story, search.scan(DocumentQuery(story=story_id, sort="oldest"))
