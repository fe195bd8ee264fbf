"""The reader: polls feeds and hands their new items to a store, which makes them durable.

Whatever goes wrong with a feed ends as a problem in its state and a line in the log; what goes wrong with
the store ends the reader.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Collection, Iterable, Sequence
from datetime import datetime
from typing import Protocol

import msgspec
import structlog

from streams import metrics
from streams.clock import Clock
from streams.errors import FeedError
from streams.feeds import moves, poll
from streams.feeds.fetch import Fetched, shown
from streams.feeds.isolated import IsolatedParser
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState, RawItem
from streams.settings import Settings

log = structlog.get_logger(__name__)

LOOK_S = 1.0
"""How often the reader looks for feeds that are due or were added."""


class FeedStore(Protocol):
    """The subscriptions and what is remembered of them."""

    def feeds(self) -> list[Feed]:
        """All subscriptions, in their order."""
        ...

    def state(self, feed_id: str) -> FeedState | None:
        """What is remembered of a feed; None before its first poll."""
        ...

    async def save(self, state: FeedState, items: list[RawItem]) -> None:
        """Make the state and the items durable, both or neither."""
        ...


class Fetches(Protocol):
    """Gets a feed's bytes: the HTTP Fetcher, or a test's."""

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Raises FeedError."""
        ...


class PollSummary(msgspec.Struct, frozen=True, kw_only=True):
    """A round of polls: feeds asked, feeds that failed, feeds with nothing new, and items handed on."""

    feeds: int = 0
    failed: int = 0
    quiet: int = 0
    items: int = 0

    def with_poll(self, polled: Polled) -> PollSummary:
        """The summary with one more feed."""
        failed = polled.state.problem is not None
        return PollSummary(
            feeds=self.feeds + 1,
            failed=self.failed + failed,
            quiet=self.quiet + (not failed and not polled.items),
            items=self.items + len(polled.items),
        )


class Reader:
    """Polls the feeds of a store, at most STREAMS_FETCH_CONCURRENCY at once.

    With `backfill_all` all items are marked as backfill, not only those of first polls.
    """

    def __init__(
        self, store: FeedStore, fetcher: Fetches, settings: Settings, clock: Clock, backfill_all: bool = False
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._settings = settings
        self._clock = clock
        self._backfill_all = backfill_all
        self._parser = IsolatedParser()

    async def poll_all(self) -> PollSummary:
        """Poll each feed once, due or not, and save in the order of the subscriptions.

        So the same feeds give the same log each time, whichever server is the fastest.
        """
        summary = PollSummary()
        window: deque[asyncio.Task[Polled]] = deque()
        try:
            for feed in self._store.feeds():
                if len(window) == self._settings.fetch_concurrency:
                    summary = summary.with_poll(await self._saved(window.popleft()))
                window.append(asyncio.create_task(self._poll(feed)))
            while window:
                summary = summary.with_poll(await self._saved(window.popleft()))
        finally:
            await self._give_up(window)
        return summary

    async def run(self, stop: asyncio.Event) -> None:
        """Poll each feed when it is due, until `stop` is set; polls under way are then given up."""
        due: dict[str, datetime] = {}
        under_way: dict[str, asyncio.Task[Polled]] = {}
        try:
            while not stop.is_set():
                for feed in self._next(due, under_way):
                    under_way[feed.id] = asyncio.create_task(self._saved(self._poll(feed)))
                await _either(stop, LOOK_S)
                self._drop_gone(under_way)
                for done in [feed_id for feed_id, task in under_way.items() if task.done()]:
                    due[done] = under_way.pop(done).result().state.due_at or self._clock()
        finally:
            await self._give_up(under_way.values())

    def _drop_gone(self, under_way: dict[str, asyncio.Task[Polled]]) -> None:
        """Give up polls of feeds that are no longer subscribed to, or that another reader has now."""
        for gone in under_way.keys() - {feed.id for feed in self._store.feeds()}:
            under_way.pop(gone).cancel()

    def _next(self, due: dict[str, datetime], under_way: Collection[str]) -> Sequence[Feed]:
        """The feeds to poll now: due and not under way, the longest due first, as many as there is room for."""
        now = self._clock()
        feeds = self._store.feeds()
        for gone in due.keys() - {feed.id for feed in feeds}:
            del due[gone]
        for feed in feeds:
            if feed.id not in due:
                state = self._store.state(feed.id)
                due[feed.id] = (state and state.due_at) or now
        waiting = [feed for feed in feeds if feed.id not in under_way and due[feed.id] <= now]
        waiting.sort(key=lambda feed: due[feed.id])
        return waiting[: self._settings.fetch_concurrency - len(under_way)]

    async def _saved(self, task: Awaitable[Polled]) -> Polled:
        polled = await task
        await self._store.save(polled.state, polled.items)
        _count(polled)
        return polled

    async def _poll(self, feed: Feed) -> Polled:
        state = self._store.state(feed.id) or FeedState(feed_id=feed.id)
        problem: FeedError
        try:
            return await self._ask(feed, state)
        except FeedError as error:
            problem = error
            log.warning("feed failed", feed=feed.id, url=shown(feed.url), kind=error.kind, problem=str(error))
        except Exception as error:  # one feed must not end the reader
            problem = FeedError("internal", f"a fault of this program ({type(error).__name__}): see its log")
            log.exception("feed failed by a fault of ours", feed=feed.id, url=shown(feed.url))
        return poll.failed(state, problem, self._clock(), self._settings)

    async def _ask(self, feed: Feed, state: FeedState) -> Polled:
        asked = poll.validators(state, self._clock())
        fetched = await self._fetcher.fetch(moves.address(feed, state), *asked)
        now = self._clock()
        if poll.is_unchanged(state, fetched):
            return poll.unchanged(feed, state, fetched, now, self._settings)
        parsed = await self._parser.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return poll.changed(feed, state, fetched, parsed, now, self._settings, backfill=self._backfill_all)

    async def _give_up(self, polls: Iterable[asyncio.Task[Polled]]) -> None:
        given_up = list(polls)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        await self._parser.close()


def _count(polled: Polled) -> None:
    outcome = "failed" if polled.state.problem else "new" if polled.items else "quiet"
    metrics.POLLS.labels(outcome).inc()
    metrics.ITEMS_READ.inc(len(polled.items))


async def _either(stop: asyncio.Event, seconds: float) -> None:
    """Wait for `stop` or the time, whichever comes first."""
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
