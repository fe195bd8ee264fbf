"""Requests in turn: between two to one host lies a gap, whoever asks.

The reader plans its requests ahead (agenda.py). This is for what asks as it goes: finding a site's feeds, reading
the pages of articles.
"""

from __future__ import annotations

import asyncio
from weakref import WeakValueDictionary

from yarl import URL

from streams.feeds.agenda import is_ours
from streams.feeds.hosts import left_alone, silent_s

MOST_HOSTS = 10_000
"""So many hosts are remembered before those are forgotten of which nothing special is known."""


class Turns:
    """Each host's next free moment, on the event loop's clock."""

    def __init__(self, gap_s: float) -> None:
        self._gap_s = gap_s
        self._free_at: dict[str, float] = {}
        self._left_until: dict[str, float] = {}
        self._silent: dict[str, int] = {}
        self._first: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def wait(self, url: URL, gap_s: float = 0.0) -> None:
        """Return when the host of `url` may be asked; the next one waits `gap_s` at least, where that is longer.

        Who is cancelled while waiting has taken no turn. Raises FetchError (`host-busy`) for a host that is left
        alone.
        """
        host = url.raw_host or ""
        self._refuse_left(host)
        if is_ours(host):
            return
        # A local name keeps the lock alive for as long as somebody waits at it.
        lock = self._first.setdefault(host, asyncio.Lock())
        async with lock:
            await asyncio.sleep(self._free_at.get(host, 0.0) - _now())
            self._refuse_left(host)
            self._free_at[host] = _now() + max(self._gap_s, gap_s)
            self._forget()

    def answered(self, host: str) -> None:
        """The host said something, whatever it was."""
        self._silent.pop(host, None)

    def silent(self, host: str) -> None:
        """The host did not answer: from some times in a row on it is left alone, longer and longer."""
        times = self._silent[host] = self._silent.get(host, 0) + 1
        if left_s := silent_s(times):
            self.leave(host, left_s)

    def leave(self, host: str, seconds: float) -> None:
        """Leave a host alone."""
        self._left_until[host] = max(self._left_until.get(host, 0.0), _now() + seconds)

    def _refuse_left(self, host: str) -> None:
        if self._left_until.get(host, 0.0) > _now():
            raise left_alone(host)

    def _forget(self) -> None:
        for moments in (self._free_at, self._left_until):
            if len(moments) > MOST_HOSTS:
                for host in [host for host, moment in moments.items() if moment <= _now()]:
                    del moments[host]
        if len(self._silent) > MOST_HOSTS:
            self._silent.clear()


def _now() -> float:
    return asyncio.get_running_loop().time()
