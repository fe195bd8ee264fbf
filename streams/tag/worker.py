"""What runs in a child of the pool: one tagger and one encoder, as a process needs no more."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from streams.tag.encoder import Encoder
from streams.tag.models import Models
from streams.tag.tagger import Mention, Tagger

I = TypeVar("I")  # noqa: E741
T = TypeVar("T")

NICENESS = 5
"""The parent, which answers people and feeds, goes first where cores are short."""

_models = Models({})
_tagger = Tagger(_models, max_chars=1)
_encoder = Encoder("")


def start(packages: Mapping[str, str], max_chars: int, title_model: str) -> None:
    """Make this process ready: called once in each child."""
    global _models, _tagger, _encoder
    os.nice(NICENESS)
    _models = Models(packages)
    _tagger = Tagger(_models, max_chars)
    _encoder = Encoder(title_model)


def load() -> None:
    """Load the models of all languages and of headlines."""
    _models.load_all()
    _encoder.load()


def timed(task: Callable[[Sequence[I]], list[T]], items: Sequence[I]) -> tuple[float, list[T]]:
    """What a task of this process finds for each item, and the seconds that it took."""
    started = time.perf_counter()
    found = task(items)
    return time.perf_counter() - started, found


def tag(texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
    """The mentions of each (text, language code)."""
    return _tagger.tag(texts)


def encode(headlines: Sequence[str]) -> list[bytes]:
    """The vector of each headline."""
    return _encoder.encode(headlines)
