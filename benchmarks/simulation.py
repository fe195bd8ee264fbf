"""The reader's schedule, its politeness and its treatment of failures and moves, on invented time and network."""

from __future__ import annotations

import heapq
import random
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.delays import Outcome
from benchmarks.world import REDIRECTED_S, SHOWN, Host, SimulatedFeed
from streams.feeds import moves, pace, schedule
from streams.feeds.agenda import Agenda
from streams.feeds.fetch import Fetched
from streams.records import Feed, FeedState, Hints, Moved, Pace
from streams.settings import Settings

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
ANSWER_S, SILENCE_S = 0.3, 10.0
CONCURRENCY = 500
NO_HINTS = Hints()
Answer = Literal["feed", "redirect", "http-404", "time-out"]


class _Polled:
    """A simulated feed and what is remembered of it; `host` is the one to be asked."""

    __slots__ = ("due", "failures", "feed", "host", "id", "interval_s", "moved", "pace", "seen", "since")

    def __init__(self, feed: SimulatedFeed) -> None:
        self.id, self.feed, self.host = feed.id, feed, feed.host
        self.pace = Pace()
        self.moved: Moved | None = None
        self.since: float | None = None
        self.failures = self.seen = 0
        self.due = self.interval_s = 0.0

    def answer(self, now: float) -> Answer:
        """What comes of asking now."""
        if not self.host.answers(now):
            return "time-out"
        if self.feed.move is None or now < self.feed.move.at or self.host is self.feed.move.host:
            return "feed"
        return "redirect" if now < self.feed.move.at + REDIRECTED_S else "http-404"

    def news(self, now: float) -> Sequence[float]:
        """When the items came that were not seen before."""
        items, seen = self.feed.items, self.seen
        if seen == len(items) or items[seen] >= now:
            return ()
        self.seen = bisect_left(items, now, seen)
        return items[seen : self.seen]

    def found_at(self, at: datetime, *, moved_to: Host | None) -> None:
        """The feed came, from where it is or by way of a redirect."""
        if moved_to is not None or self.moved is not None:
            fetched = Fetched(status=200, url="", moved_to=None if moved_to is None else _url(moved_to))
            self.moved = moves.after_answer(self._subscription(), self.moved, fetched, at)
            self._turn()

    def not_found(self) -> None:
        """The feed did not come."""
        if self.moved is not None:
            self.moved = moves.after_failure(self.moved, self.failures)
            self._turn()

    def is_lost(self, now: float) -> bool:
        """Whether the feed is asked for where nothing tells of it any more."""
        move = self.feed.move
        return move is not None and now >= move.at + REDIRECTED_S and self.host is self.feed.host

    def _turn(self) -> None:
        """To the host that is to be asked from now on."""
        state = FeedState(feed_id=self.feed.id, moved=self.moved)
        there = moves.address(self._subscription(), state) != _url(self.feed.host)
        self.host = self.feed.move.host if there and self.feed.move else self.feed.host

    def _subscription(self) -> Feed:
        return Feed(id=self.feed.id, url=_url(self.feed.host))


def _url(host: Host) -> str:
    return f"https://{host.name}/feed"


