"""Who gets in, and what they may do there."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from streams.access import issue
from streams.records import Role
from streams.web.app import create_app
from streams.web.gate import MAX_BODY_BYTES, OPEN, needed
from tests.web.fakes import NOW, FakeEngine
from tests.web.newsroom import newsroom

WANTED = {"name": "Feed reader"}


class House:
    """An application whose visitors have to show a token."""

    def __init__(self, engine: FakeEngine, app: FastAPI) -> None:
        self.engine, self.app = engine, app

    def token(self, role: Role) -> str:
        token, text = issue(role, role, NOW)
        self.engine.put_token(token)
        return text


Open = Callable[..., httpx.AsyncClient]


@pytest.fixture
def house() -> House:
    engine = newsroom()
    made = House(engine, create_app(engine, clock=lambda: NOW, hosts=["news.example"]))
    made.token("read")
    return made


@pytest.fixture
async def open_door() -> AsyncIterator[Open]:
    """Opens a client on an application, with headers."""
    async with AsyncExitStack() as opened:
        clients: list[httpx.AsyncClient] = []

        def open_client(app: FastAPI, base: str = "http://localhost:8400", **headers: str) -> httpx.AsyncClient:
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            clients.append(httpx.AsyncClient(transport=transport, base_url=base, headers=headers))
            opened.push_async_callback(clients[-1].aclose)
            return clients[-1]

        yield open_client


def bearer(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def operations(app: FastAPI) -> list[tuple[str, str]]:
    """Every method and path of the application."""
    included: list[Any] = [one for one in app.routes if hasattr(one, "effective_route_contexts")]
    routes = [route for one in included for route in one.effective_route_contexts()]
    assert len(routes) > 25
    return [(method, route.path) for route in routes for method in sorted(route.methods)]


async def test_a_stranger_sees_nothing_but_the_way_in(house: House, open_door: Open) -> None:
    stranger = open_door(house.app)
    for method, path in operations(house.app):
        if path in OPEN:
            continue
        answer = await stranger.request(method, path.replace("{form}", "csv"))
        assert answer.status_code in (303, 401), (method, path)
        assert not answer.text or "Harbour" not in answer.text
    assert (await stranger.get("/nothing/at/all")).status_code == 303
    assert (await stranger.get("/static/other.css")).status_code == 303
    for path in ("/livez", "/readyz", "/login", "/static/style.css"):
        assert (await stranger.get(path)).status_code == 200


async def test_people_are_led_to_the_form_and_programs_are_told(house: House, open_door: Open) -> None:
    stranger = open_door(house.app)
    led = await stranger.get("/search?q=a%26b")
    assert led.headers["location"] == "/login?next=/search%3Fq%3Da%2526b"
    for path in ("/api/documents", "/alerts.atom"):
        answer = await stranger.get(path)
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, 'Bearer realm="streams"')
    assert "Authorization: Bearer TOKEN" in (await stranger.get("/api/documents")).json()["error"]


async def test_a_token_lets_a_program_in(house: House, open_door: Open) -> None:
    good = open_door(house.app, **bearer(house.token("read")))
    for path in ("/", "/api/documents", "/alerts.atom"):
        assert (await good.get(path)).status_code == 200
    bad = open_door(house.app, **bearer("streams_000000000000_" + "A" * 43))
    assert (await bad.get("/")).status_code == 401
    assert "not good" in (await bad.get("/api/documents")).json()["error"]


async def test_a_feed_reader_gives_the_token_as_a_password_and_may_only_read(
    house: House, open_door: Open
) -> None:
    encoded = base64.b64encode(f"anybody:{house.token('admin')}".encode()).decode()
    reader = open_door(house.app, Authorization=f"Basic {encoded}")
    assert (await reader.get("/alerts.atom")).status_code == 200
    assert (await reader.get("/api/tokens")).status_code == 403
    assert (await reader.get("/alerts.atom", headers={"Authorization": "Basic ???"})).status_code == 401


@pytest.mark.parametrize(
    "host", ["localhost/livez?", "localhost/login#", "x@localhost/livez?", "localhost:8400/static"]
)
async def test_a_host_that_is_more_than_a_name_opens_nothing(house: House, open_door: Open, host: str) -> None:
    stranger = open_door(house.app, Host=host)
    answer = await stranger.get("/api/documents")
    assert (answer.status_code, "STREAMS_PAGE_HOSTS" in answer.text) == (400, True)
    reader = open_door(house.app, **bearer(house.token("read")), Host=host)
    assert (await reader.get("/api/tokens")).status_code == 400


@pytest.mark.parametrize("role", ["read", "edit"])
async def test_tokens_are_for_admins_only(house: House, open_door: Open, role: Role) -> None:
    client = open_door(house.app, **bearer(house.token(role)))
    for method, path in (("GET", "/api/tokens"), ("POST", "/api/tokens"), ("DELETE", "/api/tokens/x")):
        answer = await client.request(method, path)
        assert answer.status_code == 403
        assert answer.json()["error"] == f"this needs a token with the role admin; yours may {role}"


def test_each_operation_needs_its_role(house: House) -> None:
    roles = {(method, path): needed(method, path) for method, path in operations(house.app)}
    assert {role for (method, path), role in roles.items() if "/tokens" in path} == {"admin"}
    others = {(method, role) for (method, path), role in roles.items() if "/tokens" not in path}
    assert ("GET", "edit") not in others
    assert not [role for method, role in others if method != "GET" and role == "read"]


async def test_an_admin_makes_lists_and_revokes_tokens(house: House, open_door: Open) -> None:
    admin = open_door(house.app, **bearer(house.token("admin")))
    made = await admin.post("/api/tokens", json=WANTED | {"days": 7})
    assert made.status_code == 201
    listed = (await admin.get("/api/tokens")).json()
    (shown,) = [one for one in listed["hits"] if one["id"] == made.json()["id"]]
    assert shown["role"] == "read"
    assert shown["expires_at"] == "2026-03-09T12:00:00Z"
    assert "hash" not in shown
    reader = open_door(house.app, **bearer(made.json()["token"]))
    assert (await reader.get("/api/status")).status_code == 200
    assert (await admin.delete(f"/api/tokens/{shown['id']}")).json()["name"] == "Feed reader"
    assert (await reader.get("/api/status")).status_code == 401
    assert (await admin.delete(f"/api/tokens/{shown['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("wanted", "parameter"),
    [
        ({}, "name"),
        (WANTED | {"role": "root"}, "role"),
        (WANTED | {"day": 3}, "day"),
        (WANTED | {"days": 0}, "days"),
    ],
)
async def test_a_token_that_cannot_be_made_is_told(
    house: House, open_door: Open, wanted: dict[str, object], parameter: str
) -> None:
    admin = open_door(house.app, **bearer(house.token("admin")))
    refused = await admin.post("/api/tokens", json=wanted)
    assert (refused.status_code, refused.json()["parameter"]) == (400, parameter)
    odd = await admin.post("/api/tokens", json={"name": "\a"})
    assert (odd.status_code, "is no name" in odd.json()["error"]) == (400, True)


async def test_without_tokens_this_machine_may_do_everything(open_door: Open) -> None:
    client = open_door(create_app(newsroom(), clock=lambda: NOW))
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/api/tokens")).json()["total"] == 0
    reading = await client.post("/api/tokens", json=WANTED)
    assert (reading.status_code, "the first token has to allow admin" in reading.text) == (400, True)
    made = await client.post("/api/tokens", json=WANTED | {"role": "admin"})
    assert made.status_code == 201
    assert (await client.get("/")).status_code == 303  # from now on this machine is asked too


@pytest.mark.parametrize(
    ("local", "headers"),
    [
        (False, {}),
        (True, {"Host": "news.example"}),
        (True, {"X-Forwarded-For": "203.0.113.7"}),
        (True, {"Forwarded": "for=203.0.113.7"}),
    ],
)
async def test_without_tokens_nobody_else_gets_in(open_door: Open, local: bool, headers: dict[str, str]) -> None:
    app = create_app(newsroom(), clock=lambda: NOW, hosts=["news.example"], local=local)
    client = open_door(app, **headers)
    for path in ("/", "/api/documents", "/search.csv"):
        answer = await client.get(path)
        assert answer.status_code == 403
        assert "streams tokens create NAME" in answer.text
    assert (await client.get("/livez")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": "localhost:8400"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://localhost:8400"},
    ],
)
async def test_another_site_changes_nothing_by_way_of_a_browser(open_door: Open, headers: dict[str, str]) -> None:
    engine = newsroom()
    client = open_door(create_app(engine, clock=lambda: NOW), **headers)
    answer = await client.post("/api/tokens", json=WANTED)
    assert answer.status_code == 403
    assert "another web site" in answer.json()["error"]
    assert engine.all_tokens == {}
    assert (await client.get("/")).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://LOCALHOST:8400"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://localhost"},  # a proxy has changed the port
        {"Sec-Fetch-Site": "none"},
    ],
)
async def test_our_own_pages_and_programs_change_things(open_door: Open, headers: dict[str, str]) -> None:
    client = open_door(create_app(newsroom(), clock=lambda: NOW), **headers)
    assert (await client.post("/api/tokens", json=WANTED | {"role": "admin"})).status_code == 201


async def test_a_body_is_json_and_not_larger_than_it_may_be(open_door: Open) -> None:
    client = open_door(create_app(newsroom(), clock=lambda: NOW), Origin="http://localhost:8400")
    plain = {"Content-Type": "text/plain"}
    assert (await client.post("/api/tokens", content="{}", headers=plain)).status_code == 415
    assert (await client.post("/api/tokens", content=b" " * (MAX_BODY_BYTES + 1))).status_code in (413, 415)
    large = {"name": "x" * MAX_BODY_BYTES}
    assert (await client.post("/api/tokens", json=large)).status_code == 413

    async def pieces() -> AsyncIterator[bytes]:
        yield b"{}"

    for length in ("9" * 5000, "-1", "x"):
        odd = {"Content-Length": length, "Content-Type": "application/json"}
        assert (await client.post("/api/tokens", content=b"{}", headers=odd)).status_code == 413
    json = {"Content-Type": "application/json"}
    assert (await client.post("/api/tokens", content=pieces(), headers=json)).status_code == 411
