"""Preparing items in child processes, where many wait at once: as at the first poll of many feeds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import NamedTuple, Self

from streams import codec
from streams.children import Children
from streams.identify.prepare import Prepared, Preparing, prepare
from streams.records import RawItem, Record
from streams.settings import Settings

PORTION = 32
"""Items that a child is dealt at once."""
STAY_S = 30.0
"""How long children that have nothing to do are kept, each with some 70 MB."""
REST_S = 60.0
"""How long none are started after one has died."""


class _Begun(NamedTuple):
    """Items that the children were given, and what they will have found."""

    items: Sequence[RawItem]
    found: list[Future[bytes]]


class PreparePool:
    """Prepares items in `processes` children once many are expected, else here and now.

    The children stay for a while after that: a rush comes in waves.
    """

    def __init__(self, processes: int, max_text_chars: int, stay_s: float = STAY_S) -> None:
        self._max_text_chars, self._stay_s = max_text_chars, stay_s
        self._here = Preparing(max_text_chars)
        self._children = Children(processes)
        self._begun: list[_Begun] = []
        self._until: float | None = None
        self._not_before = 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As many processes as read feeds."""
        return cls(settings.parse_processes or os.cpu_count() or 1, settings.max_text_chars)

    def expect(self, batch: Sequence[Record]) -> None:
        """Have the children begin on a batch that `prepared` will be given soon."""
        items = [record for record in batch if isinstance(record, RawItem)]
        if time.monotonic() < self._not_before or any(begun.items == items for begun in self._begun):
            return
        self._until = time.monotonic() + self._stay_s
        with suppress(BrokenProcessPool):  # prepared here then
            self._begun.append(self._deal(items))

    def prepared(self, items: Sequence[RawItem]) -> Sequence[Prepared]:
        """What is to be said of each item; what a child died of is tried here."""
        here = next((place for place, begun in enumerate(self._begun) if begun.items == items), None)
        try:
            if here is not None:
                begun = self._begun[here]
                del self._begun[: here + 1]
                return list(_decoded(begun.found))
            if items:
                self._begun.clear()  # others were expected: they will not come
            if self._stays() and len(items) > PORTION:
                return list(_decoded(self._deal(items).found))
        except BrokenProcessPool:
            self.close()
            self._not_before = time.monotonic() + REST_S
        return self._here.prepared(items)

    def close(self) -> None:
        """End the children; they are started again when they are needed."""
        self._begun.clear()
        self._until = None
        self._children.close()

    def _stays(self) -> bool:
        """Whether there are children; their time may be over."""
        if self._until is not None and time.monotonic() > self._until:
            self.close()
        return self._until is not None

    def _deal(self, items: Sequence[RawItem]) -> _Begun:
        portions = [items[start : start + PORTION] for start in range(0, len(items), PORTION)]
        return _Begun(
            items, [self._children.submit(_answer, codec.encode(one), self._max_text_chars) for one in portions]
        )


def _decoded(found: Sequence[Future[bytes]]) -> Iterator[Prepared]:
    for one in found:
        yield from codec.decode_as(one.result(), list[Prepared])


def _answer(items: bytes, max_text_chars: int) -> bytes:
    """A child's side of it."""
    return codec.encode([prepare(item, max_text_chars) for item in codec.decode_as(items, list[RawItem])])
