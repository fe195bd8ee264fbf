"""Python's search for cycles, kept from going through all that stays again and again.

It goes through everything that a process holds whenever a quarter more was made, and decoding makes a lot: with
the state of 100,000 articles in memory, records took more than twice as long to decode and encode.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

FULL = 2
SHARE = 0.01
"""Of the time so much may go into going through what has stayed before: only that frees cycles of it."""


class _Keeper:
    """Told by Python when a search begins and ends."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._again_at = clock()
        self._begun_at: float | None = None

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        if info["generation"] != FULL:
            return
        if phase == "start":
            if self._clock() >= self._again_at:
                self._begun_at = self._clock()
                gc.unfreeze()
            return
        if self._begun_at is not None:
            ended_at = self._clock()
            self._again_at = ended_at + (ended_at - self._begun_at) / SHARE
            self._begun_at = None
        gc.freeze()


def keep_what_stays(clock: Callable[[], float] = time.monotonic) -> None:
    """Have each full search take what it leaves for what stays; asked for again, this changes nothing."""
    if not any(isinstance(one, _Keeper) for one in gc.callbacks):
        gc.callbacks.append(_Keeper(clock))
