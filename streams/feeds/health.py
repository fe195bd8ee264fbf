"""How feeds are: each by a name, and all of a reader's together, for those who watch it.

A reader knows thousands of hosts; a name of each in the metrics would cost more than the feeds do. So only the
hosts with the most failing feeds are named.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple, get_args

from streams import metrics
from streams.records import FeedState

State = Literal["gone", "missing", "parked", "failing", "silent", "flooding", "faulty", "new", "well"]
STATES: tuple[State, ...] = get_args(State)
"""In the order in which people should look at them."""
FAILING = frozenset({"gone", "missing", "parked", "failing"})
_KINDS: Mapping[str, State] = {"http-410": "gone", "http-404": "missing", "became-html": "parked"}
NAMED = 20
OTHERS = "others"


def state_of(known: FeedState | None) -> State:
    """How a feed is, by what is remembered of it (None: nothing).

    The last poll failed: it is `gone` for good by its server's word (410), `missing` (404), `parked` where it is a
    web page all at once, else `failing`. It worked: `silent` or `flooding` against its own past, `faulty` where
    some items had problems, else `well`. `new` is what was not polled yet.
    """
    if known is not None and (known.problem is not None or known.failures):
        return _KINDS.get(known.problem.kind if known.problem else "", "failing")
    if known is None or known.polled_at is None:
        return "new"
    return known.coverage.unusual or ("faulty" if known.item_problems else "well")


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
        if state in FAILING:
            self._failing[host] += 1

    def drop(self, feed_id: str) -> None:
        """The feed is this reader's no more."""
        known = self._feeds.pop(feed_id, None)
        if known is None:
            return
        self._states[known.state] -= 1
        if known.state in FAILING:
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
