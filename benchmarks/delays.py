"""What comes of a schedule, in bounded memory: how late items were found, and for how many requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

LONGEST_S = 3 * 86400
"""Later items count as found after so long, as far as medians are concerned."""


class Delays:
    """Delays of items in seconds: their mean exactly, their quantiles to the second."""

    def __init__(self) -> None:
        self._counts = np.zeros(LONGEST_S + 1, dtype=np.int64)
        self._total_s = 0.0

    def add(self, delays: Sequence[float] | NDArray[np.float64]) -> None:
        """Count some."""
        seconds = np.asarray(delays, dtype=np.float64)
        self._total_s += float(seconds.sum())
        self._counts += np.bincount(np.minimum(seconds, LONGEST_S).astype(np.int64), minlength=LONGEST_S + 1)

    def join(self, other: Self) -> None:
        """Count all of another."""
        self._counts += other._counts
        self._total_s += other._total_s

    @property
    def count(self) -> int:
        """How many there are."""
        return int(self._counts.sum())

    @property
    def mean_s(self) -> float:
        """Their mean, 0 where there are none."""
        return self._total_s / max(self.count, 1)

    def quantile_s(self, share: float) -> float:
        """The delay that so many of them do not exceed."""
        return float(np.searchsorted(np.cumsum(self._counts), share * self.count))


class Outcome:
    """What came of a schedule, of a part of the feeds or of all.

    `requests` in all and `wasted` ones, that brought nothing; the `busiest` hour of any host in requests; `late`
    are requests that began later than a twentieth of their interval after they were due; `lost` feeds that moved
    away unseen. `used_s` are seconds of a processor.
    """

    def __init__(self) -> None:
        self.delays = Delays()
        self.requests = self.wasted = self.busiest = self.late = self.lost = 0
        self.used_s = 0.0

    def join(self, other: Self) -> None:
        """Take in what came of another part."""
        self.delays.join(other.delays)
        self.requests += other.requests
        self.wasted += other.wasted
        self.busiest = max(self.busiest, other.busiest)
        self.late += other.late
        self.lost += other.lost
        self.used_s += other.used_s

    def figures(self) -> tuple[float, ...]:
        """All but the time it took, to be compared."""
        delays = (self.delays.mean_s, self.delays.quantile_s(0.5), self.delays.quantile_s(0.9))
        return (*delays, self.requests, self.wasted, self.busiest, self.late, self.lost)

    def line(self, name: str, feeds: int, days: float) -> str:
        """The figures in a row of a table."""
        minutes = " | ".join(f"{seconds / 60:.1f}" for seconds in self.figures()[:3])
        requests = max(self.requests, 1)
        shares = f"{self.wasted / requests:.0%} | {self.busiest} | {self.late / requests:.2%}"
        return f"| {name} | {minutes} | {self.requests / feeds / days:.1f} | {shares} |"


class Known(NamedTuple):
    """What only the world knows of its feeds: the sums of their rates and of the rates' square roots.

    In items and days, over all feeds and days; see `streams.feeds.pace` for why roots.
    """

    items: float
    roots: float

    def least_delay_s(self, requests: int) -> float:
        """The mean delay below which no schedule comes with so many requests, even one that knows each feed's rate
        at any hour beforehand; for items come independently of each other.
        """
        return self.roots**2 / (2 * requests * self.items) * 86400
