"""Tagging in processes of its own: what a second one brings, and whether their memory stays as it is."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from itertools import islice
from typing import NamedTuple

from benchmarks.entity_texts import LANGUAGE
from benchmarks.rate import with_children
from deploy.processes import resident_mb
from streams.engines.stages import BATCHES
from streams.settings import Settings
from streams.tag.pool import TagPool


class Held(NamedTuple):
    """What the tagging processes hold in memory after so many articles."""

    articles: int
    megabytes: float


def wall_s(settings: Settings, texts: Sequence[str], turns: int) -> tuple[float, float]:
    """The seconds by the clock of the best turns over the texts, of one process and of two, which take turns."""
    with closing(_pool(settings, 1)) as one, closing(_pool(settings, 2)) as two:
        best = [float("inf")] * 2
        for _ in range(turns):
            for number, pool in enumerate((one, two)):
                begun = time.perf_counter()
                _tag(pool, texts)
                best[number] = min(best[number], time.perf_counter() - begun)
    return best[0], best[1]


def held(settings: Settings, texts: Iterable[str], each: int) -> Iterator[Held]:
    """Memory of two processes together, after each so many texts."""
    waiting, articles = iter(texts), 0
    with closing(_pool(settings, 2)) as pool:
        while some := list(islice(waiting, each)):
            _tag(pool, some)
            articles += len(some)
            yield Held(articles, _children_mb())


def _pool(settings: Settings, processes: int) -> TagPool:
    pool = TagPool(processes, {LANGUAGE: settings.models[LANGUAGE]}, settings.tag_max_chars)
    pool.warm()
    return pool


def _tag(pool: TagPool, texts: Sequence[str]) -> None:
    """In batches as the stage gets them."""
    waiting = iter(texts)
    while some := list(islice(waiting, BATCHES["tag"])):
        pool.tag([(text, LANGUAGE) for text in some])


def _children_mb() -> float:
    found = 0.0
    for pid in with_children([os.getpid()]) - {os.getpid()}:
        with suppress(OSError, ValueError):  # it has just ended
            found += resident_mb(pid)
    return found
