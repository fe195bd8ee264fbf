"""Serves the sample feeds on this machine as a web site would: ETag, Last-Modified, 304 and gzip.

The server keeps no state: a client's validator names the edition that it has, and it gets the one after that.
So every reader, however late or often started, sees each feed as first published and then as revised.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from aiohttp import ETag, web

from streams.errors import UsageError
from streams.feeds.opml import read_feeds
from streams.records import Feed
from streams.sample.editions import following, read_editions
from streams.sample.start import HOST, Start

LIST = "feeds.opml"
SHUTDOWN_TIMEOUT_S = 1.0


class SampleServer:
    """The sample feeds of a folder over HTTP, while the context lasts (once).

    Raises UsageError when the folder holds no feeds, and on entering when the port is taken.
    """

    def __init__(self, folder: Path, start: Start) -> None:
        self._editions = read_editions(folder, start.anchor)
        self._list = (folder / LIST).read_text(encoding="utf-8")
        self._port = start.port
        app = web.Application()
        app.router.add_get("/{name}", self._answer)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_TIMEOUT_S)

    @property
    def host(self) -> str:
        """The `host:port` that the reader has to be allowed to fetch from."""
        return f"{HOST}:{self._port}"

    def feeds(self) -> list[Feed]:
        """The sample's subscriptions, originals before those who copy them."""
        opml = self._list.replace("{{ base }}", f"http://{self.host}")
        return read_feeds(opml.encode(), LIST)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, HOST, self._port).start()
        except OSError as error:
            await self._runner.cleanup()
            raise UsageError(
                f"the sample feeds of this data folder belong at {self.host}, which cannot be used ({error}): "
                "stop the program that listens there, or use another data folder (--data)"
            ) from error
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.Response:
        editions = self._editions.get(request.match_info["name"])
        if editions is None:
            raise web.HTTPNotFound
        etags = [etag.value for etag in request.if_none_match or ()]
        edition = following(editions, etags, request.if_modified_since)
        shown = edition or editions[-1]
        response = web.Response(status=200 if edition else 304)
        response.etag = ETag(shown.etag, is_weak=True)
        response.last_modified = shown.modified
        if edition:
            response.body = edition.body
            response.content_type = edition.content_type
            response.enable_compression()
        return response
