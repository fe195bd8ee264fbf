"""Articles of other languages that say the same: found by their headlines' vectors, since they share no words.

The last articles lie in a ring, each in the place that its number in the order of arrival gives it, so that a ring
filled anew from what is remembered equals the one before. A first look takes a part of each vector; the cosine
that counts is the whole one's.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

RECENT = 1 << 15
"""Articles that one of another language is compared with: the last so many."""

PARTIAL = 128
"""Components of the first look, of 512."""

LOOKED_AT = 8
"""Articles whose whole vectors are worth comparing, at most."""

LEAST = 0.4
"""The cosine of the first look below which none is."""

ENOUGH = 0.5
"""The least cosine of two headlines that tell of one event, over no time."""


class Recent:
    """The last articles by language, and by what their headlines say (an empty vector: not known)."""

    def __init__(self) -> None:
        self._rows = np.zeros((RECENT, PARTIAL), np.float32)
        self._codes = np.zeros(RECENT, np.int32)
        self._ids: dict[int, str] = {}
        self._code_of: dict[str, int] = {}
        self._of_code: Counter[int] = Counter()
        self._latest = 0

    def add(self, article_id: str, seq: int, language: str, vector: bytes) -> None:
        """Take up the article with that number in the order of arrival, for the one RECENT before it."""
        self._latest = max(self._latest, seq)
        if seq <= self._latest - RECENT:
            return
        place = seq % RECENT
        self._clear(place)
        part = _part(vector)
        if part is not None:
            code = self._code_of.setdefault(language, len(self._code_of) + 1)
            self._rows[place], self._codes[place], self._ids[place] = part, code, article_id
            self._of_code[code] += 1

    def remove(self, article_id: str, seq: int) -> None:
        """Forget an article; one that is not there (any more) is passed over."""
        if self._ids.get(seq % RECENT) == article_id:
            self._clear(seq % RECENT)

    def in_other_languages(self, language: str, vector: bytes) -> Iterator[str]:
        """The articles whose headlines may say the same, the likeliest first."""
        code = self._code_of.get(language, 0)
        if self._of_code.total() == self._of_code[code]:
            return
        part = _part(vector)
        if part is None:
            return
        cosines = self._rows @ part
        cosines[(self._codes == code) | (self._codes == 0)] = 0.0
        likeliest = np.argpartition(-cosines, LOOKED_AT)[:LOOKED_AT]
        for place in sorted(likeliest.tolist(), key=lambda place: (-cosines[place], self._ids.get(place, ""))):
            if cosines[place] >= LEAST:
                yield self._ids[place]

    def _clear(self, place: int) -> None:
        if place in self._ids:
            del self._ids[place]
            self._of_code[int(self._codes[place])] -= 1
            self._codes[place] = 0


def cosine(one: bytes, other: bytes) -> float:
    """Of two headlines' vectors, which say something."""
    a, b = (np.frombuffer(vector, np.int8).astype(np.float64) for vector in (one, other))
    return float(a @ b / np.sqrt((a @ a) * (b @ b)))


def _part(vector: bytes) -> NDArray[np.float32] | None:
    if not vector:
        return None
    part = np.frombuffer(vector, np.int8)[:PARTIAL].astype(np.float32)
    length = np.sqrt(part @ part)
    return part / length if length else None
