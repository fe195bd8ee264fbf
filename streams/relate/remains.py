"""What is kept of an open story's words when its articles are forgotten, so that later ones still join it.

The heaviest of their terms and the sum of their headlines, to the accuracy of one headline's vector. It fades:
what only old articles said counts less and less.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from streams.relate.terms import Vector
from streams.relate.titles import TitleVector
from streams.relate.vectors import top_terms

TERMS = 50
"""Terms that are kept."""

LARGEST = 127
"""Of the numbers in a headline's vector."""

Headlines = NDArray[np.float64]


class Remains(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sum of term vectors, and one of headlines' vectors as so many times a single one."""

    terms: Vector = {}
    headline: TitleVector = b""
    headlines: int = 0


NO_REMAINS = Remains()


def faded(remains: Remains, over: timedelta, lasting: timedelta) -> Remains:
    """What is left after some time; half is lost in `lasting`."""
    share = 0.5 ** max(0.0, over / lasting)
    terms = {term: round(weight * share) for term, weight in remains.terms.items()}
    return _remains(terms, share * _headlines(remains.headline, remains.headlines))


def united(remains: Sequence[Remains], headlines: Iterable[TitleVector] = ()) -> Remains:
    """All of these together, and articles whose headlines have these vectors."""
    terms: Counter[str] = Counter()
    for one in remains:
        terms.update(one.terms)
    said = [_headlines(one.headline, one.headlines) for one in remains]
    return _remains(terms, sum([*said, *map(_headlines, headlines)], start=np.zeros(1)))


def _headlines(vector: TitleVector, times: int = 1) -> Headlines:
    """Empty ones are zeros of any length."""
    return np.frombuffer(vector or b"\0", np.int8).astype(np.float64) * times


def _remains(terms: Vector, headlines: Headlines) -> Remains:
    kept = {term: terms[term] for term in top_terms(terms, TERMS) if terms[term] > 0}
    if not headlines.any():
        return Remains(kept)
    times = max(1, math.ceil(np.abs(headlines).max() / LARGEST))
    headline = np.rint(headlines / times).clip(-LARGEST, LARGEST).astype(np.int8)
    return Remains(kept, headline.tobytes(), times) if headline.any() else Remains(kept)
