"""What sites allow robots: their robots.txt (RFC 9309), asked for once a day."""

from __future__ import annotations

import asyncio
import math
import re
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from protego import Protego
from yarl import URL

from streams.errors import AddressRefusedError, FeedError, FetchError
from streams.feeds.fetch import Fetched

Fetch = Callable[[str], Awaitable[Fetched]]
KEPT_S, RETRY_S = 86400.0, 600.0
"""How long the rules of a site count, and how soon they are asked for again that did not come."""
MAX_BYTES = 500 * 1024
MOST_BYTES = 32 * 1024 * 1024
"""What is read of one robots.txt, the least that the standard allows, and of all that are remembered."""


class _Known(NamedTuple):
    """A site's rules (None: it has none), or why they did not come, and until when that counts."""

    rules: Protego | None
    fault: FeedError | None
    until: float
    size_bytes: int = 0


class Robots:
    """The rules of sites for a user agent, known by the product that it begins with: `streams/0.1 (reader)`."""

    def __init__(self, fetch: Fetch, user_agent: str) -> None:
        self._fetch, self._agent = fetch, re.split(r"[/\s]", user_agent.strip())[0]
        self._known: dict[str, asyncio.Future[_Known]] = {}
        self._bytes = 0

    async def delay_s(self, url: URL) -> float:
        """The gap between requests that a site asks for, 0 where it does not.

        Raises FetchError (`robots`) where the page is not to be fetched: the rules say so or, as the standard
        wants it, the server has no answer for now. A site without a robots.txt allows everything.
        """
        known = await self._of(str(url.origin()))
        if isinstance(known.fault, AddressRefusedError) or (known.fault and known.fault.kind == "host-busy"):
            raise known.fault
        if known.fault is not None:
            raise FetchError("robots", f"the robots.txt of {url.raw_host} did not come: {known.fault.kind}")
        if known.rules is None:
            return 0.0
        if not known.rules.can_fetch(str(url), self._agent):
            raise FetchError("robots", f"the robots.txt of {url.raw_host} forbids it")
        delay_s = known.rules.crawl_delay(self._agent) or 0.0
        return max(0.0, delay_s) if math.isfinite(delay_s) else 0.0

    async def close(self) -> None:
        """Give up what is under way."""
        for asked in self._known.values():
            asked.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)

    async def _of(self, site: str) -> _Known:
        """Whoever comes while the rules are asked for waits for the same answer."""
        known = self._known.get(site)
        if known is None or (known.done() and known.result().until <= _now()):
            self._drop(site)
            known = self._known[site] = asyncio.ensure_future(self._asked(site))
        return await asyncio.shield(known)

    async def _asked(self, site: str) -> _Known:
        try:
            body = (await self._fetch(f"{site}/robots.txt")).body[:MAX_BYTES]
        except FeedError as error:
            missing = error.kind.startswith("http-4") and error.kind != "http-429"
            return _Known(None, None if missing else error, _now() + (KEPT_S if missing else RETRY_S))
        self._bytes += len(body)
        for other in [one for one in self._known if one != site]:
            if self._bytes <= MOST_BYTES:
                break
            self._drop(other)
        rules = await asyncio.to_thread(Protego.parse, body.decode("utf-8", "replace"))
        return _Known(rules, None, _now() + KEPT_S, len(body))

    def _drop(self, site: str) -> None:
        known = self._known.pop(site, None)
        if known is not None and known.done():
            self._bytes -= known.result().size_bytes


def _now() -> float:
    return asyncio.get_running_loop().time()
