"""Fetching, from a real server that behaves well and badly."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from aiohttp import web

from streams import clock
from streams.errors import AddressRefusedError, FeedError, FetchError
from streams.feeds.fetch import Fetched, Fetcher, guarded_session, retry_after_s, shown
from streams.settings import Settings, load
from tests.feeds.hostile import DATE, ETAG, FEED, serving, status

SETTINGS = load(fetch_timeout_s=5, max_body_bytes=1_000_000, user_agent="test/1 (+mailto:a@example.com)")


@pytest.fixture
async def host() -> AsyncIterator[str]:
    async with serving() as found:
        yield found


async def get(
    host: str,
    path: str,
    settings: Settings = SETTINGS,
    etag: str | None = None,
    last_modified: str | None = None,
) -> Fetched:
    async with Fetcher(settings, allowed=[host]) as fetcher:
        return await fetcher.fetch(f"http://{host}{path}", etag, last_modified)


async def failure(host: str, path: str, settings: Settings = SETTINGS) -> FeedError:
    with pytest.raises(FeedError) as raised:
        await get(host, path, settings)
    return raised.value


async def test_a_feed_comes_with_what_is_needed_to_ask_again(host: str) -> None:
    assert await get(host, "/feed") == Fetched(
        status=200,
        url=f"http://{host}/feed",
        body=FEED,
        etag=ETAG,
        content_type="application/rss+xml; charset=utf-8",
    )


@pytest.mark.parametrize(("etag", "last_modified"), [(ETAG, None), (None, DATE)])
async def test_a_feed_that_has_not_changed_is_not_sent_again(
    host: str, etag: str | None, last_modified: str | None
) -> None:
    first = await get(host, "/conditional")
    assert (first.body, first.etag, first.last_modified) == (FEED, ETAG, DATE)
    assert await get(host, "/conditional", SETTINGS, etag, last_modified) == Fetched(
        status=304, url=f"http://{host}/conditional"
    )


async def test_not_modified_without_having_asked_is_a_failure(host: str) -> None:
    assert (await failure(host, "/304")).kind == "http-304"


async def test_requests_say_who_asks_and_carry_no_cookies(host: str) -> None:
    async with Fetcher(SETTINGS, allowed=[host]) as fetcher:
        for _ in range(2):
            headers = json.loads((await fetcher.fetch(f"http://{host}/echo")).body)
            assert headers["User-Agent"] == SETTINGS.user_agent
            assert headers["Accept-Encoding"] == "gzip, deflate, br"
            assert "application/atom+xml" in headers["Accept"]
            assert "Cookie" not in headers


@pytest.mark.parametrize("path", ["/gzip", "/gzip-members", "/deflate", "/raw-deflate", "/br", "/gzip-not"])
async def test_compressed_bodies_are_read_and_those_that_only_say_so(host: str, path: str) -> None:
    assert (await get(host, path)).body == FEED


@pytest.mark.parametrize("left", [0, 4])
async def test_redirects_are_followed_up_to_the_limit(host: str, left: int) -> None:
    fetched = await get(host, f"/hop/{left}")
    assert (fetched.url, fetched.body) == (f"http://{host}/feed", FEED)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/404", "http-404"),
        ("/410", "http-410"),
        ("/204", "http-204"),
        ("/302-nowhere", "http-302"),
        ("/loop", "too-many-redirects"),
        ("/hop/5", "too-many-redirects"),
        ("/to-private", "address-refused"),
        ("/to-metadata", "address-refused"),
        ("/to-file", "bad-url"),
        ("/to-rubbish", "bad-url"),
        ("/gzip-bomb", "too-large"),
        ("/br-bomb", "too-large"),
        ("/large", "too-large"),
        ("/endless", "too-large"),
        ("/gzip-cut", "bad-encoding"),
        ("/zstd", "bad-encoding"),
        ("/cut", "connection"),
        ("/long-header", "bad-response"),
    ],
)
async def test_each_failure_has_a_name(host: str, path: str, kind: str) -> None:
    assert (await failure(host, path)).kind == kind


@pytest.mark.parametrize("path", ["/drip", "/hang"])
async def test_a_server_that_takes_its_time_is_given_up(host: str, path: str) -> None:
    before = time.monotonic()
    error = await failure(host, path, load(fetch_timeout_s=0.3))
    assert error.kind == "time-out"
    assert "STREAMS_FETCH_TIMEOUT_S" in str(error)
    assert time.monotonic() - before < 3


async def test_an_empty_body_is_an_answer(host: str) -> None:
    assert (await get(host, "/empty")).body == b""


async def test_headers_that_cannot_be_stored_or_sent_back_are_forgotten(host: str) -> None:
    fetched = await get(host, "/odd-headers")
    assert (fetched.body, fetched.etag, fetched.last_modified) == (FEED, None, None)


async def test_a_closed_port_and_an_unknown_name_are_told_apart(host: str) -> None:
    async with Fetcher(SETTINGS, allowed=["127.0.0.1:1"]) as fetcher:
        with pytest.raises(FetchError) as closed:
            await fetcher.fetch("http://127.0.0.1:1/")
        with pytest.raises(FetchError) as unknown:
            await fetcher.fetch("http://no-such-name.invalid/")
    assert (closed.value.kind, unknown.value.kind) == ("connection", "dns")


async def test_a_contact_is_named_to_those_who_are_asked(host: str) -> None:
    settings = load(user_agent="test/1", contact="https://monitor.example/about")
    headers = json.loads((await get(host, "/echo", settings)).body)
    assert headers["User-Agent"] == "test/1 (+https://monitor.example/about)"


async def test_only_permanent_redirects_all_the_way_are_a_move() -> None:
    paths = {
        "/moved": status(301, Location="/moved-on"),
        "/moved-on": status(308, Location="/feed"),
        "/away": status(301, Location="/for-now"),
        "/for-now": status(302, Location="/feed"),
    }
    async with serving(paths) as host:
        assert (await get(host, "/moved")).moved_to == f"http://{host}/feed"
        assert (await get(host, "/away")).moved_to is None
        assert (await get(host, "/feed")).moved_to is None


async def test_what_speaks_no_tls_is_told(host: str) -> None:
    async with Fetcher(SETTINGS, allowed=[host]) as fetcher:
        with pytest.raises(FetchError) as raised:
            await fetcher.fetch(f"https://{host}/feed")
    assert raised.value.kind == "tls"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "no url",
        "ftp://a.example/",
        "file:///etc/passwd",
        "http://",
        "http://[::1",
        "http://a b/",
        "http://\udc80/",
        "http://a.example:99999/",
        "http://" + "a" * 300 + ".example/",
        "http://a..example/",
        "http://127.1/",
    ],
)
async def test_what_is_no_address_is_not_asked_for(url: str) -> None:
    async with Fetcher(SETTINGS) as fetcher:
        with pytest.raises(FeedError) as raised:
            await fetcher.fetch(url)
    assert raised.value.kind in ("bad-url", "dns")


async def test_a_host_has_few_fetches_at_once() -> None:
    now = most = 0

    async def slow(request: web.Request) -> web.Response:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.02)
        now -= 1
        return web.Response(body=FEED)

    async with serving({"/slow": slow}) as host, Fetcher(SETTINGS, allowed=[host]) as fetcher:
        await asyncio.gather(*(fetcher.fetch(f"http://{host}/slow") for _ in range(10)))
    assert most == SETTINGS.host_concurrency


async def test_waiting_for_the_host_is_not_counted_as_its_time(host: str) -> None:
    settings = load(fetch_timeout_s=0.5)
    async with Fetcher(settings, allowed=[host]) as fetcher:
        hanging = [fetcher.fetch(f"http://{host}/hang") for _ in range(settings.host_concurrency)]
        results = await asyncio.gather(*hanging, fetcher.fetch(f"http://{host}/feed"), return_exceptions=True)
    assert isinstance(results[-1], Fetched)


async def test_credentials_are_sent_and_never_shown(host: str) -> None:
    async with Fetcher(SETTINGS, allowed=[host]) as fetcher:
        fetched = await fetcher.fetch(f"http://user:secret@{host}/echo")
        assert json.loads(fetched.body)["Authorization"].startswith("Basic ")
        assert fetched.url == f"http://{host}/echo"
        for path in ("404", "loop", "gzip-bomb", "cut", "to-private"):
            with pytest.raises(FeedError) as raised:
                await fetcher.fetch(f"http://user:secret@{host}/{path}?token=hidden")
            assert "secret" not in str(raised.value)
            assert "hidden" not in str(raised.value)


async def test_credentials_do_not_follow_a_redirect_to_another_host(host: str) -> None:
    async def away(request: web.Request) -> web.Response:
        raise web.HTTPFound(f"http://{host}/echo")

    async with serving({"/away": away}) as first, Fetcher(SETTINGS, allowed=[first, host]) as fetcher:
        fetched = await fetcher.fetch(f"http://user:secret@{first}/away")
    assert "Authorization" not in json.loads(fetched.body)


async def test_the_session_for_others_is_guarded_too(host: str) -> None:
    async with guarded_session(SETTINGS) as session:
        with pytest.raises(AddressRefusedError):
            await session.post(f"http://{host}/feed")
    async with (
        guarded_session(load(allow_hosts=[host], user_agent="webhook/1")) as session,
        session.get(f"http://{host}/echo") as answer,
    ):
        assert json.loads(await answer.read())["User-Agent"] == "webhook/1"


async def test_a_server_says_how_long_to_leave_it_alone(host: str) -> None:
    error = await failure(host, "/503")
    assert isinstance(error, FetchError)
    assert (error.kind, error.retry_after_s, error.host) == ("http-503", 120.0, "127.0.0.1")


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        (" 90 ", 90.0),
        ("9" * 5000, 999_999_999.0),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("", None),
        (format_datetime(datetime(2026, 3, 2, 12, 5, tzinfo=UTC), usegmt=True), 300.0),
        ("Mon, 02 Mar 2026 12:01:00 -0000", 60.0),
        ("Mon, 02 Mar 2020 12:00:00 GMT", 0.0),
    ],
)
def test_retry_after_is_seconds_or_a_date(
    monkeypatch: pytest.MonkeyPatch, value: str, seconds: float | None
) -> None:
    noon = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: noon)
    assert retry_after_s({"Retry-After": value}) == seconds


@pytest.mark.parametrize(
    ("url", "as_shown"),
    [
        ("https://user:secret@a.example:8443/feed?key=hidden#part", "https://a.example:8443/feed"),
        ("http://a.example/" + "x" * 500, "http://a.example/" + "x" * 183 + "…"),
        ("http://[::1", "the URL"),
    ],
)
def test_urls_are_shown_without_what_may_be_secret(url: str, as_shown: str) -> None:
    assert shown(url) == as_shown
