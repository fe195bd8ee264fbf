"""The page's server, beside whatever else a process does."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

import uvicorn

from streams.clock import now
from streams.condition import Condition
from streams.engines.engine import Engine
from streams.errors import SettingsError
from streams.settings import Settings
from streams.web.app import create_app


class PageServer(uvicorn.Server):
    """The page's server; signals stay ours, since the whole process stops in order."""

    def __init__(self, engine: Engine, settings: Settings, condition: Condition | None = None) -> None:
        hosts = [settings.host, *settings.page_hosts]
        app = create_app(engine, clock=now, hosts=hosts, condition=condition)
        super().__init__(
            uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=3)
        )

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        """Take over no signals."""
        return nullcontext()


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The page's socket, bound before anything else starts so that a taken port is told at once."""
    try:
        sock = socket.create_server((settings.host, settings.port))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        raise SettingsError(
            f"cannot listen on {where}: {error.strerror}; choose another with --port or STREAMS_PORT"
        ) from error
    with sock:
        yield sock
