"""The page's server, beside whatever else a process does."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

import uvicorn

from streams.alerts.channels import known_channels
from streams.clock import now
from streams.condition import Condition
from streams.engines.engine import Engine
from streams.errors import SettingsError
from streams.records import Token
from streams.settings import Settings
from streams.web.app import create_app


class PageServer(uvicorn.Server):
    """The page's server; signals stay ours, since the whole process stops in order.

    Raises SettingsError where others than this machine could reach it and there is no token.
    """

    def __init__(self, engine: Engine, settings: Settings, condition: Condition | None = None) -> None:
        local = is_local(settings.host)
        refuse_open(settings, engine.tokens())
        app = create_app(
            engine,
            clock=now,
            hosts=[settings.host, *settings.page_hosts],
            condition=condition,
            local=local,
            session_hours=settings.session_hours,
            requests_a_minute=settings.page_requests,
            channels=known_channels(settings),
        )
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                lifespan="off",
                timeout_graceful_shutdown=3,
                forwarded_allow_ips=settings.trusted_proxies,
            )
        )

    def capture_signals(self) -> nullcontext[None]:  # type: ignore[override]
        """Take over no signals."""
        return nullcontext()


def refuse_open(settings: Settings, tokens: Sequence[Token]) -> None:
    """Raise SettingsError where others than this machine could reach the page and there is no token."""
    if not is_local(settings.host) and not tokens:
        raise SettingsError(
            f"STREAMS_HOST={settings.host} lets others reach the page, and there is no token for them: make one "
            "with `streams tokens create NAME --role admin`, or listen on 127.0.0.1"
        )


def is_local(host: str) -> bool:
    """Whether what listens on an address can be reached from this machine only."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


@contextmanager
def listening(settings: Settings) -> Iterator[socket.socket]:
    """The page's socket, bound before anything else starts so that a taken port is told at once."""
    try:
        sock = socket.create_server((settings.host, settings.port))
    except OSError as error:
        where = f"{settings.host}:{settings.port}"
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise SettingsError(
            f"cannot listen on {where}: {why}; choose another with --port or STREAMS_PORT"
        ) from error
    with sock:
        yield sock
