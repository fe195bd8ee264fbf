"""The stage that makes articles of items: each once, however often, from wherever and however changed it comes.

All that an item changes is the one value under its identity, and the decision depends on that value and the
item alone, so an item that comes again is a repeat. Articles and their revisions go on; repeats and sightings
only move the times that are remembered.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from datetime import date, datetime, timedelta

from streams.errors import RecordError
from streams.identify.article import article_of
from streams.identify.clean import Clean
from streams.identify.identity import (
    Identity,
    Seen,
    decide,
    entry_id,
    is_other_entry,
    remember,
)
from streams.identify.language import Language, detect, sample_of
from streams.identify.learned import Habits
from streams.identify.prepare import Prepared, Prepares
from streams.identify.repeats import Repeats
from streams.records import RawItem, Record, Tick, Topic
from streams.stage import Output
from streams.state import Sweep

SWEPT_PER_TICK = 5000
"""Identities looked at in one tick for those to forget; with a tick a minute, seven million a day."""


class Identify:
    """Raw items in, new and revised articles out, keyed by article id; those to be read in full to `pages`.

    `seen` holds the identities by article id, `habits` what repeats in each source; both may be views of one
    table, which keeps their writes in order. An identity is forgotten `identity_days` after it was last seen in a
    feed. `seen` should bear to be iterated while it changes, as state tables do. `prepares` does what can be done
    of an item by itself.
    """

    def __init__(
        self,
        seen: MutableMapping[str, Seen],
        habits: MutableMapping[str, Habits],
        prepares: Prepares,
        *,
        identity_days: int,
    ) -> None:
        self._seen, self._repeats, self._prepares = seen, Repeats(habits), prepares
        self._lifetime = timedelta(days=identity_days)
        self._sweep = Sweep(seen)
        self._swept_on: date | None = None

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Identify items in order and forward ticks. Raises RecordError for an item with nothing in it."""
        outputs: list[Output] = []
        prepared = iter(self._prepares.prepared([record for record in batch if isinstance(record, RawItem)]))
        for record in batch:
            if isinstance(record, RawItem):
                outputs += self._item(record, next(prepared))
            elif isinstance(record, Tick):
                self._forget(record.at)
                outputs.append(Output(Topic.ARTICLES, "", record))
            else:
                raise RecordError(f"identify reads raw items and ticks, not {type(record).__name__}")
        return outputs

    def _item(self, item: RawItem, prepared: Prepared) -> list[Output]:
        words, content = prepared.words, prepared.content
        if not (words.title or prepared.about.url):
            raise RecordError(f"an item of feed {item.feed_id} (guid {item.guid!r}) has neither words nor a link")
        identity, seen = self._recognized(item, prepared)
        verdict = decide(seen, item, content)
        told = verdict.kind in ("new", "revision")
        if told:
            new = verdict.kind == "new"  # revisions and sightings teach nothing
            words = words.without(
                self._repeats.among(words.body, identity.id, words.title, item.source, item.fetched_at, new=new)
            )
        language = None if seen else _language(item, prepared, words)
        after = remember(seen, item, content, verdict, language.code if language else "")
        if after != seen:
            self._seen[identity.id] = after
        if not told:
            return []
        article = article_of(item, prepared.about, words, identity, verdict, after, language)
        if article.full_text and article.url:
            # By publisher, as items are: so a host has one owner, and an article's revisions stay in order.
            return [Output(Topic.PAGES, item.source.domain, article)]
        return [Output(Topic.ARTICLES, article.id, article)]

    def _recognized(self, item: RawItem, prepared: Prepared) -> tuple[Identity, Seen | None]:
        identity = prepared.identity
        seen = self._alive(identity, item)
        if seen and is_other_entry(seen, item, prepared.content):
            identity = entry_id(item)
            seen = self._alive(identity, item)
        return identity, seen

    def _alive(self, identity: Identity, item: RawItem) -> Seen | None:
        """What is remembered, unless it should be forgotten by now: results never hang on how far a sweep is."""
        seen = self._seen.get(identity.id)
        return seen if seen and item.fetched_at - seen.last_seen <= self._lifetime else None

    def _forget(self, now: datetime) -> None:
        """One part of the sweep of this day, which begins with the day's first tick."""
        if self._swept_on is None or now.date() > self._swept_on:
            self._swept_on = now.date()
            self._sweep.begin()
        for key in self._sweep.some(SWEPT_PER_TICK):
            if self._repeats.forget(key, now):
                continue
            seen = self._seen.get(key)
            if seen and now - seen.last_seen > self._lifetime:
                del self._seen[key]


def _language(item: RawItem, prepared: Prepared, words: Clean) -> Language:
    """What was found, unless the lines were taken away by which it was found."""
    before = prepared.words
    if words is before or sample_of(words.title, words.text) == sample_of(before.title, before.text):
        return prepared.language
    return detect(words.title, words.text, item.feed_language)
