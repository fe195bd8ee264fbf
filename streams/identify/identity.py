"""Who an item is, and whether it is new: the identity, what is remembered of it, and the decision.

An entry comes again and again: from its own feed as long as it stands there (for years, sometimes), from the
other feeds of its site, and changed. Each time the decision is made from what is remembered of the identity
and the item alone, so that an item which comes twice is decided the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, NamedTuple

import msgspec
from msgspec.structs import replace

from streams.codec import content_id
from streams.identify.canonical import canonical_url, names_an_article
from streams.identify.plain import folded, one_line
from streams.identify.times import sane_published
from streams.records import RawItem

How = Literal["url", "guid", "title"]

GIVEN_DIGITS = 10
MAX_FEEDS = 32
"""How many feeds are remembered for one article; a syndicated one stands in few more."""


class Identity(NamedTuple):
    """An article's id, and what it was made from: `basis` in words, for people."""

    id: str
    how: How
    basis: str


def article_id(item: RawItem) -> Identity:
    """The identity of an item: its canonical URL; else its guid in its feed; else source, title and day.

    A link to the site's home page or to the feed itself, which some feeds give with every entry, is no
    identity. The day is that of publication, or of the fetch where the item has no date.
    """
    canonical = canonical_url(item.url) if item.url else None
    if canonical and names_an_article(canonical) and not _is_own_feed(item, canonical):
        return Identity(content_id("url", canonical), "url", canonical)
    return entry_id(item)


def entry_id(item: RawItem) -> Identity:
    """The identity of an item that its link does not tell: by guid, else by source, title and day."""
    if item.guid and item.guid.strip():
        guid = item.guid.strip()
        return Identity(content_id("guid", item.feed_id, guid), "guid", one_line(guid, 100))
    title = folded(item.title or item.summary or item.content)
    published, _ = sane_published(item.published, item.updated, item.fetched_at)
    source, day = item.source.domain or item.source.name, published.date().isoformat()
    return Identity(content_id("title", source, title, day), "title", one_line(f"{source}, {title}, {day}", 100))


def _is_own_feed(item: RawItem, canonical: str) -> bool:
    return item.feed_id in (content_id(item.url or ""), content_id(canonical))


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """The hashes of what an article says, by field."""

    title: str
    text: str
    summary: str

    def changed_from(self, other: Content) -> list[str]:
        """The fields that differ, in the order of the fields."""
        return [name for name in self.__struct_fields__ if getattr(self, name) != getattr(other, name)]


class Sighting(msgspec.Struct, frozen=True, kw_only=True):
    """What one feed last said about an article. `guid` is the hash of the entry's guid, where it has one, `given`
    that of its words as they came: what is made of them changes with the rules that they are cleaned by.
    """

    at: datetime
    content: Content
    guid: str | None
    given: str = ""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one identity.

    `created_at` is the first `fetched_at`; `content` is that of the last emitted revision; `feeds` holds the
    last sighting of each feed that has it. `language` and `backfill` are those of the first revision, `published`
    is the earliest time of publication that a revision gave: feeds move it on with each edit.
    """

    created_at: datetime
    last_seen: datetime
    revision: int
    language: str
    backfill: bool
    content: Content
    feeds: dict[str, Sighting]
    published: datetime | None = None


class Verdict(NamedTuple):
    """What an item is to an identity: its first sight, a changed article, or nothing to tell anybody.

    A `repeat` says nothing new; a `sighting` is another feed's other words for an article that is known.
    """

    kind: Literal["new", "revision", "repeat", "sighting"]
    why: str
    changed: Sequence[str] = ()


def decide(seen: Seen | None, item: RawItem, content: Content) -> Verdict:
    """What an item is, given what is remembered of its identity (None: nothing) and what the item says."""
    if seen is None:
        return Verdict("new", "first seen")
    known = seen.feeds.get(item.feed_id)
    if known and item.fetched_at <= known.at:
        return Verdict("repeat", "this feed's entry is known as of this time or later")
    if known and known.given == _given(item):
        return Verdict("repeat", "is as this feed gave it before")
    if content == seen.content:
        return Verdict("repeat", "says what the article says")
    if known is None:
        return Verdict("sighting", "another feed's words for a known article")
    if content == known.content:
        return Verdict("repeat", "says what this feed said before")
    return Verdict("revision", "changed in its feed", content.changed_from(seen.content))


def is_other_entry(seen: Seen, item: RawItem, content: Content) -> bool:
    """Whether an item shares its link with another entry of its feed, so that the link is no identity.

    Podcasts, warnings and press lists give one page as the link of every entry. Such entries differ in guid and
    title; a revised article that gets a new guid keeps its title or, as the BBC does, all but the fragment. An
    item older than what is known was decided when it came and is not told apart again.
    """
    known = seen.feeds.get(item.feed_id)
    guid = _guid_hash(item)
    if known is None or item.fetched_at < known.at or known.guid is None or guid is None:
        return False
    return known.guid != guid and known.content.title != content.title


def remember(seen: Seen | None, item: RawItem, content: Content, verdict: Verdict, language: str) -> Seen:
    """What is remembered after a verdict; `language` counts at the first sight only."""
    sighting = Sighting(at=item.fetched_at, content=content, guid=_guid_hash(item), given=_given(item))
    if seen is None:
        return Seen(
            created_at=item.fetched_at,
            last_seen=item.fetched_at,
            revision=1,
            language=language,
            backfill=item.backfill,
            content=content,
            feeds={item.feed_id: sighting},
            published=_published(item, item.fetched_at),
        )
    known = seen.feeds.get(item.feed_id)
    if known and item.fetched_at <= known.at:
        return seen
    full = known is None and len(seen.feeds) >= MAX_FEEDS
    revised = verdict.kind == "revision"
    return replace(
        seen,
        last_seen=max(seen.last_seen, item.fetched_at),
        revision=seen.revision + revised,
        content=content if revised else seen.content,
        published=_earlier(seen.published, _published(item, seen.created_at)) if revised else seen.published,
        feeds=seen.feeds if full else seen.feeds | {item.feed_id: sighting},
    )


def _published(item: RawItem, first_fetched_at: datetime) -> datetime:
    return sane_published(item.published, item.updated, first_fetched_at)[0]


def _earlier(known: datetime | None, given: datetime) -> datetime:
    return min(known, given) if known else given


def _given(item: RawItem) -> str:
    return content_id(item.title, item.summary, item.content)[:GIVEN_DIGITS]


def _guid_hash(item: RawItem) -> str | None:
    guid = (item.guid or "").strip()
    return content_id(guid.partition("#")[0] or guid) if guid else None
