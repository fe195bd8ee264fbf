"""Fetching the pages of articles, many at once, each host in turn, for a stage that must not wait for long.

All of it happens on an event loop in a thread of its own. What was found of a page, or why nothing was, is kept
for a while: a batch that must be carried out again does not ask again.
"""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Coroutine, Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from typing import Any, TypeVar

import structlog
from yarl import URL

from streams import metrics
from streams.errors import FeedError, FetchError, NotAPageError
from streams.feeds.fetch import Fetched, Fetcher, shown
from streams.feeds.hosts import asked_to_wait_s
from streams.feeds.network import SILENT_KINDS
from streams.feeds.turns import Turns
from streams.fulltext.isolated import IsolatedPages
from streams.fulltext.page import Page
from streams.fulltext.robots import Robots
from streams.fulltext.wanted import Found, Wanted
from streams.records import Problem
from streams.settings import Settings

T = TypeVar("T")
KEPT = 512
"""Pages that are remembered, to be had again: those of many batches."""
_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.5"
_PAGE_TYPES = ("text/html", "application/xhtml+xml")
log = structlog.get_logger(__name__)


class PageReader:
    """Reads pages. Not thread-safe: one thread calls."""

    def __init__(self, settings: Settings) -> None:
        self._settings, self._wait_s = settings, settings.full_text_wait_s
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._pages: _Pages | None = None

    def expect(self, wanted: Sequence[Wanted]) -> None:
        """Begin with pages that will be read soon."""
        self._run(self._begin(wanted)).result()

    def read(self, wanted: Sequence[Wanted]) -> list[Found]:
        """What each page says, in their order; what does not come within STREAMS_FULL_TEXT_WAIT_S is given up."""
        return self._run(self._read(wanted)).result() if wanted else []

    def close(self) -> None:
        """Give up what is under way."""
        if self._loop is None or self._thread is None:
            return
        if self._pages is not None:
            self._run(self._pages.close()).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = self._pages = None

    def _run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="pages", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _begin(self, wanted: Sequence[Wanted]) -> None:
        for one in wanted:
            (await self._opened()).begin(one)

    async def _read(self, wanted: Sequence[Wanted]) -> list[Found]:
        return await (await self._opened()).read(wanted, self._wait_s)

    async def _opened(self) -> _Pages:
        if self._pages is None:
            pages = _Pages(self._settings)
            await pages.open()
            self._pages = pages
        return self._pages


class _Pages:
    """The reader's side of the loop: pages under way and found, by their keys."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._turns = Turns(settings.host_gap_s)
        self._reader = IsolatedPages(settings.parse_processes or os.cpu_count() or 1)
        self._found: dict[str, asyncio.Future[Found]] = {}
        self._opened = AsyncExitStack()

    async def open(self) -> None:
        rules = await self._opened.enter_async_context(Fetcher(self._settings, before=self._turns.wait))
        self._robots = Robots(rules.fetch, self._settings.user_agent)
        self._fetcher = await self._opened.enter_async_context(
            Fetcher(self._settings, before=self._allowed, accept=_ACCEPT)
        )

    async def close(self) -> None:
        under_way = [one for one in self._found.values() if not one.done()]
        for one in under_way:
            one.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self._robots.close()
        await self._reader.close()
        await self._opened.aclose()

    def begin(self, wanted: Wanted) -> asyncio.Future[Found]:
        """The page, now or later."""
        if wanted.key not in self._found:
            self._forget()
            self._found[wanted.key] = asyncio.ensure_future(self._page(wanted.url))
        return self._found[wanted.key]

    async def read(self, wanted: Sequence[Wanted], within_s: float) -> list[Found]:
        """What is found of each within so many seconds; the rest is given up."""
        reading = {one.key: self.begin(one) for one in wanted}
        await asyncio.wait(reading.values(), timeout=within_s)
        for key, page in reading.items():
            if not page.done():
                page.cancel()
                late = self._found[key] = asyncio.get_running_loop().create_future()
                late.set_result(_late(within_s))
                metrics.PAGES.labels("not-in-time").inc()
        return [self._found[one.key].result() for one in wanted]

    def _forget(self) -> None:
        for key in [key for key, page in self._found.items() if page.done()][: len(self._found) - KEPT]:
            del self._found[key]

    async def _allowed(self, url: URL) -> None:
        """Before each request, redirects too."""
        await self._turns.wait(url, await self._robots.delay_s(url))

    async def _page(self, url: str) -> Found:
        found = await self._found_at(url)
        metrics.PAGES.labels(found.kind if isinstance(found, Problem) else "read").inc()
        return found

    async def _found_at(self, url: str) -> Found:
        try:
            return await self._reading(url)
        except FeedError as error:
            log.info("page not read", url=shown(url), kind=error.kind, problem=str(error))
            return Problem(kind=error.kind, message=str(error))
        except Exception as error:  # one page must not cost the others
            log.exception("page not read by a fault of ours", url=shown(url))
            return Problem(
                kind="internal", message=f"a fault of this program ({type(error).__name__}): see its log"
            )

    async def _reading(self, url: str) -> Page:
        host = URL(url).raw_host or ""
        try:
            fetched = await self._fetcher.fetch(url)
        except FeedError as error:
            self._told_by(host, error)
            raise
        self._turns.answered(host)
        _check_kind(fetched)
        return await self._reader.read(fetched.body, url=fetched.url, content_type=fetched.content_type)

    def _told_by(self, host: str, error: FeedError) -> None:
        """What a failure tells of the host."""
        if error.kind in SILENT_KINDS:
            self._turns.silent(host)
        elif (left_s := asked_to_wait_s(error)) is not None:
            self._turns.leave((isinstance(error, FetchError) and error.host) or host, left_s)
        elif error.kind.startswith("http-"):
            self._turns.answered(host)


def _check_kind(fetched: Fetched) -> None:
    kind = (fetched.content_type or "text/html").partition(";")[0].strip().lower()
    if kind not in _PAGE_TYPES:
        raise NotAPageError("not-a-page", f"the link leads to {kind[:60]}, not to a web page")


def _late(within_s: float) -> Problem:
    return Problem(
        kind="not-in-time",
        message=f"the page did not come within {within_s:g} s (STREAMS_FULL_TEXT_WAIT_S): its host is slow, or "
        "others of its pages came first",
    )
