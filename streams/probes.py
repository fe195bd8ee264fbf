"""What watches a process asks it, on a port of its own: `/metrics`, `/livez` and `/readyz`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from streams.condition import Condition
from streams.errors import SettingsError
from streams.settings import Settings


@asynccontextmanager
async def probed(settings: Settings, condition: Condition) -> AsyncIterator[None]:
    """Answer on STREAMS_METRICS_PORT while the body runs; nothing is served when that is 0.

    It is served by the event loop that the process works in, so a loop that hangs does not answer. Raises
    SettingsError when the port is taken.
    """
    if not settings.metrics_port:
        yield
        return
    runner = web.AppRunner(_app(condition), access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await _listen(runner, settings.metrics_host, settings.metrics_port)
        yield
    finally:
        await runner.cleanup()


def _app(condition: Condition) -> web.Application:
    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})

    async def livez(_: web.Request) -> web.Response:
        return _told(condition.stuck(), "alive")

    async def readyz(_: web.Request) -> web.Response:
        return _told(await asyncio.to_thread(condition.unready), "ready")

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics), web.get("/livez", livez), web.get("/readyz", readyz)])
    return app


def _told(wrong: str | None, well: str) -> web.Response:
    return web.Response(text=f"{wrong or well}\n", status=503 if wrong else 200)


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        raise SettingsError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another with STREAMS_METRICS_PORT"
        ) from error
