from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest

from streams.codec import content_id
from streams.errors import UsageError
from streams.sample.editions import read_editions
from streams.sample.server import SampleServer
from streams.sample.start import HOST, Start
from streams.seeds import seeds_folder

ANCHOR = datetime(2026, 3, 2, 12, 0, 30, tzinfo=UTC)
FOLDER = seeds_folder() / "sample"
NEWS = "northwire.xml"


def start(anchor: datetime = ANCHOR) -> Start:
    with socket.create_server((HOST, 0)) as probe:
        return Start(anchor=anchor, port=probe.getsockname()[1])


@pytest.fixture
async def server() -> AsyncIterator[SampleServer]:
    async with SampleServer(FOLDER, start()) as server:
        yield server


@pytest.fixture
async def client(server: SampleServer) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(f"http://{server.host}/", auto_decompress=False) as session:
        yield session


class Answer(NamedTuple):
    status: int
    headers: Mapping[str, str]
    body: bytes


async def fetch(client: aiohttp.ClientSession, url: str = NEWS, **headers: str) -> Answer:
    sent = {"Accept-Encoding": "identity"} | {name.replace("_", "-"): value for name, value in headers.items()}
    async with client.get(url, headers=sent) as got:
        return Answer(got.status, got.headers, await got.read())


async def walked(client: aiohttp.ClientSession, validator: str, condition: str) -> list[bytes]:
    """What a client gets that sends the validator of each answer as the condition of its next request."""
    answer = await fetch(client)
    seen = []
    while answer.status == 200:
        seen.append(answer.body)
        answer = await fetch(client, **{condition: answer.headers[validator]})
    assert answer.status == 304
    return seen


async def test_a_client_that_sends_its_etag_walks_through_the_editions(client: aiohttp.ClientSession) -> None:
    seen = await walked(client, "ETag", "If_None_Match")
    assert seen == [edition.body for edition in read_editions(FOLDER, ANCHOR)[NEWS]]


async def test_a_client_without_etags_walks_by_dates(client: aiohttp.ClientSession) -> None:
    seen = await walked(client, "Last-Modified", "If_Modified_Since")
    assert len(seen) == len(set(seen)) == 3


async def test_a_client_without_memory_gets_the_first_edition_every_time(client: aiohttp.ClientSession) -> None:
    assert (await fetch(client)).body == (await fetch(client)).body


async def test_not_modified_names_what_the_client_has(client: aiohttp.ClientSession) -> None:
    answer = await fetch(client, If_Modified_Since=format_datetime(ANCHOR, usegmt=True))
    assert (answer.status, answer.body) == (304, b"")
    last = read_editions(FOLDER, ANCHOR)[NEWS][-1]
    assert answer.headers["ETag"] == f'W/"{last.etag}"'
    assert parsedate_to_datetime(answer.headers["Last-Modified"]) == last.modified


async def test_gzip_is_given_to_those_who_take_it(client: aiohttp.ClientSession) -> None:
    packed = (await fetch(client, Accept_Encoding="gzip")).body
    plain = (await fetch(client)).body
    assert packed[:2] == b"\x1f\x8b"
    assert plain[:5] == b"<?xml"
    assert len(packed) < len(plain) / 2


@pytest.mark.parametrize(
    ("name", "status", "content_type"),
    [
        ("northwire.xml", 200, "application/xml"),
        ("meridian-ledger.json", 200, "application/feed+json"),
        ("northwire.1.xml", 404, None),
        ("README.md", 404, None),
        ("..%2frules.yml", 404, None),
    ],
)
async def test_only_feeds_are_served(
    client: aiohttp.ClientSession, name: str, status: int, content_type: str | None
) -> None:
    answer = await fetch(client, name)
    assert answer.status == status
    assert content_type in (None, answer.headers["Content-Type"])


async def test_every_listed_feed_is_served_under_its_address(
    server: SampleServer, client: aiohttp.ClientSession
) -> None:
    feeds = server.feeds()
    assert len(feeds) == len(read_editions(FOLDER, ANCHOR)) >= 12
    for feed in feeds:
        assert feed.id == content_id(feed.url)
        assert feed.url.startswith(f"http://{server.host}/")
        assert feed.title
        assert feed.tags
        assert (await fetch(client, feed.url)).status == 200, feed.url


async def test_a_second_start_serves_the_same_bytes_and_feeds(client: aiohttp.ClientSession) -> None:
    first = start()
    starts = []
    for _ in range(2):
        async with SampleServer(FOLDER, first) as server:
            answer = await fetch(client, f"http://{server.host}/{NEWS}")
            starts.append((server.feeds(), answer.headers["ETag"], answer.body))
    assert starts[0] == starts[1]


async def test_a_first_start_a_year_later_dates_everything_a_year_later(client: aiohttp.ClientSession) -> None:
    later = start(ANCHOR + timedelta(days=365))
    async with SampleServer(FOLDER, later) as server:
        body = (await fetch(client, f"http://{server.host}/{NEWS}")).body
    assert b"Mar 2027" in body
    assert b" 2026 " not in body


async def test_a_taken_port_is_one_clear_error(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"{HOST}:{port}.*--data"):
            async with SampleServer(FOLDER, Start(anchor=ANCHOR, port=port)):
                pass
