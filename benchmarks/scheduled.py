"""What it takes to keep many feeds scheduled, and whether each is polled when it is due.

    .venv/bin/python -m benchmarks.scheduled [--feeds N] [--seconds S]

The reader, its agenda, the states of the feeds and how they are stored are the real ones, in real time. Only the
network is missing: each feed answers after 0.3 s that it has not changed, from hosts of very different size. The
feeds have rates as in `benchmarks.world`, and are due as if they had been polled for long.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import resource
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from streams import codec
from streams.clock import now
from streams.engines.sqlite import Store
from streams.engines.subscriptions import STATES, Subscriptions
from streams.feeds import fingerprints, pace, schedule
from streams.feeds.fetch import Fetched
from streams.feeds.opml import feed_from_url
from streams.feeds.reader import Reader
from streams.records import Feed, FeedState, Hints, Pace
from streams.settings import Settings, load

ANSWER_S = 0.3
ITEMS = 20
LATE = 0.05
AT_ONCE = 10_000
FILLED_A_SECOND = 3000
SETTLE_S = 60.0
"""What became due while the feeds were taken up is polled in this time."""


def feeds_of(count: int, chance: random.Random) -> Iterator[Feed]:
    """So many feeds: most hosts have one, a few have hundreds."""
    made = host = 0
    while made < count:
        for number in range(min(int(chance.paretovariate(1.1)), 500, count - made)):
            yield feed_from_url(f"https://h{host}.example/{number}.xml")
            made += 1
        host += 1


def state_of(feed: Feed, at: datetime, chance: random.Random, settings: Settings) -> FeedState:
    """What is known at some moment of a feed that was polled for long, some time before it is due."""
    rate = 0.0 if chance.random() < 0.2 else min(chance.lognormvariate(-0.7, 2.0), 300.0)
    known = Pace(news=10 * rate, watched_s=10 * pace.DAY_S, hours=bytes([1] * 24))
    interval_s = schedule.interval_s(known, Hints(), at, settings)
    since = timedelta(seconds=interval_s * chance.random())
    keys = (fingerprints.key("guid", f"{feed.id} {number}") for number in range(ITEMS))
    shown = {key: fingerprints.content(feed.id) for key in keys}
    return FeedState(
        feed_id=feed.id,
        etag='"1"',
        fingerprints=fingerprints.packed(shown),
        title=feed.url,
        first_polled_at=at - since,
        polled_at=at - since,
        succeeded_at=at - since,
        full_at=at,
        due_at=at - since + timedelta(seconds=interval_s),
        interval_s=interval_s,
        pace=known,
    )


class Watched(Subscriptions):
    """Counts how late each feed is asked, as a share of its interval: its state is read just before."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.crowded: frozenset[str] = frozenset()
        self.asked: Counter[bool] = Counter()
        self.late: Counter[bool] = Counter()

    def states(self, feed_ids: Sequence[str]) -> dict[str, FeedState]:
        """As they are stored."""
        states = super().states(feed_ids)
        for feed_id, state in states.items():
            if state.due_at is not None:
                crowded = feed_id in self.crowded
                self.asked[crowded] += 1
                self.late[crowded] += (now() - state.due_at).total_seconds() > LATE * state.interval_s
        return states


class Unchanging:
    """Feeds that never change."""

    def __init__(self) -> None:
        self.begun = asyncio.Event()

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Not modified, after a while."""
        self.begun.set()
        await asyncio.sleep(ANSWER_S)
        return Fetched(status=304, url=url)


def fill(subscriptions: Subscriptions, store: Store, count: int, settings: Settings) -> frozenset[str]:
    """Subscribe; returns the feeds whose hosts may be asked less often than all of them are due."""
    chance = random.Random(1)
    feeds, begin = list(feeds_of(count, chance)), now() + timedelta(seconds=count / FILLED_A_SECOND)
    a_second: dict[str, float] = defaultdict(float)
    for start in range(0, count, AT_ONCE):
        states = {feed.id: state_of(feed, begin, chance, settings) for feed in feeds[start : start + AT_ONCE]}
        store.append([], {STATES: {feed_id.encode(): codec.encode(state) for feed_id, state in states.items()}})
        for feed in feeds[start : start + AT_ONCE]:
            a_second[feed.url.split("/")[2]] += 1 / states[feed.id].interval_s
    subscriptions.add(feeds)
    crowded = {host for host, rate in a_second.items() if rate * settings.host_gap_s > 0.5}
    return frozenset(feed.id for feed in feeds if feed.url.split("/")[2] in crowded)


async def measure(count: int, seconds: float) -> None:
    """Run the reader for so long, and print."""
    settings = load()
    with tempfile.TemporaryDirectory() as folder, closing(Store(Path(folder))) as store:
        subscriptions = Watched(store)
        subscriptions.crowded = fill(subscriptions, store, count, settings)
        before_mb = _resident_mb()
        network = Unchanging()
        reader, stop = Reader(subscriptions, network, settings, now), asyncio.Event()
        begun = time.perf_counter()
        running = asyncio.create_task(reader.run(stop))
        await network.begun.wait()
        taken_up_s = time.perf_counter() - begun
        await asyncio.sleep(SETTLE_S)
        subscriptions.asked.clear()
        subscriptions.late.clear()
        used_s, since = time.process_time(), time.perf_counter()
        await asyncio.sleep(seconds)
        used_s, passed_s = time.process_time() - used_s, time.perf_counter() - since
        stop.set()
        await running
    polls = subscriptions.asked.total()
    print(f"{count:,} feeds taken up in {taken_up_s:.1f} s; {polls / passed_s:.1f} polls a second")
    print(f"{used_s / passed_s:.1%} of a core ({used_s / max(polls, 1) * 1000:.2f} ms a poll)")
    print(f"{_resident_mb():.0f} MB resident, {_resident_mb() - before_mb:.0f} MB of them for the reader")
    for kept, name in ((False, "hosts that can keep up"), (True, "hosts that cannot")):
        if subscriptions.asked[kept]:
            share = subscriptions.late[kept] / subscriptions.asked[kept]
            print(f"{share:.2%} late of {subscriptions.asked[kept]:,} polls of {name}")


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1024**2


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--feeds", type=int, default=180_000)
    parser.add_argument("--seconds", type=float, default=60.0)
    asked = parser.parse_args()
    asyncio.run(measure(asked.feeds, asked.seconds))
