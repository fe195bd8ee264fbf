"""Whether it is a feed's host that does not answer, or nobody does: then the fault is on our side.

What fails without any answer is not held against the feed at once. The next answer from anywhere proves that the
network is there, and the failures before it count; when hosts of several owners that answered before have failed
with no answer between, the network is taken to be away, and none of them counts.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

SILENT_KINDS = frozenset({"connection", "dns", "time-out"})
"""How a fetch fails when nothing at all comes back."""
OWNERS, LEAST_OWNERS = 5, 3
"""How many must be silent; where fewer are known, all of them, but with less than that nobody can tell."""
HELD_S = 600.0
"""How long a failure waits for an answer from elsewhere."""

T = TypeVar("T")


class Network(Generic[T]):
    """Judges failures; `away` while nobody answers. Moments are seconds, as they are given."""

    def __init__(self) -> None:
        self.away = False
        self._held: list[tuple[float, str, T]] = []

    def answered(self) -> list[T]:
        """Somebody answered: the failures that are proved by it to be their hosts' own."""
        self.away = False
        return self._released(lambda _: True)

    def silent(self, owner: str, failure: T, known: int, now: float) -> list[T] | None:
        """A host of that owner did not answer, though it had before; `known` counts the owners of all hosts.

        Returns None while it may be the host's own fault. Else the network is taken to be away: returns the
        failures that were held, which are nobody's fault.
        """
        self._held.append((now, owner, failure))
        owners = len({one for _, one, _ in self._held})
        if not self.away and (known < LEAST_OWNERS or owners < min(OWNERS, known)):
            return None
        self.away = True
        return self._released(lambda _: True)

    def overdue(self, now: float) -> list[T]:
        """Failures that have waited long enough, with no sign that the network is away."""
        return self._released(lambda since: now - since >= HELD_S)

    def _released(self, wanted: Callable[[float], bool]) -> list[T]:
        released = [failure for since, _, failure in self._held if wanted(since)]
        self._held = [one for one in self._held if not wanted(one[0])]
        return released
