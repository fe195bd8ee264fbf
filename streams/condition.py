"""How a process is: whether it goes on with its work (live), and whether it can do any now (ready).

What is not live never mends itself: whoever watches the process should start it again. What is not ready may:
it starts, recovers its state, or waits for a service.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

STUCK_S = 300.0
"""How long one step of work may take: a batch takes seconds."""

Check = Callable[[], str | None]
"""What is wrong, in words for people; None when nothing is."""


class Condition:
    """The checks of one process, which its parts add."""

    def __init__(self) -> None:
        self.live: list[Check] = []
        self.ready: list[Check] = []

    def stuck(self) -> str | None:
        """Why the process should be started again."""
        return _first(self.live)

    def unready(self) -> str | None:
        """Why the process can do no work now."""
        return _first([*self.live, *self.ready])


class Work:
    """One loop of work: what it is at, and what it waits for. Used by one thread, looked at by others."""

    def __init__(self, name: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._name, self._seconds = name, seconds
        self._since: float | None = None
        self._waits_for: str | None = None

    @contextmanager
    def step(self) -> Iterator[None]:
        """The body is one step."""
        self._since = self._seconds()
        try:
            yield
        finally:
            self._since = None

    def waits(self, reason: str) -> None:
        """A service is away: the same step will be tried again."""
        self._waits_for = reason

    def went_on(self) -> None:
        """A step was carried out."""
        self._waits_for = None

    def stuck(self) -> str | None:
        """A step that does not end."""
        since = self._since
        if since is None or self._seconds() - since < STUCK_S:
            return None
        return f"{self._name} has been at one step for {self._seconds() - since:.0f} s"

    def held_up(self) -> str | None:
        """What it waits for."""
        reason = self._waits_for
        return reason and f"{self._name} waits: {reason}"


def _first(checks: list[Check]) -> str | None:
    return next((wrong for check in checks if (wrong := check())), None)
