"""A world of feeds: how often each has news, when, on which host, when that host is away and where feeds move to.

All of it invented. Rates are spread widely: half of the feeds have less than an item in two days, one in five
nothing at all, few have hundreds a day. Items come by day more than by night, in bursts, and some feeds change
their ways. One host in thirty never answers, others fail for a while; one feed in a hundred moves to another host.
"""

from __future__ import annotations

import math
import random
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

DAY_S = 86400.0
BEFORE_DAYS = 14
"""What a feed shows at the first poll was published in these days before."""
SHOWN = 20
PEAK_SHARE, PEAK_S = 0.75, DAY_S / 6
"""Which part of a day's items gathers around the feed's hour, and how widely."""
MOVING = 0.01
REDIRECTED_S = 14 * DAY_S
"""How long the old address of a feed that moved tells of the new one."""


class Host(NamedTuple):
    """A host by name, and the times (from, until) at which it does not answer."""

    name: str
    away: Sequence[tuple[float, float]]

    def answers(self, at: float) -> bool:
        """Whether it is there."""
        for since, until in self.away:  # noqa: SIM110 - asked twice a poll, and most hosts are never away
            if since <= at < until:
                return False
        return True


class Move(NamedTuple):
    """When a feed goes to which other host."""

    at: float
    host: Host


class SimulatedFeed(NamedTuple):
    """A feed: where it is and when its items come, in order (seconds; the simulation begins at 0).

    `means` are the items that were to be expected of each day; nobody who polls the feed knows them.
    """

    id: str
    host: Host
    items: Sequence[float]
    means: Sequence[float] = ()
    move: Move | None = None

    def between(self, since: float, until: float) -> Sequence[float]:
        """Items that came after one moment and until another."""
        return self.items[bisect_left(self.items, since) : bisect_left(self.items, until)]


class World:
    """So many feeds over so many days; the same for the same seed, whole or made part by part."""

    def __init__(self, feeds: int, days: int, seed: int = 1) -> None:
        self.feeds, self.days, self._seed = feeds, days, seed
        chance = random.Random(seed)
        self._hosts: list[tuple[int, int, Host]] = []
        first = 0
        while first < feeds:
            size = min(int(chance.paretovariate(1.1)), feeds // 20 + 1, feeds - first)
            away = [(0.0, days * DAY_S)] if chance.random() < 1 / 30 else _failures(chance, days)
            self._hosts.append((first, size, Host(f"h{len(self._hosts)}.example", away)))
            first += size

    def parts(self, size: int) -> list[range]:
        """Hosts by their numbers, in parts of at least so many feeds (the last one has what is left)."""
        found: list[range] = []
        begin = held = 0
        for number, (_, of_host, _) in enumerate(self._hosts):
            held += of_host
            if held >= size or number == len(self._hosts) - 1:
                found.append(range(begin, number + 1))
                begin, held = number + 1, 0
        return found

    def part(self, hosts: range) -> list[SimulatedFeed]:
        """The feeds of these hosts."""
        return [feed for number in hosts for feed in self._of_host(*self._hosts[number])]

    def _of_host(self, first: int, size: int, host: Host) -> Iterator[SimulatedFeed]:
        for number in range(first, first + size):
            chance = random.Random(f"{self._seed} {number}")
            means, items = _items(chance, self.days)
            move = Move(chance.uniform(0, self.days * DAY_S), Host(f"m{number}.example", ()))
            yield SimulatedFeed(str(number), host, items, means, move if chance.random() < MOVING else None)


def make_world(feeds: int, days: int, seed: int = 1) -> list[SimulatedFeed]:
    """All feeds of a small world."""
    world = World(feeds, days, seed)
    return [feed for part in world.parts(feeds) for feed in world.part(part)]


def root_of_hours() -> float:
    """The mean of the square root of how strong an hour is against the mean hour (1 if all were alike)."""
    steps = 240
    strength = [_around_peak((step + 0.5) / steps * DAY_S - DAY_S / 2) for step in range(steps)]
    mean = sum(strength) / steps
    shares = [PEAK_SHARE * one / mean + 1 - PEAK_SHARE for one in strength]
    return sum(math.sqrt(share) for share in shares) / steps


def _around_peak(seconds: float) -> float:
    return sum(math.exp(-0.5 * ((seconds + days * DAY_S) / PEAK_S) ** 2) for days in (-1, 0, 1))


def _failures(chance: random.Random, days: int) -> list[tuple[float, float]]:
    times = [chance.uniform(0, days * DAY_S) for _ in range(days) if chance.random() < 0.03]
    return [(at, at + chance.lognormvariate(8.0, 1.0)) for at in times]


def _items(chance: random.Random, days: int) -> tuple[Sequence[float], Sequence[float]]:
    """What is to be expected of each day from the first on, and when items come, also in the days before."""
    if chance.random() < 0.2:
        return (), ()
    a_day = min(chance.lognormvariate(-0.7, 2.0), 300.0)
    peak_s = chance.uniform(0, DAY_S)
    changes_at = chance.uniform(0, days) if chance.random() < 0.05 else days
    means, found = array("f"), array("d")
    for day in range(-BEFORE_DAYS, days):
        mean = a_day * (5 if chance.random() < 0.02 else 1) * (5 if day > changes_at else 1)
        if day >= 0:
            means.append(mean)
        for _ in range(_poisson(chance, mean)):
            spread = chance.gauss(0, PEAK_S) if chance.random() < PEAK_SHARE else chance.uniform(0, DAY_S)
            found.append(day * DAY_S + (peak_s + spread) % DAY_S)
    return means, array("d", sorted(found))


def _poisson(chance: random.Random, mean: float) -> int:
    if mean > 30:
        return max(0, round(chance.gauss(mean, mean**0.5)))
    count, passed = 0, chance.expovariate(1.0)
    while passed < mean:
        count, passed = count + 1, passed + chance.expovariate(1.0)
    return count
