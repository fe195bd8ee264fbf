"""A coroutine done at once as far as it need not wait: a task is made only for what is left of it.

What `asyncio.eager_task_factory` does from Python 3.12 on, for one coroutine. Not for one that asks in which task
it runs, as `asyncio.timeout` does: it begins in another than it ends.
"""

from __future__ import annotations

import types
from collections.abc import Coroutine, Generator
from typing import Any, Generic, NamedTuple, TypeVar

T = TypeVar("T")


class Finished(NamedTuple, Generic[T]):
    """The coroutine had nothing to wait for, and returned this."""

    result: T


def begin(work: Coroutine[Any, Any, T]) -> Finished[T] | Coroutine[Any, Any, T]:
    """Run a coroutine until it would wait; returns its result, or what is left of it. Raises what it raises."""
    try:
        awaited = work.send(None)
    except StopIteration as end:
        return Finished(end.value)
    return _left(work, awaited)


async def _left(work: Coroutine[Any, Any, T], awaited: object) -> T:
    return await _resumed(work, awaited)


@types.coroutine
def _resumed(work: Coroutine[Any, Any, T], awaited: object) -> Generator[Any, None, T]:
    """Hand up what the coroutine awaits, and down to it that it came, or that it was cancelled."""
    while True:
        try:
            try:
                yield awaited
            except BaseException as error:
                awaited = work.throw(error)
            else:
                awaited = work.send(None)
        except StopIteration as end:
            result: T = end.value
            return result
