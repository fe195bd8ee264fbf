"""What a poll changes: the old state of a feed and what came of asking it, in; the new state and items, out.

Pure, so that the reader is left with nothing but asking and saving. Which entries are handed on is in `items`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec
from msgspec.structs import replace

from streams.codec import ID_BYTES
from streams.errors import FeedError, FetchError
from streams.feeds import coverage, moves, schedule
from streams.feeds import pace as paces
from streams.feeds.entries import Entry, ParsedFeed
from streams.feeds.fetch import Fetched
from streams.feeds.items import compared, raw_items
from streams.feeds.text import clean
from streams.records import Coverage, Feed, FeedState, Hints, Pace, Problem, RawItem, Unusual
from streams.settings import Settings

MAX_ITEM_PROBLEMS = 20
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
    first = state.first_polled_at is None
    read = compared(feed, state, parsed, now, settings.max_items)
    full_text = "*" in settings.full_text or not set(settings.full_text).isdisjoint(feed.tags)
    items = raw_items(feed, fetched, parsed, read.told, now, backfill=backfill or first, full_text=full_text)
    hints = replace(parsed.hints, fresh_s=fetched.fresh_s)
    pace = _seeded(read.entries, now, hints) if first else _watched(state, now, read.new)
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
        fingerprints=read.fingerprints,
        title=parsed.title or state.title,
        coverage=_covered(state, read.entries, len(read.new), now),
        items=state.items + len(items),
        item_problems=_item_problems(parsed, read.entries, settings.max_items),
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


def _item_problems(parsed: ParsedFeed, entries: Iterable[Entry], max_items: int) -> list[Problem]:
    problems = list(parsed.problems)
    if len(parsed.entries) > max_items:
        message = f"of {len(parsed.entries):,} items the newest {max_items:,} were taken (STREAMS_MAX_ITEMS)"
        problems.append(Problem(kind="too-many-items", message=message))
    problems += [problem for entry in entries for problem in entry.problems]
    return problems[:MAX_ITEM_PROBLEMS]
