"""Preparing items in processes of their own, where many wait at once: as at the first poll of many feeds.

An event loop in a thread of its own talks to them; a text that keeps one busy or kills it costs time, and no more.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections.abc import Sequence
from concurrent.futures import CancelledError, Future
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import msgspec

from streams import codec
from streams.identify.prepare import Prepared, Preparing
from streams.identify.worker import Portion, read_answer
from streams.isolation import DiedError, Isolated, TooSlowError
from streams.records import RawItem, Record

if TYPE_CHECKING:
    from streams.settings import Settings

WORKER = "streams.identify.worker"
PORTION = 32
"""Items that a process is dealt at once."""
TIMEOUT_S = 30.0
STAY_S = 30.0
"""How long processes that have nothing to do are kept, each with some 70 MB."""
REST_S = 60.0
"""How long none are used after one was lost."""
LOST = (DiedError, TooSlowError, CancelledError, msgspec.DecodeError)


class _Begun(NamedTuple):
    """Items that the processes were given, and what they will have found."""

    items: Sequence[RawItem]
    found: list[Future[bytes]]


class PreparePool:
    """Prepares items in so many processes once many are expected, else here and now.

    The processes stay for a while after that: a rush comes in waves. Not thread-safe: one thread calls.
    """

    def __init__(self, processes: int, max_text_chars: int, stay_s: float = STAY_S) -> None:
        self._max_text_chars, self._stay_s = max_text_chars, stay_s
        self._here = Preparing(max_text_chars)
        self.isolated = Isolated(WORKER, processes, TIMEOUT_S)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._begun: list[_Begun] = []
        self._asked: set[asyncio.Task[Any]] = set()
        self._until = self._not_before = 0.0

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """As many processes as read feeds."""
        return cls(settings.parse_processes or os.cpu_count() or 1, settings.max_text_chars)

    def expect(self, batch: Sequence[Record]) -> None:
        """Begin on a batch that `prepared` will be given soon."""
        items = [record for record in batch if isinstance(record, RawItem)]
        if time.monotonic() < self._not_before or any(begun.items == items for begun in self._begun):
            return
        self._until = time.monotonic() + self._stay_s
        self._begun.append(self._deal(items))

    def prepared(self, items: Sequence[RawItem]) -> Sequence[Prepared]:
        """What is to be said of each item; what a process was lost over is tried here."""
        here = next((place for place, begun in enumerate(self._begun) if begun.items == items), None)
        try:
            if here is not None:
                begun = self._begun[here]
                del self._begun[: here + 1]
                return _found(begun)
            if items:
                self._forget_begun()  # others were expected: they will not come
            if self._stays() and len(items) > PORTION:
                return _found(self._deal(items))
        except LOST:
            self.close()
            self._not_before = time.monotonic() + REST_S
        return self._here.prepared(items)

    def close(self) -> None:
        """End the processes; they are started again when they are needed."""
        if self._loop is None or self._thread is None:
            return
        self._begun.clear()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        self._loop = self._thread = None

    def _stays(self) -> bool:
        """Whether there are processes; their time may be over."""
        if time.monotonic() > self._until:
            self.close()
        return self._loop is not None

    def _forget_begun(self) -> None:
        for one in chain.from_iterable(begun.found for begun in self._begun):
            one.cancel()
        self._begun.clear()

    def _deal(self, items: Sequence[RawItem]) -> _Begun:
        portions = (items[start : start + PORTION] for start in range(0, len(items), PORTION))
        return _Begun(items, [self._ask(list(portion)) for portion in portions])

    def _ask(self, items: list[RawItem]) -> Future[bytes]:
        request = codec.encode(Portion(items=items, max_text_chars=self._max_text_chars))
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
            self._thread = threading.Thread(target=self._loop.run_forever, name="prepare", daemon=True)
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(self._answer(request), self._loop)

    async def _answer(self, request: bytes) -> bytes:
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("not within a task")
        self._asked.add(task)
        try:
            return await self.isolated.ask(request)
        finally:
            self._asked.discard(task)

    async def _end(self) -> None:
        """Give up all that is asked first: a process is asked for one thing at a time."""
        given_up = list(self._asked)
        for task in given_up:
            task.cancel()
        await asyncio.gather(*given_up, return_exceptions=True)
        await self.isolated.close()


def _found(begun: _Begun) -> list[Prepared]:
    return list(chain.from_iterable(read_answer(one.result()) for one in begun.found))
