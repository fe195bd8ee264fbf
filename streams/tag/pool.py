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
from contextlib import contextmanager
from typing import ParamSpec, Self, TypeVar

from streams.errors import RecordError
from streams.records import Record
from streams.settings import Settings
from streams.stage import Output
from streams.tag import worker
from streams.tag.models import Models
from streams.tag.stage import Tag
from streams.tag.tagger import Mention

Texts = Sequence[tuple[str, str]]
P = ParamSpec("P")
T = TypeVar("T")


class TagPool:
    """The tag stage over `processes` children.

    Raises SettingsError for a model that is not installed, on making, or that cannot be loaded, on first use.
    """

    def __init__(self, processes: int, packages: Mapping[str, str], max_chars: int) -> None:
        self.packages = Models(packages).packages
        self.max_chars = max_chars
        self.processes = processes
        self._stage = Tag(self)
        self._lock = threading.Lock()
        self._executor: ProcessPoolExecutor | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As the options say: by default one process less than there are cores, at least one."""
        processes = settings.tag_processes or max(1, (os.cpu_count() or 1) - 1)
        return cls(processes, settings.models, settings.tag_max_chars)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Tag a batch, shared out to the children.

        Raises RecordError when the batch ends a child twice; tried alone, the record at fault is found.
        """
        return self._stage.process(batch)

    @property
    def untagged(self) -> Counter[str]:
        """Articles passed on without a search for entities, by language."""
        return self._stage.untagged

    def tag(self, texts: Texts) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order."""
        try:
            return self._share_out(texts)
        except BrokenProcessPool:
            self.close()  # A child died, perhaps by another's text or memory: once more with new ones.
        try:
            return self._share_out(texts)
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
        with self._lock:
            executor, self._executor = self._executor, None
        if executor is not None:
            executor.shutdown(cancel_futures=True)

    def _share_out(self, texts: Texts) -> list[list[Mention]]:
        """Deal the texts to the children by length, so that all have about the same to do."""
        results: list[list[Mention]] = [[] for _ in texts]
        known = [number for number, (_, language) in enumerate(texts) if language in self.packages]
        known.sort(key=lambda number: len(texts[number][0]))
        hands = [hand for first in range(self.processes) if (hand := known[first :: self.processes])]
        answers = [self._submit(worker.tag, [texts[number] for number in hand]) for hand in hands]
        for hand, answer in zip(hands, answers, strict=True):
            for number, mentions in zip(hand, answer.result(), strict=True):
                results[number] = mentions
        return results

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


@contextmanager
def _interrupts_blocked() -> Iterator[None]:
    """Children started inside inherit that SIGINT is blocked, from their first instruction on."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
