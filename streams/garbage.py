"""Python's search for cycles, kept from going through all that stays again and again.

It goes through everything that a process holds whenever a quarter more was made, and decoding makes a lot: with
the state of 100,000 articles in memory, records took more than twice as long to decode and encode.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Mapping

FULL = 2
AGAIN_S = 3600.0
"""What stayed once is gone through again so often: cycles that became garbage since then are found only so."""


class _Keeper:
    """Told by Python when a search begins and ends."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._again_at = clock()

    def __call__(self, phase: str, info: Mapping[str, int]) -> None:
        if info["generation"] != FULL:
            return
        if phase == "stop":
            gc.freeze()
        elif self._clock() >= self._again_at:
            self._again_at = self._clock() + AGAIN_S
            gc.unfreeze()


def keep_what_stays(clock: Callable[[], float] = time.monotonic) -> None:
    """Have each full search take what it leaves for what stays; asked for again, this changes nothing."""
    if not any(isinstance(one, _Keeper) for one in gc.callbacks):
        gc.callbacks.append(_Keeper(clock))
