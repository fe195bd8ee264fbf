"""Polls under way: each asks for one feed and makes of what comes what is to be saved."""

from __future__ import annotations

import asyncio
import os
from typing import Any, NamedTuple, Protocol

import structlog
from yarl import URL

from streams.clock import Clock
from streams.errors import FeedError, FetchError
from streams.feeds import moves, poll
from streams.feeds.fetch import Fetched, shown
from streams.feeds.hosts import left_alone
from streams.feeds.isolated import IsolatedParser
from streams.feeds.poll import Polled
from streams.records import Feed, FeedState
from streams.settings import Settings

log = structlog.get_logger(__name__)


class Fetches(Protocol):
    """Gets a feed's bytes: the HTTP Fetcher, or a test's."""

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Raises FeedError."""
        ...


class Ended(NamedTuple):
    """A poll that came to its end: of which feed, which host was asked, what was known before and is now."""

    feed: Feed
    host: str
    before: FeedState
    polled: Polled
    error: FeedError | None

    @property
    def next_host(self) -> str:
        """The host to ask next: another one where the feed has moved, or its new address was given up."""
        address = moves.address(self.feed, self.polled.state)
        return self.host if address == moves.address(self.feed, self.before) else host_of(address)

    @property
    def error_host(self) -> str:
        """The host that answered with an error: after redirects it may be another than the one asked."""
        return (self.error.host if isinstance(self.error, FetchError) else None) or self.host


class Polls:
    """Starts polls, and gives them back when they are over."""

    def __init__(
        self,
        fetcher: Fetches,
        settings: Settings,
        clock: Clock,
        backfill_all: bool,
    ) -> None:
        self._fetcher, self._settings, self._clock = fetcher, settings, clock
        self._backfill_all = backfill_all
        self._parser = IsolatedParser(settings.parse_processes or os.cpu_count() or 1)
        self._under_way: dict[str, asyncio.Task[Ended]] = {}
        self._ended: list[tuple[str, asyncio.Task[Ended]]] = []
        self._woken = asyncio.Event()

    def __len__(self) -> int:
        return len(self._under_way)

    def start(self, feed: Feed, host: str, state: FeedState | None) -> None:
        """Poll a feed that is not under way, at this host; `state` is what is remembered of it."""
        known = state or FeedState(feed_id=feed.id)
        task = self._under_way[feed.id] = asyncio.create_task(self._poll(feed, host, known))
        task.add_done_callback(lambda task: self._over(feed.id, task))

    def give_up(self, feed_id: str) -> None:
        """Stop a poll, if it is under way."""
        if task := self._under_way.pop(feed_id, None):
            task.cancel()

    async def ended(self, seconds: float, *others: asyncio.Task[Any] | None) -> list[Ended]:
        """The polls that are over; waits for one of them or of the `others`, at most so long."""
        if not self._ended and seconds > 0:
            self._woken.clear()
            waiting = [asyncio.ensure_future(self._woken.wait())]
            await asyncio.wait(
                [*waiting, *(one for one in others if one)], timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            waiting[0].cancel()
        else:
            await asyncio.sleep(0)
        over, self._ended = self._ended, []
        ours = [(feed_id, task) for feed_id, task in over if self._under_way.get(feed_id) is task]
        return [self._under_way.pop(feed_id).result() for feed_id, _ in ours]

    def passed_over(self, feed: Feed, state: FeedState | None) -> Ended:
        """A poll that is not made, for its host is to be left alone."""
        state = state or FeedState(feed_id=feed.id)
        host = host_of(moves.address(feed, state))
        error = left_alone(host)
        log.warning("feed passed over", feed=feed.id, url=shown(feed.url), problem=str(error))
        return Ended(feed, host, state, poll.failed(feed, state, error, self._clock(), self._settings), error)

    async def close(self) -> None:
        """Give up all polls, and end the processes that read documents."""
        given_up = list(self._under_way.values())
        self._under_way.clear()
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        await self._parser.close()

    def _over(self, feed_id: str, task: asyncio.Task[Ended]) -> None:
        self._ended.append((feed_id, task))
        self._woken.set()

    async def _poll(self, feed: Feed, host: str, state: FeedState) -> Ended:
        problem: FeedError
        try:
            return Ended(feed, host, state, await self._ask(feed, state), None)
        except FeedError as error:
            problem = error
            log.warning("feed failed", feed=feed.id, url=shown(feed.url), kind=error.kind, problem=str(error))
        except Exception as error:  # one feed must not end the reader
            problem = FeedError("internal", f"a fault of this program ({type(error).__name__}): see its log")
            log.exception("feed failed by a fault of ours", feed=feed.id, url=shown(feed.url))
        return Ended(feed, host, state, poll.failed(feed, state, problem, self._clock(), self._settings), problem)

    async def _ask(self, feed: Feed, state: FeedState) -> Polled:
        asked = poll.validators(state, self._clock())
        fetched = await self._fetcher.fetch(moves.address(feed, state), *asked)
        now = self._clock()
        if poll.is_unchanged(state, fetched):
            return poll.unchanged(feed, state, fetched, now, self._settings)
        parsed = await self._parser.parse(fetched.body, url=fetched.url, content_type=fetched.content_type)
        return poll.changed(feed, state, fetched, parsed, now, self._settings, backfill=self._backfill_all)


def host_of(url: str) -> str:
    """The host that a URL names, by which politeness goes; an address that is none stands for itself."""
    try:
        return URL(url).raw_host or url
    except ValueError:
        return url
