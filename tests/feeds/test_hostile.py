"""Servers that mean harm: each gets its named outcome, memory stays bounded, and other feeds keep their times."""

from __future__ import annotations

import asyncio
import gzip
import shutil
import socket
import ssl
import time
import tracemalloc
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]
import pytest

from streams.errors import FeedError
from streams.feeds.fetch import Fetcher
from streams.feeds.reader import Reader
from streams.settings import load
from tests.feeds.hostile import FEED, body, serving
from tests.feeds.raw import OK, Speaks, goes_on, raw, resets, says
from tests.feeds.test_reader import NOON, MemoryStore, until

SETTINGS = load(fetch_timeout_s=0.5, max_body_bytes=200_000)
ZEROS = b"\0" * 20_000_000


async def outcome(url: str, allowed: Sequence[str]) -> str:
    async with Fetcher(SETTINGS, allowed) as fetcher:
        try:
            fetched = await fetcher.fetch(url)
        except FeedError as error:
            return error.kind
    return f"{len(fetched.body)} bytes"


SPOKEN: dict[str, tuple[Speaks, str]] = {
    "a reset before anything": (resets(b""), "connection"),
    "a reset within the head": (resets(OK + b"Content-"), "connection"),
    "a reset within the body": (resets(OK + b"Content-Length: 5000\r\n\r\n<rss>"), "connection"),
    "an end without an answer": (says(b""), "connection"),
    "many small headers": (goes_on(OK, b"A: b\r\n"), "bad-response"),
    "many small headers, then a feed": (
        says(OK + b"".join(b"H%d: x\r\n" % n for n in range(5000)) + b"\r\n" + FEED),
        "bad-response",
    ),
    "a header without end": (goes_on(OK + b"A: ", b"b" * 10_000), "bad-response"),
    "a status line without end": (goes_on(b"HTTP/1.1 200 ", b"O" * 10_000), "bad-response"),
    "headers that drip": (goes_on(OK, b"A", 0.05), "time-out"),
    "a body that drips": (goes_on(OK + b"Content-Length: 5000\r\n\r\n", b"<", 0.05), "time-out"),
    "silence": (goes_on(b"", b"", 0.05), "time-out"),
    "less than promised": (says(OK + b"Content-Length: 5000\r\n\r\n<rss>"), "connection"),
    "more than promised": (says(OK + b"Content-Length: 5\r\n\r\n<rss>" + FEED), "bad-response"),
    "a length below nothing": (says(OK + b"Content-Length: -5\r\n\r\n<rss>"), "bad-response"),
    "a length that is no number": (says(OK + b"Content-Length: five\r\n\r\n<rss>"), "bad-response"),
    "two lengths": (says(OK + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\n<rss>"), "bad-response"),
    "an absurd length": (goes_on(OK + b"Content-Length: 99999999999999\r\n\r\n", b"x" * 9999), "too-large"),
    "chunks of wrong size": (
        says(OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n<rss>\r\n0\r\n\r\n"),
        "bad-response",
    ),
    "chunks without end": (
        goes_on(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"2000\r\n" + b"x" * 8192 + b"\r\n"),
        "too-large",
    ),
    "no HTTP": (says(b"220 mail.example ESMTP\r\n"), "bad-response"),
    "an older HTTP": (says(b"<rss></rss>"), "bad-response"),
}


@pytest.mark.parametrize("name", SPOKEN)
async def test_each_way_to_speak_wrongly_has_its_named_outcome(name: str) -> None:
    speaks, kind = SPOKEN[name]
    before = time.monotonic()
    async with raw(speaks) as host:
        assert await outcome(f"http://{host}/", [host]) == kind
    assert time.monotonic() - before < 3


BOMBS = {
    "gzip": (gzip.compress(ZEROS), "gzip", "too-large"),
    "deflate": (zlib.compress(ZEROS), "deflate", "too-large"),
    "brotli": (brotli.compress(ZEROS, quality=5), "br", "too-large"),
    "gzip twice, declared": (gzip.compress(gzip.compress(ZEROS)), "gzip, gzip", "bad-encoding"),
    "many members": (gzip.compress(b"\0" * 1000) * 400, "gzip", "too-large"),
}


@pytest.mark.parametrize("name", BOMBS)
async def test_bombs_are_not_blown_up_in_memory(name: str) -> None:
    data, coding, kind = BOMBS[name]
    async with serving({"/bomb": body(data, Content_Encoding=coding)}) as host:
        tracemalloc.start()
        try:
            assert await outcome(f"http://{host}/bomb", [host]) == kind
            assert tracemalloc.get_traced_memory()[1] < 5_000_000
        finally:
            tracemalloc.stop()


async def test_a_bomb_within_a_bomb_is_opened_once_and_is_no_feed() -> None:
    nested = gzip.compress(gzip.compress(ZEROS))
    async with serving({"/nested": body(nested, Content_Encoding="gzip")}) as host:
        store = MemoryStore(f"http://{host}/nested")
        async with Fetcher(SETTINGS, [host]) as fetcher:
            await Reader(store, fetcher, SETTINGS, lambda: NOON).poll_all()
    assert store.problems() == {"nested": "not-a-feed"}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the name server says of rebind.example, one answer a time, the last for good."""
    found: list[str] = []
    real = asyncio.BaseEventLoop.getaddrinfo

    async def lookup(loop: Any, host: str, port: int, **more: Any) -> Any:
        if host != "rebind.example":
            return await real(loop, host, port, **more)
        address = found.pop(0) if len(found) > 1 else found[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", lookup)
    return found


@pytest.mark.parametrize("private", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "224.0.0.1"])
async def test_a_name_that_turns_private_after_it_was_looked_at_is_refused(
    answers: list[str], private: str
) -> None:
    answers += ["93.184.216.34", private]
    looked_at = await asyncio.get_running_loop().getaddrinfo("rebind.example", 80)
    assert looked_at[0][4][0] == "93.184.216.34"
    assert await outcome("http://rebind.example/", []) == "address-refused"


async def test_a_name_gets_nothing_of_what_was_allowed_to_its_address(answers: list[str]) -> None:
    async with serving() as host:
        answers.append("127.0.0.1")
        port = host.rpartition(":")[2]
        assert await outcome(f"http://rebind.example:{port}/feed", [host]) == "address-refused"


async def test_a_redirect_to_a_name_that_turned_private_is_refused(answers: list[str]) -> None:
    answers.append("127.0.0.1")
    async with raw(says(b"HTTP/1.1 302 Found\r\nLocation: http://rebind.example/\r\n\r\n")) as host:
        assert await outcome(f"http://{host}/", [host]) == "address-refused"


async def test_a_certificate_of_nobody_is_not_accepted(tmp_path: Path) -> None:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl makes the certificate")
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    process = await asyncio.create_subprocess_exec(
        openssl, *made, "-keyout", key, "-out", certificate, stderr=asyncio.subprocess.DEVNULL
    )
    assert await process.wait() == 0
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)
    async with raw(says(OK + b"\r\n" + FEED), tls) as host:
        assert await outcome(f"https://{host}/", [host]) == "tls"


async def test_other_feeds_keep_their_times_while_many_servers_keep_the_reader_waiting() -> None:
    settings = load(fetch_timeout_s=1, max_body_bytes=200_000, fetch_concurrency=40, host_concurrency=20)
    async with (
        raw(goes_on(OK, b"", 0.05)) as slow,
        raw(goes_on(OK + b"\r\n", b"x" * 60_000)) as endless,
        serving() as good,
        Fetcher(settings, [slow, endless, good]) as fetcher,
    ):
        bad = [f"http://{host}/{number}" for host in (slow, endless) for number in range(10)]
        store = MemoryStore(*bad, *(f"http://{good}/feed?{number}" for number in range(10)))
        stop, before = asyncio.Event(), time.monotonic()
        run = asyncio.create_task(Reader(store, fetcher, settings, lambda: NOON).run(stop))
        await until(lambda: sum(not state.failures for state in store.known.values()) == 10)
        quick = time.monotonic() - before
        stop.set()
        await run
    assert quick < 4
