"""Coroutines that are begun at once."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from streams.engines.cluster.eager import Finished, begin


async def doubled(number: int, *waits: Any) -> int:
    for wait in waits:
        number += await wait
    return 2 * number


async def one() -> int:
    await asyncio.sleep(0)
    return 1


def left(work: Coroutine[Any, Any, int]) -> Coroutine[Any, Any, int]:
    rest = begin(work)
    assert not isinstance(rest, Finished)
    return rest


async def test_what_waits_for_nothing_is_done_at_once() -> None:
    assert begin(doubled(21)) == Finished(42)


async def test_what_is_left_goes_on_where_it_stood() -> None:
    coming: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    rest = asyncio.create_task(left(doubled(1, coming, one(), one())))
    await asyncio.sleep(0)
    coming.set_result(4)
    assert await rest == 14


async def test_an_error_is_raised_where_it_happens() -> None:
    with pytest.raises(TypeError):
        begin(doubled(1, "no awaitable"))
    failing: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    rest = left(doubled(1, failing))
    failing.set_exception(ValueError("late"))
    with pytest.raises(ValueError, match="late"):
        await rest


async def test_a_cancelled_rest_lets_the_coroutine_put_things_in_order() -> None:
    ended = asyncio.Event()

    async def careful() -> int:
        try:
            return await asyncio.sleep(60, 1)
        finally:
            ended.set()

    rest = asyncio.create_task(left(careful()))
    await asyncio.sleep(0)
    rest.cancel()
    with pytest.raises(asyncio.CancelledError):
        await rest
    assert ended.is_set()


async def test_a_coroutine_may_catch_an_error_and_wait_again() -> None:
    failing: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def stubborn() -> int:
        try:
            return await failing
        except ValueError:
            return await one()

    rest = left(stubborn())
    failing.set_exception(ValueError("late"))
    assert await rest == 1
