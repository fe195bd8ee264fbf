from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import httpx
import pytest

from streams.access import issue
from streams.web.app import create_app
from streams.web.visitors import FORM, SESSION
from tests.web.fakes import NOW, FakeEngine
from tests.web.html import page, texts, words
from tests.web.newsroom import newsroom


class Watch:
    """A clock that can be set."""

    def __init__(self) -> None:
        self.at = NOW

    def __call__(self) -> datetime:
        return self.at


class Person:
    """Somebody with a browser and a token."""

    def __init__(self, base: str = "http://localhost:8400") -> None:
        self.engine, self.watch = newsroom(), Watch()
        token, self.text = issue("Ann", "edit", NOW)
        self.engine.put_token(token)
        hosts = ["news.example"]
        app = create_app(self.engine, clock=self.watch, hosts=hosts, local=False, session_hours=2)
        transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
        self.browser = httpx.AsyncClient(transport=transport, base_url=base)

    async def form_token(self, path: str = "/login") -> str:
        node = page(await self.browser.get(path)).css_first("input[name=form]")
        assert node is not None
        return node.attributes["value"] or ""

    async def log_in(self, **fields: str) -> httpx.Response:
        given = {"form": await self.form_token(), "token": self.text, "next": "/alerts"} | fields
        return await self.browser.post("/login", data=given)


@pytest.fixture
async def person() -> AsyncIterator[Person]:
    ann = Person()
    yield ann
    await ann.browser.aclose()


async def test_a_token_opens_a_session_that_leads_where_one_wanted_to_go(person: Person) -> None:
    led = await person.log_in()
    assert (led.status_code, led.headers["location"]) == (303, "/alerts")
    cookie = led.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Max-Age=7200" in cookie
    assert person.text not in cookie
    seen = await person.browser.get("/alerts")
    assert seen.status_code == 200
    assert texts(page(seen), ".leave button") == ["Log out"]
    assert person.text not in seen.text


async def test_a_session_ends_after_its_hours(person: Person) -> None:
    await person.log_in()
    person.watch.at += timedelta(hours=2)
    assert (await person.browser.get("/")).headers["location"] == "/login?next=/"


async def test_a_session_ends_when_its_token_is_revoked(person: Person) -> None:
    await person.log_in()
    person.engine.drop_tokens([person.text.split("_")[1]])
    other, _ = issue("Bob", "read", NOW)
    person.engine.put_token(other)
    assert (await person.browser.get("/")).status_code == 303


async def test_logging_out_ends_the_session_everywhere(person: Person) -> None:
    await person.log_in()
    cookies = dict(person.browser.cookies)
    left = await person.browser.post("/logout", data={"form": await person.form_token("/")})
    assert (left.status_code, left.headers["location"]) == (303, "/login")
    assert SESSION not in person.browser.cookies
    person.browser.cookies.update(cookies)
    assert (await person.browser.get("/")).status_code == 303


@pytest.mark.parametrize("token", ["", "x", "streams_000000000000_" + "A" * 43, "\ud800"])
async def test_a_token_that_is_not_good_is_told(person: Person, token: str) -> None:
    refused = await person.log_in(token=token.encode("utf-8", "replace").decode())
    assert refused.status_code == 403
    assert "This token is not good" in words(page(refused))
    assert SESSION not in person.browser.cookies


@pytest.mark.parametrize(
    "after", ["https://evil.example/", "//evil.example", "/\\evil.example", "alerts", "/a b", "/\nx"]
)
async def test_nobody_is_led_to_another_site(person: Person, after: str) -> None:
    assert (await person.log_in(next=after)).headers["location"] == "/"


async def test_a_form_that_was_not_made_for_who_sends_it_is_refused(person: Person) -> None:
    given = {"token": person.text}
    assert (await person.browser.post("/login", data=given)).status_code == 403
    stranger = Person()
    try:
        elsewhere = await stranger.form_token()
    finally:
        await stranger.browser.aclose()
    await person.browser.get("/login")
    assert (await person.browser.post("/login", data=given | {"form": elsewhere})).status_code == 403
    before = await person.form_token()
    await person.log_in()
    assert (await person.browser.post("/logout", data={"form": before})).status_code == 403
    odd = {"Content-Type": "text/plain"}
    assert (await person.browser.post("/logout", content="form=x", headers=odd)).status_code == 415


async def test_a_session_shown_as_a_token_is_none(person: Person) -> None:
    await person.log_in()
    session = person.browser.cookies[SESSION]
    person.browser.cookies.clear()
    headers = {"Authorization": f"Bearer {session}"}
    assert (await person.browser.get("/api/status", headers=headers)).status_code == 401
    person.browser.cookies.set(SESSION, person.text)
    assert (await person.browser.get("/api/status")).status_code == 401


async def test_over_tls_cookies_are_for_this_host_and_tls_only() -> None:
    person = Person("https://news.example")
    led = await person.log_in()
    assert led.headers["set-cookie"].startswith(f"__Host-{SESSION}=")
    assert "Secure" in led.headers["set-cookie"]
    assert (await person.browser.get("/")).status_code == 200
    await person.browser.aclose()


@pytest.mark.parametrize(
    ("base", "told"), [("http://news.example", True), ("https://news.example", False), ("http://localhost", False)]
)
async def test_who_could_be_read_on_the_way_is_told(base: str, told: bool) -> None:
    person = Person(base)
    assert ("not encrypted" in (await person.browser.get("/login")).text) is told
    await person.browser.aclose()


async def test_pages_give_those_without_a_session_something_to_bind_forms_to() -> None:
    transport = httpx.ASGITransport(app=create_app(FakeEngine(), clock=lambda: NOW))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8400") as browser:
        assert FORM not in (await browser.get("/api/status")).cookies
        first = (await browser.get("/")).cookies
        assert FORM in first
        assert FORM not in (await browser.get("/")).cookies  # it has one
