"""How fresh what feeds bring is, for how many requests: our schedule and fixed intervals on one invented world.

    .venv/bin/python -m benchmarks.polling [--feeds N] [--days N]

The schedule, the politeness and the treatment of failures are the reader's own code; only time and the network are
invented. A request takes 0.3 s, and 10 s where nobody answers. The fixed intervals are spared all failures and all
politeness: each of their requests finds its host at once.
"""

from __future__ import annotations

import argparse
import heapq
import resource
import statistics
import time
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from benchmarks.world import BEFORE_DAYS, DAY_S, SHOWN, SimulatedFeed, make_world
from streams.feeds import pace, schedule
from streams.feeds.agenda import Agenda
from streams.records import Hints, Pace
from streams.settings import Settings, load

BEGIN = datetime(2026, 3, 2, tzinfo=UTC)
ANSWER_S, SILENCE_S = 0.3, 10.0
CONCURRENCY = 500
SPARING_S = 150.0


class Outcome(NamedTuple):
    """What came of a schedule: delays of items (s), requests in all, those that brought nothing, by host and hour.

    `late` are requests that began later than a twentieth of their interval after they were due.
    """

    delays: list[float]
    requests: int
    wasted: int
    busiest: int
    late: int = 0

    def line(self, name: str, feeds: int, days: float) -> str:
        """The figures in a row of a table."""
        deciles = statistics.quantiles(self.delays, n=10)
        return (
            f"| {name} | {statistics.fmean(self.delays) / 60:.1f} | {statistics.median(self.delays) / 60:.1f} "
            f"| {deciles[8] / 60:.1f} | {self.requests / feeds / days:.1f} | {self.wasted / self.requests:.0%} "
            f"| {self.busiest} | {self.late / self.requests:.2%} |"
        )


class _Polled:
    """A simulated feed and what is remembered of it."""

    __slots__ = ("failures", "feed", "interval_s", "pace", "since")

    def __init__(self, feed: SimulatedFeed) -> None:
        self.feed = feed
        self.pace = Pace()
        self.since: float | None = None
        self.failures = 0
        self.interval_s = 0.0


class Simulation:
    """One run of the reader's schedule over the feeds of a world."""

    def __init__(self, feeds: Sequence[SimulatedFeed], settings: Settings) -> None:
        self._settings = settings
        self._agenda = Agenda(settings.host_gap_s, settings.host_concurrency)
        self._feeds = {feed.id: _Polled(feed) for feed in feeds}
        self._due = dict.fromkeys(self._feeds, 0.0)
        self._delays: list[float] = []
        self._requests = self._wasted = self._late = 0
        self._by_host: Counter[tuple[str, int]] = Counter()
        for feed in feeds:
            self._agenda.put(feed.id, feed.host.name, 0.0)

    def run(self, seconds: float) -> Outcome:
        """From the start until so much virtual time has passed."""
        now, under_way = 0.0, list[tuple[float, str]]()
        while now < seconds:
            while under_way and under_way[0][0] <= now:
                self._over(*heapq.heappop(under_way)[::-1])
            while len(under_way) < CONCURRENCY and (feed_id := self._agenda.take(now)) is not None:
                heapq.heappush(under_way, (now + self._begun(feed_id, now), feed_id))
            ends = under_way[0][0] if under_way else seconds
            now = ends if len(under_way) == CONCURRENCY else max(now, min(ends, self._agenda.next_at()))
        busiest = max(self._by_host.values(), default=0)
        return Outcome(self._delays, self._requests, self._wasted, busiest, self._late)

    def _begun(self, feed_id: str, now: float) -> float:
        """Count a request; returns how long it takes."""
        one = self._feeds[feed_id]
        self._requests += 1
        self._by_host[one.feed.host.name, int(now // 3600)] += 1
        self._late += bool(one.interval_s) and now - self._due[feed_id] > 0.05 * one.interval_s
        return ANSWER_S if one.feed.host.answers(now) else SILENCE_S

    def _over(self, feed_id: str, now: float) -> None:
        one, at = self._feeds[feed_id], BEGIN + timedelta(seconds=now)
        if one.feed.host.answers(now):
            self._agenda.answered(one.feed.host.name)
            self._read(one, now, at)
            one.failures = 0
            one.interval_s = schedule.interval_s(one.pace, Hints(), at, self._settings)
        else:
            self._agenda.silent(one.feed.host.name, now)
            self._wasted += 1
            one.failures += 1
            one.interval_s = schedule.backoff_s(one.failures, self._settings, "time-out")
        due = schedule.due_at(feed_id, at, one.interval_s)
        self._due[feed_id] = (due - BEGIN).total_seconds()
        self._agenda.done(feed_id, one.feed.host.name, self._due[feed_id])

    def _read(self, one: _Polled, now: float, at: datetime) -> None:
        if one.since is None:
            shown = one.feed.between(-BEFORE_DAYS * DAY_S, now)[-SHOWN:]
            one.pace = pace.seeded([BEGIN + timedelta(seconds=moment) for moment in shown], at)
        else:
            new = one.feed.between(one.since, now)
            self._delays += [now - moment for moment in new]
            self._wasted += not new
            times = [BEGIN + timedelta(seconds=moment) for moment in new]
            one.pace = pace.observed(one.pace, now - one.since, times)
        one.since = now


def fixed(feeds: Sequence[SimulatedFeed], interval_s: float, seconds: float) -> Outcome:
    """Every feed asked at one interval, each at times of its own."""
    delays: list[float] = []
    wasted = 0
    by_host: Counter[str] = Counter()
    polls = int(seconds // interval_s)
    for feed in feeds:
        phase = float(hash((feed.id, "phase")) % int(interval_s))
        new = [(moment - phase) % interval_s for moment in feed.between(0.0, seconds)]
        delays += [interval_s - passed for passed in new]
        wasted += polls - len({int((moment - phase) // interval_s) for moment in feed.between(0.0, seconds)})
        by_host[feed.host.name] += 1
    busiest = max(by_host.values(), default=0) * 3600 / interval_s
    return Outcome(delays, polls * len(feeds), wasted, round(busiest))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=4000)
    parser.add_argument("--days", type=float, default=30.0)
    parser.add_argument("--sparing", action="store_true", help="with a higher STREAMS_POLL_WORTH_S as well")
    asked = parser.parse_args()
    seconds = asked.days * DAY_S
    world = make_world(asked.feeds, int(asked.days) + 1)
    made_kb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    ours = Simulation(world, load()).run(seconds)
    used_s = time.process_time() - begun
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - made_kb) / 1024
    rows = {"ours": ours}
    if asked.sparing:
        settings = load(poll_worth_s=SPARING_S)
        rows[f"ours, STREAMS_POLL_WORTH_S={SPARING_S:g}"] = Simulation(world, settings).run(seconds)
    rows |= {"every 15 min": fixed(world, 900, seconds), "every 60 min": fixed(world, 3600, seconds)}
    print(
        "| | mean delay, min | median | 90th | requests a feed and day | brought nothing | most to a host", end=""
    )
    print(" in an hour | late |\n|---|---|---|---|---|---|---|---|")
    for name, outcome in rows.items():
        print(outcome.line(name, asked.feeds, asked.days))
    print(
        f"{asked.feeds} feeds, {asked.days:g} days; {ours.requests} requests scheduled in {used_s:.0f} s of a core"
    )
    print(f"({used_s / seconds:.3%} of it in virtual time), {grown_mb:.0f} MB beside the world")


if __name__ == "__main__":
    main()
