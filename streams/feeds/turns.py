"""Requests in turn: between two to one host lies a gap, whoever asks.

The reader plans its requests ahead (agenda.py). This is for what asks as it goes: finding a site's feeds, reading
the pages of articles.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from yarl import URL

from streams.feeds.agenda import is_ours

MOST_HOSTS = 10_000
"""So many hosts are remembered before those that are free again are forgotten."""


class Turns:
    """Each host's next free moment, on the event loop's clock."""

    def __init__(self, gap_s: float) -> None:
        self._gap_s = gap_s
        self._free_at: dict[str, float] = {}
        self._first: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def wait(self, url: URL, gap_s: float = 0.0) -> None:
        """Return when the host of `url` may be asked; the next one waits `gap_s` at least, where that is longer.

        Who is cancelled while waiting has taken no turn.
        """
        host = url.raw_host or ""
        if is_ours(host):
            return
        # A local name keeps the lock alive for as long as somebody waits at it.
        lock = self._first.setdefault(host, asyncio.Lock())
        async with lock:
            clock = asyncio.get_running_loop().time
            await asyncio.sleep(self._free_at.get(host, 0.0) - clock())
            self._free_at[host] = clock() + max(self._gap_s, gap_s)
            self._forget(clock())

    def _forget(self, now: float) -> None:
        if len(self._free_at) > MOST_HOSTS:
            self._free_at = {host: free_at for host, free_at in self._free_at.items() if free_at > now}
