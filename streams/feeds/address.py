"""The address check: feeds and webhooks may only reach the public internet, and what the operator named.

A feed's text is anybody's, and so are its links and redirects: without a check they could make this program
ask the router, a cloud's metadata service or the database next door (server-side request forgery). Names say
nothing about addresses, and may change between a check and the connection; so what is checked is the address
that a socket is about to be connected to, each time. aiohttp asks the connector's `socket_factory` for every
one, for names, address literals and redirects alike.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

from aiohttp import ClientConnectorError, ClientRequest, ClientTimeout
from aiohttp.connector import AddrInfoType, Connection, TCPConnector
from aiohttp.tracing import Trace
from yarl import URL

from streams.errors import AddressRefusedError

_ALSO_REFUSED_V4 = (
    IPv4Network("192.88.99.0/24"),  # 6to4 relays (RFC 7526)
    IPv4Network("168.63.129.16/32"),  # Azure's metadata and host services, on a public address
)
_GLOBAL_UNICAST = IPv6Network("2000::/3")
_ALSO_REFUSED_V6 = (
    IPv6Network("2001::/23"),  # protocol assignments, Teredo among them (RFC 2928)
    IPv6Network("2002::/16"),  # 6to4, which wraps any IPv4 address (RFC 3056)
    IPv6Network("3fff::/20"),  # documentation (RFC 9637)
)
_NAT64 = IPv6Network("64:ff9b::/96")


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether anybody on the internet could reach this address.

    The special-purpose registries (RFC 6890) decide, by way of `ipaddress`; IPv6 forms that carry an IPv4
    address (mapped, NAT64) are judged by that.
    """
    if isinstance(address, IPv6Address):
        carried = _carried_ipv4(address)
        if carried is None:
            return (
                address in _GLOBAL_UNICAST
                and address.is_global
                and not any(address in network for network in _ALSO_REFUSED_V6)
            )
        address = carried
    return (
        address.is_global
        and not address.is_multicast
        and not any(address in network for network in _ALSO_REFUSED_V4)
    )


def _carried_ipv4(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(address.packed[-4:])
    return address.ipv4_mapped


def host_port(url: URL) -> str:
    """`host:port` as the URL names it, in the form that STREAMS_ALLOW_HOSTS takes."""
    host = url.raw_host or ""
    return f"[{host}]:{url.port}" if ":" in host else f"{host}:{url.port}"


# Sockets are opened in tasks made for it, which inherit the context of the request.
_requested: ContextVar[str] = ContextVar("requested")


class _RefusedError(OSError):
    """How the refusal passes through the connection code, which retries OSErrors on the next address."""


class GuardedConnector(TCPConnector):
    """Connections to public addresses, and to those `host:port` that are `allowed`.

    An allowance is for the host and port as the requested URL names them: a name that merely resolves to an
    allowed address gains nothing, and a redirect is a request of its own.

    Raises AddressRefusedError, from the request, where no address may be used.
    """

    def __init__(self, allowed: Collection[str], *, limit: int) -> None:
        super().__init__(limit=limit, socket_factory=self._open_socket)
        self._allowed = frozenset(allowed)

    async def connect(
        self,
        req: ClientRequest,
        traces: list[Trace],
        timeout: ClientTimeout,  # noqa: ASYNC109 (the name is aiohttp's)
    ) -> Connection:
        """Find or make a connection for one request."""
        requested = host_port(req.url)
        token = _requested.set(requested)
        try:
            return await super().connect(req, traces, timeout)
        except ClientConnectorError as error:
            if not isinstance(error.os_error, _RefusedError):
                raise
            raise AddressRefusedError(
                "address-refused",
                f"{requested} is not an address on the public internet; to fetch from it all the same, put "
                f"{requested} into STREAMS_ALLOW_HOSTS",
            ) from error
        finally:
            _requested.reset(token)

    def _open_socket(self, addr_info: AddrInfoType) -> socket.socket:
        family, kind, protocol, _, sockaddr = addr_info
        requested = _requested.get()
        if requested not in self._allowed and not is_public(ipaddress.ip_address(str(sockaddr[0]))):
            raise _RefusedError(requested)
        return socket.socket(family=family, type=kind, proto=protocol)
