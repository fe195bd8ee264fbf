"""Reading pages from a real server, with what servers do."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

from aiohttp import web

from streams.fulltext.page import Page
from streams.fulltext.reading import PageReader
from streams.fulltext.wanted import Found, Wanted
from streams.records import Problem
from streams.settings import load
from tests.feeds.hostile import serving
from tests.fulltext.test_page import PARAGRAPHS, page

asked: Counter[str] = Counter()
ROBOTS = "User-agent: *\nDisallow: /secret\n"


async def answer(request: web.Request) -> web.StreamResponse:
    asked[request.path] += 1
    match request.path:
        case "/robots.txt":
            return web.Response(text=ROBOTS)
        case "/slow":
            await asyncio.sleep(60)
        case "/moved":
            raise web.HTTPFound("/secret")
        case "/inside":
            raise web.HTTPFound("http://127.0.0.1:1/")
        case "/pdf":
            return web.Response(body=b"%PDF", content_type="application/pdf")
        case "/busy":
            return web.Response(status=503, headers={"Retry-After": "600"})
    return web.Response(body=page(), content_type="text/html")


PATHS = ["/robots.txt", "/1", "/2", "/slow", "/secret", "/moved", "/inside", "/pdf", "/busy"]


async def read(*rounds: list[str], wait_s: float = 20.0, refused: bool = False) -> list[list[Found]]:
    """What is found in each round, which are read one after the other."""
    asked.clear()
    async with serving(dict.fromkeys(PATHS, answer)) as host:
        allowed = [] if refused else [host]
        reader = PageReader(load(full_text_wait_s=wait_s, allow_hosts=allowed, parse_processes=1))

        def work() -> list[list[Found]]:
            try:
                return [reader.read([Wanted(path, f"http://{host}{path}") for path in paths]) for paths in rounds]
            finally:
                reader.close()

        return await asyncio.to_thread(work)


def kinds(found: list[Found]) -> list[str]:
    return [one.kind if isinstance(one, Problem) else "page" for one in found]


async def test_pages_come_in_order_and_what_is_wrong_with_the_others_is_said() -> None:
    [found] = await read(["/1", "/secret", "/moved", "/inside", "/pdf", "/2"])
    assert kinds(found) == ["page", "robots", "robots", "address-refused", "not-a-page", "page"]
    assert isinstance(found[0], Page)
    assert PARAGRAPHS[0] in found[0].markup
    assert asked["/robots.txt"] == 1
    assert asked["/secret"] == 0


async def test_a_slow_page_is_given_up_and_not_asked_for_again() -> None:
    began = time.monotonic()
    [first, again] = await read(["/slow"], ["/slow"], wait_s=1)
    assert time.monotonic() - began < 5
    assert kinds(first) == kinds(again) == ["not-in-time"]
    assert asked == {"/robots.txt": 1, "/slow": 1}


async def test_a_host_that_asks_to_be_left_alone_is() -> None:
    [first, then] = await read(["/busy"], ["/1"])
    assert kinds(first + then) == ["http-503", "host-busy"]
    assert asked["/1"] == 0


async def test_a_private_address_is_refused_unless_it_is_allowed() -> None:
    [found] = await read(["/1"], refused=True)
    assert kinds(found) == ["address-refused"]


def test_nothing_is_started_where_nothing_is_read() -> None:
    reader = PageReader(load())
    assert reader.read([]) == []
    reader.close()
    assert reader._loop is None
