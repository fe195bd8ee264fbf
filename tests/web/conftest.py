"""A browser without a network: requests go straight into the application."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from streams.engines.engine import Engine
from streams.web.app import create_app
from tests.web.fakes import NOW
from tests.web.newsroom import newsroom

Visit = Callable[[Engine], httpx.AsyncClient]


def browser(app: FastAPI) -> httpx.AsyncClient:
    """A client on an application."""
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://localhost:8400")


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    """Opens a client on the application over an engine."""
    clients: list[httpx.AsyncClient] = []

    def open_client(engine: Engine) -> httpx.AsyncClient:
        clients.append(browser(create_app(engine, clock=lambda: NOW)))
        return clients[-1]

    yield open_client
    for client in clients:
        await client.aclose()


@pytest.fixture(scope="session")
def newsroom_app() -> FastAPI:
    """The application over the made-up newsroom, which no test changes."""
    return create_app(newsroom(), clock=lambda: NOW, hosts=["news.example"])


@pytest.fixture
async def client(newsroom_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A client on the made-up newsroom."""
    async with browser(newsroom_app) as opened:
        yield opened
