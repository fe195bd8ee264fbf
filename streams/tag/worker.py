"""What runs in a child of the pool: one tagger, as a process needs only one."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Mapping, Sequence

from streams.tag.models import Models
from streams.tag.tagger import Mention, Tagger

NICENESS = 5
"""The parent, which answers people and feeds, goes first where cores are short."""

_models = Models({})
_tagger = Tagger(_models, max_chars=1)


def start(packages: Mapping[str, str], max_chars: int) -> None:
    """Make this process ready: called once in each child."""
    global _models, _tagger
    threading.Thread(target=_follow_parent, daemon=True).start()
    os.nice(NICENESS)
    for library in ("OPENBLAS", "MKL", "OMP"):
        os.environ[f"{library}_NUM_THREADS"] = "1"  # Read when spaCy is imported: the pool is the parallelism.
    _models = Models(packages)
    _tagger = Tagger(_models, max_chars)


def load() -> None:
    """Load the models of all languages."""
    _models.load_all()


def tag(texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
    """The mentions of each (text, language code)."""
    return _tagger.tag(texts)


def _follow_parent() -> None:
    """End with the parent: one killed outright closes no queue, and its children would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
