"""The address check: by itself, and with real sockets and real redirects."""

from __future__ import annotations

import ipaddress
from collections.abc import AsyncIterator

import aiohttp
import pytest
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from streams.errors import AddressRefusedError
from streams.feeds.address import GuardedConnector, host_port, is_public

PUBLIC = ["1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::1.1.1.1"]
REFUSED = {
    "loopback": ["127.0.0.1", "127.255.255.254", "::1"],
    "unspecified": ["0.0.0.0", "::", "0.1.2.3"],
    "private": ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "fc00::1", "fd00:ec2::254"],
    "link-local and metadata": ["169.254.169.254", "fe80::1", "fe80::1%eth0", "168.63.129.16"],
    "carrier": ["100.64.0.1", "100.100.100.200"],
    "multicast": ["224.0.0.1", "239.255.255.250", "ff02::1", "ff0e::1"],
    "reserved": ["240.0.0.1", "255.255.255.255", "192.0.0.1", "198.18.0.1", "4000::1", "fec0::1", "100::1"],
    "documentation": ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"],
    "IPv4 within IPv6": [
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1",
        "::127.0.0.1",
    ],
    "tunnels": ["2002:7f00:1::1", "2002:101:101::1", "2001::1", "192.88.99.1", "64:ff9b:1::1"],
}


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_on_the_public_internet_may_be_fetched(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    ("kind", "address"), [(kind, address) for kind, addresses in REFUSED.items() for address in addresses]
)
def test_no_other_address_may_be(kind: str, address: str) -> None:
    assert not is_public(ipaddress.ip_address(address)), kind


@pytest.mark.parametrize(
    ("url", "named"),
    [
        ("http://Feeds.Example/rss", "feeds.example:80"),
        ("https://feeds.example/rss", "feeds.example:443"),
        ("http://user:secret@127.0.0.1:9999/rss", "127.0.0.1:9999"),
        ("http://[::1]:9999/rss", "[::1]:9999"),
        ("http://müller.example/", "xn--mller-kva.example:80"),
    ],
)
def test_a_url_names_its_host_and_port_as_the_setting_does(url: str, named: str) -> None:
    assert host_port(URL(url)) == named


class Names(AbstractResolver):
    """A resolver by which every name is this machine."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        return [
            ResolveResult(hostname=host, host=address, port=port, family=2, proto=0, flags=0)
            for address in ("127.0.0.1", "127.0.0.2")
        ]

    async def close(self) -> None:
        """Nothing is open."""


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """The port of a server that answers, or redirects to where the query says."""

    async def answer(request: web.Request) -> web.Response:
        if "to" in request.query:
            raise web.HTTPFound(request.query["to"])
        return web.Response(text="reached")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("aiohttp.connector.DefaultResolver", lambda loop: Names())


async def reach(url: str, *allowed: str) -> str:
    connector = GuardedConnector(allowed, limit=10)
    async with aiohttp.ClientSession(connector=connector) as session, session.get(url) as response:
        return await response.text()


async def test_an_address_literal_is_refused_until_it_is_named(port: int) -> None:
    url = f"http://127.0.0.1:{port}/"
    with pytest.raises(AddressRefusedError) as refused:
        await reach(url)
    assert refused.value.kind == "address-refused"
    assert f"127.0.0.1:{port} into STREAMS_ALLOW_HOSTS" in str(refused.value)
    assert await reach(url, f"127.0.0.1:{port}") == "reached"


async def test_a_name_is_refused_by_the_address_that_it_stands_for(port: int) -> None:
    with pytest.raises(AddressRefusedError):
        await reach(f"http://feeds.example:{port}/")


async def test_an_allowance_is_for_the_host_as_the_url_names_it_and_for_its_port(port: int) -> None:
    named = f"http://feeds.example:{port}/"
    assert await reach(named, f"feeds.example:{port}") == "reached"
    for other in (f"127.0.0.1:{port}", f"feeds.example:{port + 1}", f"other.example:{port}"):
        with pytest.raises(AddressRefusedError):
            await reach(named, other)


@pytest.mark.parametrize("spelling", ["0x7f.1", "localhost", "127.0.0.1.nip.example"])
async def test_other_spellings_of_the_address_are_no_way_around(port: int, spelling: str) -> None:
    with pytest.raises(AddressRefusedError):
        await reach(f"http://{spelling}:{port}/", f"127.0.0.1:{port}")


async def test_a_redirect_does_not_inherit_the_allowance_of_where_it_came_from(port: int) -> None:
    allowed = f"feeds.example:{port}"
    for inside in (f"http://127.0.0.1:{port}/", "http://169.254.169.254/latest/", "http://[::1]:22/"):
        with pytest.raises(AddressRefusedError):
            await reach(f"http://feeds.example:{port}/?to={inside}", allowed)


async def test_connections_kept_open_serve_nobody_who_may_not_open_them(port: int) -> None:
    connector = GuardedConnector([f"127.0.0.1:{port}"], limit=10)
    async with aiohttp.ClientSession(connector=connector) as session:
        async with session.get(f"http://127.0.0.1:{port}/") as response:
            assert await response.text() == "reached"
        with pytest.raises(AddressRefusedError):
            await session.get(f"http://localhost:{port}/")
