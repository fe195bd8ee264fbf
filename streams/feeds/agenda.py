"""Which feed is polled next: the longest due of those whose host may be asked now.

A host gets a request only after a gap since the last one, and only few at once, over all of its feeds. It is left
alone for as long as it asks, and longer and longer while it does not answer at all. Pure: moments are seconds
since 1970, as they are given.
"""

from __future__ import annotations

import heapq
import math

from streams.domains import domain_of
from streams.feeds.hosts import silent_s
from streams.feeds.network import OWNERS


class _Host:
    """One host: its feeds that wait, the earliest first, and how it is to be treated."""

    __slots__ = ("free_at", "gap_s", "queued_at", "silent", "under_way", "waiting")

    def __init__(self, gap_s: float) -> None:
        self.gap_s = gap_s
        self.waiting: list[tuple[float, str]] = []
        self.under_way = 0
        self.free_at = -math.inf
        self.silent = 0
        self.queued_at: float | None = None


class Agenda:
    """Feeds with when they are due; each is waiting, or under way until it is put to wait again."""

    def __init__(self, gap_s: float, per_host: int) -> None:
        self._gap_s, self._per_host = gap_s, per_host
        self._places: dict[str, tuple[float, str]] = {}
        self._under_way: dict[str, str | None] = {}
        self._hosts: dict[str, _Host] = {}
        self._owners: set[str] = set()
        self._queue: list[tuple[float, str]] = []

    def __contains__(self, feed_id: str) -> bool:
        return feed_id in self._places or feed_id in self._under_way

    def waits(self, feed_id: str) -> bool:
        """Whether a feed is there and not under way."""
        return feed_id in self._places

    @property
    def owners(self) -> int:
        """How many owners the hosts have that were heard of; OWNERS are counted, and no more."""
        return len(self._owners)

    def put(self, feed_id: str, host: str, due: float) -> None:
        """Let a feed wait, from now on or with another time."""
        self._places[feed_id] = due, host
        heapq.heappush(self._host(host).waiting, (due, feed_id))
        self._queue_host(host)

    def drop(self, feed_id: str) -> None:
        """Forget a feed, waiting or under way."""
        self._places.pop(feed_id, None)
        self._release(feed_id)

    def take(self, now: float) -> str | None:
        """The feed to poll now, which is under way from here on; None when there is none."""
        while self._queue and self._queue[0][0] <= now:
            at, name = heapq.heappop(self._queue)
            host = self._hosts[name]
            if host.queued_at != at:
                continue
            host.queued_at = None
            if self._ready_at(name, host) <= now:
                return self._started(name, host, now)
            self._queue_host(name)
        return None

    def asked(self, feed_id: str) -> str:
        """The host that is asked for a feed under way."""
        return self._under_way[feed_id] or ""

    def next_at(self) -> float:
        """The moment before which there is nothing to take, infinite when nothing waits."""
        while self._queue and self._hosts[self._queue[0][1]].queued_at != self._queue[0][0]:
            heapq.heappop(self._queue)  # that host's time is another by now
        return self._queue[0][0] if self._queue else math.inf

    def over(self, feed_id: str) -> None:
        """The host has answered or failed to; what becomes of the feed is not decided yet."""
        if feed_id in self._under_way:
            self._release(feed_id)
            self._under_way[feed_id] = None

    def done(self, feed_id: str, host: str, due: float) -> None:
        """A poll came to its end; the feed waits again, maybe at another host."""
        if feed_id in self._under_way:
            self._release(feed_id, host)
            self.put(feed_id, host, due)

    def answered(self, host: str) -> None:
        """The host said something, whatever it was."""
        self._host(host).silent = 0

    def silent(self, host: str, now: float) -> None:
        """The host did not answer."""
        found = self._host(host)
        found.silent += 1
        if left_s := silent_s(found.silent):
            self.leave(host, now + left_s)

    def leave(self, host: str, until: float) -> None:
        """Leave a host alone, all of its feeds."""
        found = self._host(host)
        found.free_at = max(found.free_at, until)
        self._queue_host(host)

    def set_back(self, seconds: float) -> None:
        """The clock was set back by that much: all that was to come comes as soon as it would have."""
        self._places = {feed_id: (due - seconds, host) for feed_id, (due, host) in self._places.items()}
        self._queue = []
        for host in self._hosts.values():
            host.free_at -= seconds
            host.waiting, host.queued_at = [], None
        for feed_id, (due, name) in self._places.items():
            self._hosts[name].waiting.append((due, feed_id))
        for name, host in self._hosts.items():
            heapq.heapify(host.waiting)
            self._queue_host(name)

    def _host(self, name: str) -> _Host:
        found = self._hosts.get(name)
        if found is None:
            found = self._hosts[name] = _Host(-math.inf if is_ours(name) else self._gap_s)
            if len(self._owners) < OWNERS:
                self._owners.add(domain_of(f"https://{name}/"))
        return found

    def _started(self, name: str, host: _Host, now: float) -> str:
        _, feed_id = heapq.heappop(host.waiting)
        del self._places[feed_id]
        self._under_way[feed_id] = name
        host.under_way += 1
        host.free_at = max(host.free_at, now + host.gap_s)
        self._queue_host(name)
        return feed_id

    def _release(self, feed_id: str, then: str | None = None) -> None:
        """Take a feed from those under way; `then` is the host whose place in the queue is found next anyway."""
        name = self._under_way.pop(feed_id, None)
        if name is not None:
            self._hosts[name].under_way -= 1
            if name != then:
                self._queue_host(name)

    def _ready_at(self, name: str, host: _Host) -> float:
        """When this host may be asked next, infinite when not before something changes."""
        while host.waiting:
            due, feed_id = host.waiting[0]
            if self._places.get(feed_id) == (due, name):
                return max(due, host.free_at) if host.under_way < self._per_host else math.inf
            heapq.heappop(host.waiting)  # it was put elsewhere or dropped
        return math.inf

    def _queue_host(self, name: str) -> None:
        host = self._hosts[name]
        at = self._ready_at(name, host)
        if at == host.queued_at:
            return
        host.queued_at = at if at < math.inf else None
        if host.queued_at is not None:
            heapq.heappush(self._queue, (at, name))


def is_ours(host: str) -> bool:
    """Whether a host is this machine, towards which nobody need be polite."""
    return host == "localhost" or host.startswith("127.") or host == "::1"
