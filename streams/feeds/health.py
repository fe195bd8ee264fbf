"""How many feeds are well, and which hosts have those that fail: for those who watch the reader.

A reader knows thousands of hosts; a name of each in the metrics would cost more than the feeds do. So only the
hosts with the most failing feeds are named.
"""

from __future__ import annotations

import heapq
from collections import Counter
from typing import Literal, NamedTuple

from streams import metrics

State = Literal["well", "failing", "new"]
STATES: tuple[State, ...] = ("well", "failing", "new")
NAMED = 20
OTHERS = "others"


class _Feed(NamedTuple):
    host: str
    state: State


class Health:
    """The feeds of one reader, each with its host and how its last poll ended; shown in the metrics."""

    def __init__(self) -> None:
        self._feeds: dict[str, _Feed] = {}
        self._states: Counter[State] = Counter()
        self._failing: Counter[str] = Counter()

    def note(self, feed_id: str, host: str, state: State) -> None:
        """A feed's poll has ended, or what is remembered of it was read."""
        self.drop(feed_id)
        self._feeds[feed_id] = _Feed(host, state)
        self._states[state] += 1
        if state == "failing":
            self._failing[host] += 1

    def drop(self, feed_id: str) -> None:
        """The feed is this reader's no more."""
        known = self._feeds.pop(feed_id, None)
        if known is None:
            return
        self._states[known.state] -= 1
        if known.state == "failing":
            self._failing[known.host] -= 1
            if not self._failing[known.host]:
                del self._failing[known.host]

    def show(self) -> None:
        """Write it to the metrics."""
        for state in STATES:
            metrics.FEEDS.labels(state).set(self._states[state])
        worst = dict(heapq.nlargest(NAMED, self._failing.items(), key=lambda one: (one[1], one[0])))
        metrics.HOST_FAILING.clear()
        for host, count in worst.items():
            metrics.HOST_FAILING.labels(host).set(count)
        metrics.HOST_FAILING.labels(OTHERS).set(self._failing.total() - sum(worst.values()))
