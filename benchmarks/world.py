"""A world of feeds: how often each has news, when, on which host, and when that host is away. All of it invented.

Rates are spread widely: half of the feeds have less than an item in two days, one in five nothing at all, few have
hundreds a day. Items come by day more than by night, in bursts, and some feeds change their ways.
"""

from __future__ import annotations

import random
from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

DAY_S = 86400.0
BEFORE_DAYS = 14
"""What a feed shows at the first poll was published in these days before."""
SHOWN = 20


class Host(NamedTuple):
    """A host by name, and the times (from, until) at which it does not answer."""

    name: str
    away: Sequence[tuple[float, float]]

    def answers(self, at: float) -> bool:
        """Whether it is there."""
        return not any(since <= at < until for since, until in self.away)


class SimulatedFeed(NamedTuple):
    """A feed: where it is and when its items come, in order (seconds; the simulation begins at 0)."""

    id: str
    host: Host
    items: Sequence[float]

    def between(self, since: float, until: float) -> Sequence[float]:
        """Items that came after one moment and until another."""
        return self.items[bisect_left(self.items, since) : bisect_left(self.items, until)]


def make_world(feeds: int, days: int, seed: int = 1) -> list[SimulatedFeed]:
    """So many feeds over so many days; the same for the same seed."""
    chance = random.Random(seed)
    return [
        SimulatedFeed(str(number), host, _items(chance, days))
        for number, host in enumerate(_hosts(chance, feeds, days))
    ]


def _hosts(chance: random.Random, feeds: int, days: int) -> list[Host]:
    """A host for each feed: most have one feed, a few have hundreds. One in thirty never answers, others fail."""
    hosts: list[Host] = []
    while len(hosts) < feeds:
        size = min(int(chance.paretovariate(1.1)), feeds // 20 + 1)
        away = [(0.0, days * DAY_S)] if chance.random() < 1 / 30 else _failures(chance, days)
        hosts += [Host(f"h{len(hosts)}.example", away)] * size
    return hosts[:feeds]


def _failures(chance: random.Random, days: int) -> list[tuple[float, float]]:
    times = [chance.uniform(0, days * DAY_S) for _ in range(days) if chance.random() < 0.03]
    return [(at, at + chance.lognormvariate(8.0, 1.0)) for at in times]


def _items(chance: random.Random, days: int) -> list[float]:
    if chance.random() < 0.2:
        return []
    a_day = min(chance.lognormvariate(-0.7, 2.0), 300.0)
    peak_s = chance.uniform(0, DAY_S)
    changes_at = chance.uniform(0, days) if chance.random() < 0.05 else days
    found: list[float] = []
    for day in range(-BEFORE_DAYS, days):
        mean = a_day * (5 if chance.random() < 0.02 else 1) * (5 if day > changes_at else 1)
        for _ in range(_poisson(chance, mean)):
            # Two thirds of a day's items come within the eight hours around its peak.
            spread = chance.gauss(0, DAY_S / 6) if chance.random() < 0.75 else chance.uniform(0, DAY_S)
            found.append(day * DAY_S + (peak_s + spread) % DAY_S)
    return sorted(found)


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1.0)
    return count
