"""Rules tried on stored documents: what they would have found, before they are applied."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from streams.alerts.rule_index import RuleIndex
from streams.records import Document, Rule

MOST_TITLES = 5
DAY_S = 86400.0


class RuleTrial(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule would have found: `hits` articles of `stories` stories, and so that many alerts.

    `articles_per_day` is over the time that all documents span, at least a day; `titles` are those of the
    first few hits.
    """

    rule_id: str
    hits: int
    stories: int
    articles_per_day: float
    titles: list[str]


def try_rules(rules: Sequence[Rule], documents: Iterable[Document]) -> list[RuleTrial]:
    """One result a rule, in the order of the rules. Raises QueryError for a query that cannot be parsed."""
    index = RuleIndex()
    tallies: dict[str, _Tally] = {}
    for rule in rules:
        index.put(rule)
        tallies[rule.id] = _Tally()
    first, last = datetime.max.replace(tzinfo=UTC), datetime.min.replace(tzinfo=UTC)
    for document in documents:
        first, last = min(first, document.published), max(last, document.published)
        for rule, _ in index.match(document):
            tallies[rule.id].add(document)
    days = max((last - first).total_seconds() / DAY_S, 1.0)
    return [tally.result(rule_id, days) for rule_id, tally in tallies.items()]


class _Tally:
    """The hits of one rule, counted without keeping them."""

    def __init__(self) -> None:
        self._hits = 0
        self._stories: set[str] = set()
        self._titles: list[str] = []

    def add(self, document: Document) -> None:
        self._hits += 1
        self._stories.add(document.story_id)
        if len(self._titles) < MOST_TITLES:
            self._titles.append(document.title)

    def result(self, rule_id: str, days: float) -> RuleTrial:
        return RuleTrial(
            rule_id=rule_id,
            hits=self._hits,
            stories=len(self._stories),
            articles_per_day=round(self._hits / days, 2),
            titles=self._titles,
        )
