"""Rules tried on what is stored: the index finds the articles, so that only those that match are read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial
from itertools import chain

import msgspec

from streams.alerts.trial import Trial, try_rule
from streams.index.search import DocumentQuery, Search
from streams.query.nodes import Keyword, Or
from streams.query.write import to_text
from streams.records import Document, Rule, Story

STORIES_AT_ONCE = 100
"""Stories that are read with one search."""


def tried(
    rules: Iterable[Rule], live: Mapping[str, Rule], search: Search, since: datetime | None, until: datetime
) -> Iterator[Trial]:
    """One result a rule, with what changes against the live rule of its id; one of coverage is not about articles.

    Raises QueryError for a query that cannot be parsed or is too much for the index.
    """
    for rule in rules:
        before = live.get(rule.id)
        if rule.kind == "coverage":
            yield _nothing(rule, before)
            continue
        changed = before if before and before.query not in ("", rule.query) else None
        trial = try_rule(
            rule,
            search.scan(DocumentQuery(query=rule.query, since=since, sort="oldest")),
            until,
            rest=partial(_rest, search, rule, since),
            before=changed,
            lost=_only(search, changed, rule, since) if changed else (),
        )
        same = changed is None and before is not None and before.query
        yield msgspec.structs.replace(trial, appears=0, disappears=0) if same else trial


def _nothing(rule: Rule, before: Rule | None) -> Trial:
    none = None if before is None or before.query else 0
    return Trial(
        rule_id=rule.id,
        hits=0,
        stories=0,
        alerts=0,
        deliveries=0,
        articles_per_day=0.0,
        days=[],
        samples=[],
        appears=none,
        disappears=none,
    )


def _only(search: Search, rule: Rule, but: Rule, since: datetime | None) -> Iterator[Document]:
    """The articles that one rule matches and the other does not."""
    return search.scan(DocumentQuery(query=rule.query, without=but.query, since=since, sort="oldest"))


def _rest(
    search: Search, rule: Rule, since: datetime | None, story_ids: Collection[str]
) -> Iterator[tuple[Story, Iterable[Document]]]:
    """The stories with their articles that the rule does not match, or that are older."""
    ordered = sorted(story_ids)
    for begin in range(0, len(ordered), STORIES_AT_ONCE):
        some = ordered[begin : begin + STORIES_AT_ONCE]
        of_them = to_text(Or([Keyword(field="story", value=story_id) for story_id in some]))
        parts: dict[str, list[Document]] = {}
        unmatched = search.scan(DocumentQuery(query=of_them, without=rule.query, since=since))
        older = search.scan(DocumentQuery(query=of_them, until=since)) if since else ()
        for document in chain(unmatched, older):
            parts.setdefault(document.story_id, []).append(document)
        for story_id in some:
            story = search.story(story_id)
            if story is not None:
                yield story, parts.get(story_id, [])
