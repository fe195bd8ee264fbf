"""The page and the API as one ASGI application over an engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from streams import __version__
from streams.alerts.channels import FILE, LOG
from streams.clock import Clock, now
from streams.condition import Condition
from streams.engines.engine import Engine
from streams.web import api, errors, exports, health, openapi, pages
from streams.web.gate import Gate
from streams.web.rendering import Templates
from streams.web.security import Guard
from streams.web.site import Site

STATIC = Path(__file__).parent / "static"


def create_app(
    engine: Engine,
    *,
    clock: Clock = now,
    hosts: Iterable[str] = (),
    condition: Condition | None = None,
    local: bool = True,
    session_hours: float = 12.0,
    requests_a_minute: int = 0,
    channels: Collection[str] = (LOG, FILE),
) -> FastAPI:
    """The application.

    `hosts` are names that it answers to beside localhost (STREAMS_HOST and STREAMS_PAGE_HOSTS); `condition` is
    that of the stages, where they run in the same process. `local` says that only this machine can reach it: it is
    then open as long as there are no tokens. `requests_a_minute` is how many one visitor may make (0: any number).
    `channels` are those that rules may name.
    """
    app = FastAPI(
        title="streams",
        version=__version__,
        description="Clean articles, stories and alerts from news feeds.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.site = Site(engine, clock, Templates(clock), condition or Condition(), session_hours, channels)
    app.add_middleware(Gate, engine=engine, clock=clock, local=local, a_minute=requests_a_minute)
    app.add_middleware(Guard, hosts=tuple(hosts))
    errors.install(app)
    openapi.describe(app, api.ANSWERS)
    for router in (health.router, api.router, exports.router, pages.router):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC))
    return app