class Simulation:
    """One run of the reader's schedule over feeds; at most so many requests are under way at once."""

    def __init__(self, feeds: Sequence[SimulatedFeed], settings: Settings, concurrency: int = CONCURRENCY) -> None:
        self._settings, self._concurrency = settings, concurrency
        self._agenda = Agenda(settings.host_gap_s, settings.host_concurrency)
        self._feeds = {feed.id: _Polled(feed) for feed in feeds}
        self._outcome = Outcome()
        self._delays: list[float] = []
        self._in_hour: Counter[str] = Counter()
        self._hour_ends = 3600.0
        for feed in feeds:
            self._agenda.put(feed.id, feed.host.name, 0.0)

    def run(self, seconds: float) -> Outcome:
        """From the start until so much virtual time has passed."""
        begun = time.process_time()
        now, under_way, agenda = 0.0, list[tuple[float, str]](), self._agenda
        while now < seconds:
            while under_way and under_way[0][0] <= now:
                ended, of = heapq.heappop(under_way)
                self._over(self._feeds[of], ended)
            while len(under_way) < self._concurrency and (feed_id := agenda.take(now)) is not None:
                heapq.heappush(under_way, (now + self._begun(self._feeds[feed_id], now), feed_id))
            ends = under_way[0][0] if under_way else seconds
            now = ends if len(under_way) == self._concurrency else max(now, min(ends, agenda.next_at()))
        self._end_hour(seconds)
        self._outcome.delays.add(self._delays)
        self._outcome.lost = sum(one.is_lost(seconds) for one in self._feeds.values())
        self._outcome.used_s = time.process_time() - begun
        return self._outcome

    def _begun(self, one: _Polled, now: float) -> float:
        """Count a request; returns how long it takes."""
        if now >= self._hour_ends:
            self._end_hour(now)
        answer = one.answer(now)
        self._outcome.requests += 1 + (answer == "redirect")
        self._in_hour[one.host.name] += 1
        self._outcome.late += one.interval_s > 0 and now - one.due > 0.05 * one.interval_s
        return SILENCE_S if answer == "time-out" else ANSWER_S

    def _end_hour(self, now: float) -> None:
        self._outcome.busiest = max(self._outcome.busiest, max(self._in_hour.values(), default=0))
        self._in_hour.clear()
        self._hour_ends = (now // 3600 + 1) * 3600

    def _over(self, one: _Polled, now: float) -> None:
        at, asked, answer = BEGIN + timedelta(seconds=now), one.host.name, one.answer(now)
        if answer == "time-out":
            self._agenda.silent(asked, now)
        else:
            self._agenda.answered(asked)
        if answer in ("feed", "redirect"):
            self._read(one, now, at)
            one.failures = 0
            one.found_at(at, moved_to=one.feed.move.host if answer == "redirect" and one.feed.move else None)
            one.interval_s = schedule.interval_s(one.pace, NO_HINTS, at, self._settings)
        else:
            self._outcome.wasted += 1
            one.failures += 1
            one.not_found()
            one.interval_s = schedule.backoff_s(one.failures, self._settings, answer)
        one.due = (schedule.due_at(one.id, at, one.interval_s) - BEGIN).total_seconds()
        self._agenda.done(one.id, one.host.name, one.due)

    def _read(self, one: _Polled, now: float, at: datetime) -> None:
        if one.since is None:
            shown = [BEGIN + timedelta(seconds=moment) for moment in one.news(now)[-SHOWN:]]
            one.pace = pace.seeded(shown, at)
        elif new := one.news(now):
            self._delays += [now - moment for moment in new]
            one.pace = pace.observed(
                one.pace, now - one.since, [BEGIN + timedelta(seconds=moment) for moment in new]
            )
        else:
            self._outcome.wasted += 1
            one.pace = pace.observed(one.pace, now - one.since, ())
        one.since = now


def fixed(feeds: Sequence[SimulatedFeed], interval_s: float, seconds: float) -> Outcome:
    """Every feed asked at one interval, each at times of its own."""
    found = Outcome()
    by_host: Counter[str] = Counter()
    polls = int(seconds // interval_s)
    delays: list[NDArray[np.float64]] = []
    for feed in feeds:
        moments = np.asarray(feed.between(0.0, seconds), dtype=np.float64)
        since = moments - random.Random(feed.id).uniform(0, interval_s)
        delays.append(interval_s - since % interval_s)
        found.wasted += polls - len(np.unique(since // interval_s))
        by_host[feed.host.name] += 1
    found.delays.add(np.concatenate(delays))
    found.requests = polls * len(feeds)
    found.busiest = round(max(by_host.values(), default=0) * 3600 / interval_s)
    return found
