"""A web site of feeds for tests: what each path answers can be changed while it runs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Self
from xml.sax.saxutils import escape

from aiohttp import web


class Site:
    """Serves `pages` (path to body) on a free local port."""

    def __init__(self) -> None:
        self.pages: dict[str, bytes] = {}
        self.asked: list[str] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    @property
    def host(self) -> str:
        """The `host:port` to be allowed."""
        return f"127.0.0.1:{self.port}"

    def url(self, path: str) -> str:
        """A page's address."""
        return f"http://{self.host}/{path}"

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        path = request.match_info["path"]
        self.asked.append(path)
        if path not in self.pages:
            raise web.HTTPNotFound
        body = self.pages[path]
        kind = "text/html" if body.startswith(b"<!DOCTYPE html") else "application/rss+xml"
        return web.Response(body=body, content_type=kind)


@contextmanager
def served() -> Iterator[Site]:
    """A site on a thread of its own, for what blocks this one or runs in another process."""
    loop, site = asyncio.new_event_loop(), Site()
    loop.run_until_complete(site.__aenter__())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield site
    finally:
        asyncio.run_coroutine_threadsafe(site.__aexit__(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def rss(
    title: str, items: Sequence[tuple[str, str, str]], published: str = "Mon, 02 Mar 2026 09:00:00 GMT"
) -> bytes:
    """An RSS feed of (link, title, text)."""
    body = "".join(
        f"<item><link>{escape(link)}</link><guid>{escape(link)}</guid><title>{escape(head)}</title>"
        f"<description>{escape(text)}</description><pubDate>{published}</pubDate></item>"
        for link, head, text in items
    )
    return f"<rss version='2.0'><channel><title>{escape(title)}</title>{body}</channel></rss>".encode()
