"""Requests to one host lie apart; those to others do not wait for them."""

from __future__ import annotations

import asyncio
import time
from contextlib import suppress

import pytest
from yarl import URL

from streams.errors import FetchError
from streams.feeds.fetch import Fetcher
from streams.feeds.turns import Turns
from streams.settings import load
from tests.feeds.hostile import serving

GAP_S = 0.05
SITE, OTHER = URL("https://herald.example/1"), URL("https://clarion.example/1")


async def passed_s(turns: Turns, *urls: URL) -> float:
    began = time.monotonic()
    await asyncio.gather(*(turns.wait(url) for url in urls))
    return time.monotonic() - began


async def test_one_host_is_asked_with_a_gap_and_others_at_once() -> None:
    assert await passed_s(Turns(GAP_S), SITE, SITE, SITE) >= 2 * GAP_S
    assert await passed_s(Turns(60), SITE, OTHER) < 1
    assert await passed_s(Turns(60), *3 * [URL("http://127.0.0.1:8080/")]) < 1


async def test_a_host_can_ask_for_a_longer_gap() -> None:
    turns = Turns(0)
    await turns.wait(SITE, GAP_S)
    assert await passed_s(turns, SITE) >= GAP_S * 0.9


async def test_who_gives_up_waiting_takes_no_turn() -> None:
    turns = Turns(GAP_S)
    await turns.wait(SITE)
    with suppress(TimeoutError):
        async with asyncio.timeout(0):
            await asyncio.gather(*(turns.wait(SITE) for _ in range(100)))
    assert await passed_s(turns, SITE) < 20 * GAP_S


async def test_waiting_before_each_request_is_not_counted_in_its_time() -> None:
    asked: list[str] = []

    async def slowly(url: URL) -> None:
        asked.append(url.path)
        await asyncio.sleep(0.3)

    async with serving() as host, Fetcher(load(fetch_timeout_s=0.2), [host], slowly) as fetcher:
        await fetcher.fetch(f"http://{host}/feed")
    assert asked == ["/feed"]


async def test_what_may_not_be_asked_is_not_asked() -> None:
    async def refuse(_: URL) -> None:
        raise FetchError("robots", "not for us")

    async with Fetcher(load(), before=refuse) as fetcher:
        with pytest.raises(FetchError, match="not for us"):
            await fetcher.fetch("http://127.0.0.1:1/")
