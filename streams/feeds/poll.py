"""What a poll changes: the old state of a feed and what came of asking it, in; the new state and items, out.

Pure, so that the reader is left with nothing but asking and saving. An item is handed on only when its
content is new for its key in this feed; what was handed on is remembered for as long as it stands in the
feed, however long that is, and some time beyond.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from streams.codec import ID_BYTES, content_id
from streams.domains import domain_of
from streams.errors import FeedError, FetchError
from streams.feeds import coverage, fingerprints, moves, schedule
from streams.feeds import pace as paces
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.fetch import Fetched
from streams.feeds.fingerprints import Fingerprints
from streams.feeds.text import clean
from streams.records import Coverage, Feed, FeedState, Hints, Pace, Problem, RawItem, Source, Unusual
from streams.settings import Settings

MAX_ITEM_PROBLEMS = 20
RESEND_S = 30 * 86400
MAX_MESSAGE_CHARS = 500
FULL_AFTER, FULL_EVERY = 8, timedelta(days=1)
"""A feed is asked for in full after so many answers that it did not change, at most once in that time."""


class Polled(msgspec.Struct, frozen=True, kw_only=True):
    """A poll's outcome, to be saved as one: the feed's new state and the items to hand on, oldest first.

    `unusual` is what is to be told of the feed itself.
    """

    state: FeedState
    items: list[RawItem]
    unusual: list[Unusual] = []


def is_unchanged(state: FeedState, fetched: Fetched) -> bool:
    """Whether the answer is the one that was read last time."""
    return fetched.status == 304 or state.body_hash == body_hash(fetched.body)


def body_hash(body: bytes) -> str:
    """A hash by which an answer is known again."""
    return hashlib.blake2b(body, digest_size=ID_BYTES).hexdigest()


def validators(state: FeedState, now: datetime) -> tuple[str | None, str | None]:
    """ETag and Last-Modified to ask with; none now and then: some servers say "not modified" whatever comes."""
    since = now - state.full_at if state.full_at else FULL_EVERY
    if state.unmodified >= FULL_AFTER and since >= FULL_EVERY:
        return None, None
    return state.etag, state.last_modified


def unchanged(feed: Feed, state: FeedState, fetched: Fetched, now: datetime, settings: Settings) -> Polled:
    """The feed answered as before, though the same may have come with another ETag."""
    hints = replace(state.hints, fresh_s=fetched.fresh_s)
    pace, watched = _watched(state, now, ()), coverage.observed(state.coverage, 0, now)
    about = _sent_whole(fetched, now) if fetched.status == 200 else {"unmodified": state.unmodified + 1}
    after = _succeeded(feed, state, fetched, now, settings, hints, pace, coverage=watched, **about)
    return Polled(state=after, items=[], unusual=coverage.changes(feed, state, after, now))


def changed(
    feed: Feed,
    state: FeedState,
    fetched: Fetched,
    parsed: ParsedFeed,
    now: datetime,
    settings: Settings,
    *,
    backfill: bool = False,
) -> Polled:
    """The feed answered with something else than before; of its items, those that are new or were edited.

    Everything of the first poll that works is backfill, as is all with `backfill`.
    """
    entries = _by_key([entry for entry in parsed.entries if entry.can_be_known][-settings.max_items :])
    period = _resend_period(feed, now)
    known = fingerprints.unpacked(state.fingerprints)
    seen = {key: _fingerprint(entry, period) for key, entry in entries.items()}
    first = state.first_polled_at is None
    full_text = "*" in settings.full_text or not set(settings.full_text).isdisjoint(feed.tags)
    own = _own_domains(feed, parsed, fetched)
    items = [
        _raw_item(feed, parsed, own, entry, now, backfill=backfill or first, full_text=full_text)
        for key, entry in entries.items()
        if known.get(key) != seen[key]
    ]
    new = [entry for key, entry in entries.items() if key not in known]
    hints = replace(parsed.hints, fresh_s=fetched.fresh_s)
    pace = _seeded(entries.values(), now, hints) if first else _watched(state, now, new)
    after = _succeeded(
        feed,
        state,
        fetched,
        now,
        settings,
        hints,
        pace,
        **_sent_whole(fetched, now),
        body_hash=body_hash(fetched.body),
        fingerprints=_remembered(known, seen, settings.max_items),
        title=parsed.title or state.title,
        coverage=_covered(state, entries.values(), len(new), now),
        items=state.items + len(items),
        item_problems=_item_problems(parsed, entries.values(), settings.max_items),
    )
    return Polled(state=after, items=items, unusual=coverage.changes(feed, state, after, now))


def failed(feed: Feed, state: FeedState, error: FeedError, now: datetime, settings: Settings) -> Polled:
    """The feed did not answer, or with nothing that can be read; what it had is still known."""
    failures = state.failures + 1
    asked_s = error.retry_after_s if isinstance(error, FetchError) else None
    problem = _problem(state, error)
    interval_s = schedule.backoff_s(failures, settings, problem.kind, asked_s)
    after = replace(
        state,
        polled_at=now,
        due_at=schedule.due_at(state.feed_id, now, interval_s),
        moved=moves.after_failure(state.moved, failures),
        coverage=coverage.unread(state.coverage, failures, now),
        failures=failures,
        problem=problem,
    )
    return Polled(state=after, items=[], unusual=coverage.changes(feed, state, after, now))


def _problem(state: FeedState, error: FeedError) -> Problem:
    """A feed that is a web page all at once is another matter than a page that never was a feed."""
    if error.kind == "html" and state.succeeded_at is not None:
        message = (
            f"was a feed until {state.succeeded_at:%Y-%m-%d} and is a web page now: the site was rebuilt, or its "
            "domain has another owner; look for the feed's new address"
        )
        return Problem(kind="became-html", message=message)
    return Problem(kind=error.kind, message=clean(str(error))[:MAX_MESSAGE_CHARS])


def _succeeded(
    feed: Feed,
    state: FeedState,
    fetched: Fetched,
    now: datetime,
    settings: Settings,
    hints: Hints,
    pace: Pace,
    **others: object,
) -> FeedState:
    interval_s = schedule.interval_s(pace, hints, now, settings)
    return replace(
        state,
        first_polled_at=state.first_polled_at or now,
        polled_at=now,
        succeeded_at=now,
        due_at=schedule.due_at(state.feed_id, now, interval_s, hints),
        interval_s=interval_s,
        hints=hints,
        pace=pace,
        moved=moves.after_answer(feed, state.moved, fetched, now),
        failures=0,
        problem=None,
        **others,
    )


def _sent_whole(fetched: Fetched, now: datetime) -> dict[str, object]:
    """What is known by an answer with a body."""
    return {"etag": fetched.etag, "last_modified": fetched.last_modified, "full_at": now, "unmodified": 0}


def _seeded(entries: Iterable[Entry], now: datetime, hints: Hints) -> Pace:
    return paces.seeded([entry.published for entry in entries if entry.published], now, hints.period_s)


def _watched(state: FeedState, now: datetime, new: Sequence[Entry]) -> Pace:
    """The pace with what came since the last answer; an item's own time counts where it can be true."""
    since = state.succeeded_at or now
    times = [entry.published if entry.published and since <= entry.published <= now else now for entry in new]
    return paces.observed(state.pace, (now - since).total_seconds(), times)


def _covered(state: FeedState, entries: Iterable[Entry], new: int, now: datetime) -> Coverage:
    if state.first_polled_at is None:
        return coverage.seeded([entry.published for entry in entries if entry.published], now)
    return coverage.observed(state.coverage, new, now)


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


def _raw_item(
    feed: Feed,
    parsed: ParsedFeed,
    own: Sequence[str],
    entry: Entry,
    now: datetime,
    *,
    backfill: bool,
    full_text: bool,
) -> RawItem:
    return RawItem(
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


def _item_problems(parsed: ParsedFeed, entries: Iterable[Entry], max_items: int) -> list[Problem]:
    problems = list(parsed.problems)
    if len(parsed.entries) > max_items:
        message = f"of {len(parsed.entries):,} items the newest {max_items:,} were taken (STREAMS_MAX_ITEMS)"
        problems.append(Problem(kind="too-many-items", message=message))
    problems += [problem for entry in entries for problem in entry.problems]
    return problems[:MAX_ITEM_PROBLEMS]
