"""A web server on localhost that does what servers do, and what they should not."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import cache

import brotli  # type: ignore[import-untyped]
from aiohttp import web

from tests.feeds.documents import item, rss

FEED = rss(item(1), item(2))
ETAG = '"v1"'
DATE = "Mon, 02 Mar 2026 12:00:00 GMT"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def serving(more: dict[str, Handler] | None = None) -> AsyncIterator[str]:
    """The server's `host:port`; `more` are further paths."""
    app = web.Application()
    for path, handler in (PATHS | (more or {})).items():
        app.router.add_get(path, handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield "{}:{}".format(*runner.addresses[0])
    finally:
        await runner.cleanup()


def _named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}


def body(data: bytes, **headers: str) -> Handler:
    """Answers with these bytes."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=data, headers=_named(headers))

    return answer


def made(make: Callable[[], bytes], **headers: str) -> Handler:
    """Answers with bytes that are made when they are first asked for: bombs take their time."""
    made_once = cache(make)

    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=await asyncio.to_thread(made_once), headers=_named(headers))

    return answer


def status(code: int, **headers: str) -> Handler:
    """Answers with this status."""

    async def answer(request: web.Request) -> web.Response:
        return web.Response(status=code, headers=_named(headers))

    return answer


def endless(piece: bytes, pause_s: float, **headers: str) -> Handler:
    """Sends a piece, waits, and so on for ever."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers=_named(headers))
        await response.prepare(request)
        while True:
            await response.write(piece)
            await asyncio.sleep(pause_s)

    return answer


async def conditional(request: web.Request) -> web.Response:
    if request.headers.get("If-None-Match") == ETAG or request.headers.get("If-Modified-Since") == DATE:
        return web.Response(status=304)
    return web.Response(body=FEED, headers={"ETag": ETAG, "Last-Modified": DATE})


async def hop(request: web.Request) -> web.Response:
    left = int(request.match_info["left"])
    raise web.HTTPFound(f"/hop/{left - 1}" if left else "/feed")


async def echo(request: web.Request) -> web.Response:
    """Tells what was asked, and sets a cookie."""
    response = web.json_response(dict(request.headers))
    response.set_cookie("session", "1")
    return response


async def hang(request: web.Request) -> web.Response:
    await asyncio.sleep(60)
    return web.Response()


async def cut_short(request: web.Request) -> web.StreamResponse:
    """Promises more than it sends."""
    response = web.StreamResponse(headers={"Content-Length": "100000"})
    await response.prepare(request)
    await response.write(FEED)
    if request.transport is not None:
        request.transport.close()
    return response


MEGABYTE = b"\0" * 1024 * 1024
_deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
PATHS: dict[str, Handler] = {
    "/feed": body(FEED, ETag=ETAG, Content_Type="application/rss+xml; charset=utf-8"),
    "/conditional": conditional,
    "/echo": echo,
    "/gzip": body(gzip.compress(FEED), Content_Encoding="gzip"),
    "/gzip-members": body(gzip.compress(FEED[:50]) + gzip.compress(FEED[50:]), Content_Encoding="x-gzip"),
    "/deflate": body(zlib.compress(FEED), Content_Encoding="deflate"),
    "/raw-deflate": body(_deflate.compress(FEED) + _deflate.flush(), Content_Encoding="deflate"),
    "/br": body(brotli.compress(FEED), Content_Encoding="br"),
    "/gzip-bomb": made(lambda: gzip.compress(MEGABYTE * 100), Content_Encoding="gzip"),
    "/br-bomb": made(lambda: brotli.compress(MEGABYTE * 100, quality=5), Content_Encoding="br"),
    "/gzip-cut": body(gzip.compress(FEED)[:-20], Content_Encoding="gzip"),
    "/gzip-not": body(FEED, Content_Encoding="gzip"),
    "/zstd": body(FEED, Content_Encoding="zstd"),
    "/large": made(lambda: b"<rss>" + b" " * 50_000_000),
    "/endless": endless(MEGABYTE, 0),
    "/drip": endless(b"x", 0.02),
    "/hang": hang,
    "/cut": cut_short,
    "/empty": body(b""),
    "/404": status(404),
    "/410": status(410),
    "/204": status(204),
    "/304": status(304),
    "/503": status(503, Retry_After="120"),
    "/302-nowhere": status(302),
    "/loop": status(302, Location="/loop"),
    "/hop/{left}": hop,
    "/to-private": status(301, Location="http://127.0.0.1:1/"),
    "/to-metadata": status(302, Location="http://169.254.169.254/latest/meta-data/"),
    "/to-file": status(302, Location="file:///etc/passwd"),
    "/to-rubbish": status(302, Location="http://[::1"),
    "/long-header": status(200, X_Long="x" * 100_000),
    "/odd-headers": body(FEED, ETag='"é"', Last_Modified="x" * 5000),
}
