"""Tagging in child processes, off the interpreter that runs everything else.

Only texts travel to a child and only mentions come back. Children start at the first batch, ignore Ctrl-C (the
parent finishes its batch and then ends them) and go when the parent goes, even by `kill -9`.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from typing import NamedTuple, ParamSpec, Self, TypeVar

from streams.errors import RecordError
from streams.records import Record
from streams.settings import Settings
from streams.stage import Output
from streams.tag import worker
from streams.tag.models import Models
from streams.tag.stage import Tag, texts_of
from streams.tag.tagger import Mention

Texts = tuple[tuple[str, str], ...]
P = ParamSpec("P")
T = TypeVar("T")


class Hand(NamedTuple):
    """The texts that one child was dealt, by their place in the batch, and what it will have found."""

    numbers: list[int]
    found: Future[list[list[Mention]]]


class TagPool:
    """The tag stage over `processes` children.

    Raises SettingsError for a model that is not installed, on making, or that cannot be loaded, on first use.
    """

    def __init__(self, processes: int, packages: Mapping[str, str], max_chars: int) -> None:
        self.packages = Models(packages).packages
        self.max_chars = max_chars
        self.processes = processes
        self._stage = Tag(self)
        self._begun: dict[Texts, list[Hand]] = {}
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As the options say: by default as many processes as there are cores."""
        processes = settings.tag_processes or os.cpu_count() or 1
        return cls(processes, settings.models, settings.tag_max_chars)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Tag a batch, shared out to the children.

        Raises RecordError when the batch ends a child twice; tried alone, the record at fault is found.
        """
        return self._stage.process(batch)

    def expect(self, batch: Sequence[Record]) -> None:
        """Have the children begin on a batch that `process` will be given soon."""
        texts = texts_of(batch)
        if texts not in self._begun:
            with suppress(BrokenProcessPool):  # `process` begins anew
                self._begun[texts] = self._deal(texts)

    @property
    def untagged(self) -> Counter[str]:
        """Articles passed on without a search for entities, by language."""
        return self._stage.untagged

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order."""
        texts = tuple(texts)
        try:
            return _gathered(self._hands(texts), len(texts))
        except BrokenProcessPool:
            self.close()  # A child died, perhaps by another's text or memory: once more with new ones.
        try:
            return _gathered(self._deal(texts), len(texts))
        except BrokenProcessPool as error:
            self.close()
            raise RecordError(
                f"the process that finds entities died twice over {len(texts)} texts "
                f"(the first begins {texts[0][0][:60]!r}): a crash in the model, or too little memory"
            ) from error

    def warm(self) -> None:
        """Start the children and load the models now; blocks for seconds."""
        for loading in [self._submit(worker.load) for _ in range(self.processes)]:
            loading.result()

    def close(self) -> None:
        """End the children when they have finished what they do; a later batch starts new ones."""
        self._begun.clear()
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    def _hands(self, texts: Texts) -> list[Hand]:
        """Those begun when the texts were expected; when others were, these will not come."""
        if texts in self._begun:
            return self._begun.pop(texts)
        self._begun.clear()
        return self._deal(texts)

    def _deal(self, texts: Texts) -> list[Hand]:
        """Deal the texts to the children by length, so that all have about the same to do."""
        known = [number for number, (_, language) in enumerate(texts) if language in self.packages]
        known.sort(key=lambda number: len(texts[number][0]))
        hands = [hand for first in range(self.processes) if (hand := known[first :: self.processes])]
        return [Hand(hand, self._submit(worker.tag, [texts[number] for number in hand])) for hand in hands]

    def _submit(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        with self._lock:
            if self._executor is None:
                self._executor = ProcessPoolExecutor(
                    self.processes,
                    multiprocessing.get_context("spawn"),
                    initializer=worker.start,
                    initargs=(self.packages, self.max_chars),
                )
            with _interrupts_blocked():
                return self._executor.submit(task, *args, **kwargs)


def _gathered(hands: Sequence[Hand], count: int) -> list[list[Mention]]:
    """What the children found, in the order in which the texts came; waits for it."""
    results: list[list[Mention]] = [[] for _ in range(count)]
    for hand in hands:
        for number, mentions in zip(hand.numbers, hand.found.result(), strict=True):
            results[number] = mentions
    return results


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Children started inside inherit that SIGINT is blocked, from their first instruction on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
