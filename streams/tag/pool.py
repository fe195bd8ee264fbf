"""Tagging in child processes: only texts travel to a child and only mentions and vectors come back."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import Generic, NamedTuple, Self, TypeVar

from streams import metrics
from streams.children import Children
from streams.errors import RecordError
from streams.given import GivenName, load_names
from streams.records import Record
from streams.settings import Settings
from streams.stage import Output
from streams.tag import worker
from streams.tag.encoder import Encoder
from streams.tag.given import WithGiven
from streams.tag.models import Models
from streams.tag.stage import Tag, headlines_of, texts_of
from streams.tag.tagger import Mention

Text = tuple[str, str]
I = TypeVar("I")  # noqa: E741
T = TypeVar("T")


class Hand(NamedTuple, Generic[T]):
    """One child's share of a task: the places in the batch of what it was dealt.

    `found` will hold the seconds that it took, and what it found.
    """

    task: str
    numbers: list[int]
    found: Future[tuple[float, list[T]]]


class TagPool:
    """The tag stage over `processes` children; without a `title_model` headlines get no vectors. The names that
    users gave stay in this process.

    Raises SettingsError for a model that is not installed, on making, or that cannot be loaded, on first use.
    """

    def __init__(
        self,
        processes: int,
        packages: Mapping[str, str],
        max_chars: int,
        title_model: str = "",
        names: Iterable[GivenName] = (),
    ) -> None:
        self.packages = Models(packages).packages
        self.max_chars = max_chars
        self.processes = processes
        self._title_model = Encoder(title_model).package
        self._stage = Tag(WithGiven(self, names), self)
        self._tagging: dict[tuple[Text, ...], list[Hand[list[Mention]]]] = {}
        self._encoding: dict[tuple[str, ...], list[Hand[bytes]]] = {}
        self._children = Children(processes, worker.start, self.packages, max_chars, self._title_model)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As the options say: by default as many processes as there are cores. Raises NamesFileError."""
        processes, names = settings.tag_processes or os.cpu_count() or 1, load_names(settings.entities)
        return cls(processes, settings.models, settings.tag_max_chars, settings.title_model, names)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Tag a batch, shared out to the children.

        Raises RecordError when the batch ends a child twice; tried alone, the record at fault is found.
        """
        if texts_of(batch) not in self._tagging:
            self._forget_begun()  # Others were expected: they will not come.
        self.expect(batch)
        return self._stage.process(batch)

    def expect(self, batch: Sequence[Record]) -> None:
        """Have the children begin on a batch that `process` will be given soon."""
        texts, headlines = texts_of(batch), headlines_of(batch)
        with suppress(BrokenProcessPool):  # `process` begins anew
            if texts not in self._tagging:
                self._tagging[texts] = self._deal_texts(texts)
            if headlines not in self._encoding:
                self._encoding[headlines] = self._deal_headlines(headlines)

    @property
    def untagged(self) -> Counter[str]:
        """Articles passed on without a search for entities, by language."""
        return self._stage.untagged

    def tag(self, texts: Sequence[Text]) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order."""
        texts = tuple(texts)
        found = self._found(texts, self._tagging.pop(texts, None), self._deal_texts)
        return [found.get(number, []) for number in range(len(texts))]

    def encode(self, headlines: Sequence[str]) -> list[bytes]:
        """The vector of each headline, in their order."""
        headlines = tuple(headlines)
        found = self._found(headlines, self._encoding.pop(headlines, None), self._deal_headlines)
        return [found.get(number, b"") for number in range(len(headlines))]

    def warm(self) -> None:
        """Start the children and load the models now; blocks for seconds."""
        for loading in [self._children.submit(worker.load) for _ in range(self.processes)]:
            loading.result()

    def close(self) -> None:
        """End the children when they have finished what they do; a later batch starts new ones."""
        self._forget_begun()
        self._children.close()

    def _found(
        self, items: tuple[I, ...], begun: list[Hand[T]] | None, deal: Callable[[tuple[I, ...]], list[Hand[T]]]
    ) -> dict[int, T]:
        """What the children found, by place in the batch; waits for it."""
        try:
            return _gathered(deal(items) if begun is None else begun)
        except BrokenProcessPool:
            self.close()  # A child died, perhaps by another's text or memory: once more with new ones.
        try:
            return _gathered(deal(items))
        except BrokenProcessPool as error:
            self.close()
            raise RecordError(
                f"the process that finds entities died twice over {len(items)} texts "
                f"(the first begins {str(items[0])[:60]!r}): a crash in the model, or too little memory"
            ) from error

    def _deal_texts(self, texts: tuple[Text, ...]) -> list[Hand[list[Mention]]]:
        known = [number for number, (_, language) in enumerate(texts) if language in self.packages]
        known.sort(key=lambda number: len(texts[number][0]))
        return self._deal("entities", worker.tag, texts, known)

    def _deal_headlines(self, headlines: tuple[str, ...]) -> list[Hand[bytes]]:
        numbers = range(len(headlines)) if self._title_model else ()
        ordered = sorted(numbers, key=lambda number: len(headlines[number]))
        return self._deal("headlines", worker.encode, headlines, ordered)

    def _deal(
        self, name: str, task: Callable[[Sequence[I]], list[T]], items: tuple[I, ...], numbers: list[int]
    ) -> list[Hand[T]]:
        """Deal items, ordered by length, to the children, so that all have about the same to do."""
        hands = [hand for first in range(self.processes) if (hand := numbers[first :: self.processes])]
        return [
            Hand(name, hand, self._children.submit(worker.timed, task, [items[one] for one in hand]))
            for hand in hands
        ]

    def _forget_begun(self) -> None:
        self._tagging.clear()
        self._encoding.clear()


def _gathered(hands: Sequence[Hand[T]]) -> dict[int, T]:
    gathered: dict[int, T] = {}
    for hand in hands:
        seconds, found = hand.found.result()
        metrics.MODEL_SECONDS.labels(hand.task).inc(seconds)
        metrics.MODEL_TEXTS.labels(hand.task).inc(len(found))
        gathered |= zip(hand.numbers, found, strict=True)
    return gathered
