"""What headlines say, as vectors: sums of them by story, and how near a new one is.

The vectors are the tag stage's: whole numbers from -127 to 127, one byte each, of a fixed length. So the sums are
exact and the same in whatever order they are added up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
"""Whole numbers, added and multiplied exactly: they stay far below 2**53."""

TitleVector = bytes
"""Empty: the headline is not known as a vector."""


class TitleSums:
    """Sums of headlines' vectors by key."""

    def __init__(self) -> None:
        # Most stories have one headline, which needs a quarter of a sum's memory.
        self._sums: dict[str, TitleVector | NDArray[np.int32]] = {}

    def add(self, key: str, vector: TitleVector, times: int = 1) -> None:
        """Add a vector to the sum under a key, or take it away (`times=-1`); an empty one changes nothing."""
        if not any(vector):
            return
        if key not in self._sums and times == 1:
            self._sums[key] = vector
            return
        before = self._sums.get(key)
        numbers = times * np.frombuffer(vector, np.int8).astype(np.int32)
        after = numbers if before is None else _numbers(before).astype(np.int32) + numbers
        if after.any():
            self._sums[key] = after
        else:
            self.drop(key)

    def drop(self, key: str) -> None:
        """Forget a sum; one that is not there is passed over."""
        self._sums.pop(key, None)

    def between(self, key: str, keys: Iterable[str]) -> dict[str, float]:
        """The cosine of the sum under a key with each of these, as far as there are any."""
        stored = self._sums.get(key)
        return {} if stored is None else self._near(_numbers(stored), keys)

    def cosines(self, vector: TitleVector, keys: Iterable[str]) -> dict[str, float]:
        """The cosine of the vector with each of these sums, as far as there are any."""
        return self._near(_numbers(vector), keys) if any(vector) else {}

    def _near(self, asked: Numbers, keys: Iterable[str]) -> dict[str, float]:
        length = math.sqrt(asked @ asked)
        found = {}
        for key in keys:
            if key in self._sums:
                numbers = _numbers(self._sums[key])
                found[key] = float(asked @ numbers) / (length * math.sqrt(numbers @ numbers))
        return found


def _numbers(stored: TitleVector | NDArray[np.int32]) -> Numbers:
    if isinstance(stored, bytes):
        return np.frombuffer(stored, np.int8).astype(np.float64)
    return stored.astype(np.float64)
