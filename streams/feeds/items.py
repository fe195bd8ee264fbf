"""What a feed's entries become: which of them are handed on, and the items that are made of those.

An entry is handed on only when its content is new for its key in this feed; what was handed on is remembered for
as long as it stands in the feed, however long that is, and some time beyond.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from streams.codec import content_id
from streams.domains import domain_of
from streams.feeds import fingerprints
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.fetch import Fetched
from streams.feeds.fingerprints import Fingerprints
from streams.records import Feed, FeedState, RawItem, Source

RESEND_S = 30 * 86400


class Compared(NamedTuple):
    """The entries of a feed against what is remembered of it.

    `told` are those to hand on, the `new` ones and those that were edited; `fingerprints` is what to remember.
    """

    entries: list[Entry]
    new: list[Entry]
    told: list[Entry]
    fingerprints: bytes


def compared(feed: Feed, state: FeedState, parsed: ParsedFeed, now: datetime, most: int) -> Compared:
    """The last `most` entries that can be known again, each once, against what is remembered."""
    entries = _by_key([entry for entry in parsed.entries if entry.can_be_known][-most:])
    period = _resend_period(feed, now)
    known = fingerprints.unpacked(state.fingerprints)
    seen = {key: _fingerprint(entry, period) for key, entry in entries.items()}
    return Compared(
        entries=list(entries.values()),
        new=[entry for key, entry in entries.items() if key not in known],
        told=[entry for key, entry in entries.items() if known.get(key) != seen[key]],
        fingerprints=_remembered(known, seen, most),
    )


def raw_items(
    feed: Feed,
    fetched: Fetched,
    parsed: ParsedFeed,
    entries: Iterable[Entry],
    now: datetime,
    *,
    backfill: bool,
    full_text: bool,
) -> list[RawItem]:
    """The items of entries in their order."""
    own = _own_domains(feed, parsed, fetched)
    return [
        RawItem(
            feed_id=feed.id,
            source=_source(feed, parsed, own, entry),
            fetched_at=now,
            guid=entry.guid,
            url=entry.url,
            title=entry.title,
            summary=entry.summary,
            content=entry.content,
            published=entry.published,
            updated=entry.updated,
            authors=entry.authors,
            categories=entry.categories,
            image=entry.image,
            comments=entry.comments,
            enclosures=entry.enclosures,
            feed_language=feed.language or parsed.language,
            backfill=backfill,
            full_text=full_text,
            problems=entry.problems,
        )
        for entry in entries
    ]


def _by_key(entries: Sequence[Entry]) -> dict[bytes, Entry]:
    """The entries by what makes two of one feed the same one; of those that are, the last.

    An id that stands on entries with different links is no id (some feeds give all the same).
    """
    links = Counter(guid for guid, _ in {(entry.guid, entry.url) for entry in entries})
    keyed: dict[bytes, Entry] = {}
    for entry in entries:
        key = _key(entry, guid_counts=links[entry.guid] == 1)
        keyed.pop(key, None)
        keyed[key] = entry
    return keyed


def _key(entry: Entry, *, guid_counts: bool) -> bytes:
    if entry.guid and guid_counts:
        return fingerprints.key("guid", entry.guid)
    if entry.url:
        return fingerprints.key("url", entry.url)
    return fingerprints.key("title", entry.title or entry.summary or entry.content)


def _fingerprint(entry: Entry, period: int) -> bytes:
    """What is read of an entry. Its dates and links are not in it: feeds touch them without an edit."""
    return fingerprints.content(entry.title, entry.summary, entry.content, str(period))


def _resend_period(feed: Feed, now: datetime) -> int:
    """Counts up every RESEND_S, at a moment of each feed's own.

    What stands in a feed for years is sent again now and then, so that its identity, which is forgotten some
    time after it was last seen, stays known.
    """
    return int(now.timestamp() + int(content_id(feed.id), 16) % RESEND_S) // RESEND_S


def _remembered(known: Fingerprints, seen: Fingerprints, most: int) -> bytes:
    """The fingerprints of all entries now in the feed, and of the `most` last ones that have left it."""
    gone = [key for key in known if key not in seen]
    return fingerprints.packed({key: known[key] for key in gone[-most:]} | seen)


def _own_domains(feed: Feed, parsed: ParsedFeed, fetched: Fetched) -> list[str]:
    """Those of the site that the feed names, of where it came from and of where it was subscribed to."""
    return [domain for domain in map(domain_of, (parsed.link or "", fetched.url, feed.url)) if domain]


def _source(feed: Feed, parsed: ParsedFeed, own: Sequence[str], entry: Entry) -> Source:
    """The feed's publisher for its own articles; for those of other sites, that site.

    Whose an article is, its link says; where that leads through the feed's own site, as aggregators' links
    may, the entry's `source`.
    """
    domain = domain_of(entry.url or "")
    for one in (domain, domain_of(entry.source_url or "")):
        if one and one not in own:
            return Source(name=entry.source_name or one, domain=one)
    domain = domain or own[0]
    return Source(name=feed.title or parsed.title or domain, domain=domain)
