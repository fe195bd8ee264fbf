"""Fetching feeds over HTTP: conditional, limited in time, size and redirects, and only from where we may.

Every way in which it can fail is a FeedError with a short stable kind: `address-refused`, `bad-encoding`,
`bad-response`, `bad-url`, `connection`, `dns`, `http-<status>`, `time-out`, `tls`, `too-large`,
`too-many-redirects`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType, TracebackType
from typing import Self, TypedDict
from weakref import WeakValueDictionary

import aiohttp
import msgspec
from yarl import URL

from streams import clock
from streams.errors import FeedError, FetchError
from streams.feeds.address import GuardedConnector, host_port
from streams.feeds.hints import fresh_s
from streams.feeds.inflate import ACCEPT_ENCODING, Body
from streams.settings import Settings

FEEDS = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, "
    "application/xml;q=0.8, text/xml;q=0.8, */*;q=0.5"
)
LIMITED = aiohttp.ClientTimeout()
"""Of requests whose time is limited all together."""
_NONE: Mapping[str, str] = MappingProxyType({})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_CHUNK_BYTES = 64 * 1024
_MAX_HEADER_BYTES = 32 * 1024
_MAX_VALUE_CHARS = 1000
_MAX_SHOWN_CHARS = 200


class Fetched(msgspec.Struct, frozen=True, kw_only=True):
    """An answer. `status` is 200, or 304 with an empty body: nothing new since the validators that we sent.

    `url` is where it came from in the end, without credentials; `moved_to` is set to it when each step on the way
    was a permanent redirect. `fresh_s` is how long there will be nothing newer, by the server's word.
    """

    status: int
    url: str
    body: bytes = b""
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    moved_to: str | None = None
    fresh_s: float = 0.0


class _About(TypedDict):
    url: str
    moved_to: str | None
    fresh_s: float


def guarded_session(
    settings: Settings, allowed: Collection[str] = (), headers: Mapping[str, str] = _NONE
) -> aiohttp.ClientSession:
    """An HTTP session for addresses out of our hands: guarded, without cookies, with our name and time-out.

    `allowed` are `host:port` that the operator named besides STREAMS_ALLOW_HOSTS; `headers` go with each request.
    Requests raise AddressRefusedError for any other that is not on the public internet. Bodies come as they were
    sent, compressed or not. Must be called within the event loop.
    """
    return aiohttp.ClientSession(
        connector=GuardedConnector({*settings.allow_hosts, *allowed}, limit=settings.fetch_concurrency),
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": agent(settings), **headers},
        timeout=aiohttp.ClientTimeout(total=settings.fetch_timeout_s),
        auto_decompress=False,
        max_line_size=_MAX_HEADER_BYTES,
        max_field_size=_MAX_HEADER_BYTES,
    )


def agent(settings: Settings) -> str:
    """The User-Agent: who asks, and how to reach them."""
    return f"{settings.user_agent} (+{settings.contact})" if settings.contact else settings.user_agent


Before = Callable[[URL], Awaitable[None]]
"""Waits until an address may be asked; raises FetchError where it may not be at all."""


async def at_once(_: URL) -> None:
    """Before requests of which somebody else has said when they are made."""


class Fetcher:
    """Fetches feeds and pages; an async context manager around one session.

    `before` is awaited before each request, redirects too; that time is not counted in the fetch's own. `accept`
    are the media types wanted.
    """

    def __init__(
        self, settings: Settings, allowed: Collection[str] = (), before: Before = at_once, accept: str = FEEDS
    ) -> None:
        self._settings = settings
        self._allowed = allowed
        self._before, self._accept = before, accept
        self._hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def __aenter__(self) -> Self:
        headers = {"Accept": self._accept, "Accept-Encoding": ACCEPT_ENCODING}
        self._session = guarded_session(self._settings, self._allowed, headers)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._session.close()

    async def fetch(self, url: str, etag: str | None = None, last_modified: str | None = None) -> Fetched:
        """Get a feed, unless it is still the one that `etag` and `last_modified` came with.

        Raises FetchError or AddressRefusedError.
        """
        try:
            target = _checked(URL(url))
            async with self._slot(target), asyncio.timeout(self._settings.fetch_timeout_s) as limit:
                return await self._follow(target, _validators(etag, last_modified), limit)
        except FeedError:
            raise
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise _named(error, url, self._settings) from error

    def _slot(self, url: URL) -> asyncio.Semaphore:
        """The host's, of which there are STREAMS_HOST_CONCURRENCY."""
        return self._hosts.setdefault(host_port(url), asyncio.Semaphore(self._settings.host_concurrency))

    async def _follow(self, url: URL, validators: Mapping[str, str], limit: asyncio.Timeout) -> Fetched:
        """Redirects are followed by hand: each is a request of its own, with its own address check."""
        target, permanent = url, True
        for _ in range(self._settings.max_redirects + 1):
            if self._before is not at_once:
                await self._uncounted(self._before(target), limit)
            async with self._session.get(
                target, headers=validators, allow_redirects=False, timeout=LIMITED
            ) as response:
                if response.status not in _REDIRECTS or "Location" not in response.headers:
                    moved = permanent and target is not url
                    return await self._read(response, conditional=bool(validators), moved=moved)
                permanent = permanent and response.status in _PERMANENT
                target = _checked(target.join(URL(response.headers["Location"])))
        raise FetchError(
            "too-many-redirects",
            f"{shown(str(url))} redirects more than {self._settings.max_redirects} times (STREAMS_MAX_REDIRECTS)",
        )

    async def _uncounted(self, waiting: Awaitable[None], limit: asyncio.Timeout) -> None:
        end, began = limit.when(), asyncio.get_running_loop().time()
        limit.reschedule(None)
        await waiting
        limit.reschedule(end and end + asyncio.get_running_loop().time() - began)

    async def _read(self, response: aiohttp.ClientResponse, *, conditional: bool, moved: bool) -> Fetched:
        url = str(response.url.with_user(None) if response.url.raw_user is not None else response.url)
        about = _About(url=url, moved_to=url if moved else None, fresh_s=fresh_s(response.headers))
        # Who did not ask and hears "not modified" knows no more than before.
        if response.status == 304 and conditional:
            return Fetched(status=304, **about)
        if response.status != 200:
            raise FetchError(
                f"http-{response.status}",
                f"{shown(url)} answers {response.status} {_plain(response.reason) or ''}".rstrip(),
                retry_after_s(response.headers),
                response.url.raw_host,
            )
        body = Body(response.headers.get("Content-Encoding", ""), self._settings.max_body_bytes)
        async for chunk in response.content.iter_chunked(_CHUNK_BYTES):
            body.add(chunk)
        return Fetched(
            status=200,
            **about,
            body=body.finish(),
            etag=_plain(response.headers.get("ETag")),
            last_modified=_plain(response.headers.get("Last-Modified")),
            content_type=_plain(response.headers.get("Content-Type")),
        )


def shown(url: str) -> str:
    """The URL as messages and logs may show it: without credentials and query, which can hold secrets."""
    try:
        plain = str(URL(url).with_user(None).with_query(None).with_fragment(None))
    except ValueError:
        return "the URL"
    return plain if len(plain) <= _MAX_SHOWN_CHARS else plain[:_MAX_SHOWN_CHARS] + "…"


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """How long a server asks to be left alone: Retry-After (RFC 9110, 10.2.3), seconds or a date."""
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        until = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, (_aware(until) - clock.now()).total_seconds())


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _checked(url: URL) -> URL:
    if url.scheme not in ("http", "https") or not url.host:
        raise FetchError("bad-url", f"{shown(str(url))} is not an http or https address with a host")
    return url


def _validators(etag: str | None, last_modified: str | None) -> dict[str, str]:
    pairs = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    return {name: value for name, value in pairs.items() if value}


def _plain(value: str | None) -> str | None:
    """A header's value, if it is one that can be stored and sent back."""
    if value and len(value) <= _MAX_VALUE_CHARS and value.isascii() and value.isprintable():
        return value
    return None


def _named(error: Exception, url: str, settings: Settings) -> FetchError:
    """What went wrong, by a stable name. The library's own messages are not shown: they can quote the URL."""
    where = shown(url)
    match error:
        case TimeoutError():
            return FetchError(
                "time-out",
                f"{where} took longer than {settings.fetch_timeout_s:g} s (STREAMS_FETCH_TIMEOUT_S)",
            )
        case aiohttp.ClientSSLError():
            return FetchError("tls", f"{where} has no valid certificate or no TLS that we speak: {_reason(error)}")
        case ValueError():
            return FetchError("bad-url", f"{where} cannot be requested: it is not a valid address")
        case aiohttp.ClientConnectorDNSError():
            return FetchError("dns", f"the name of {where} cannot be resolved: {_reason(error)}")
        case aiohttp.ClientResponseError():
            return FetchError("bad-response", f"{where} does not speak HTTP as we know it: {error.message[:100]}")
    return FetchError("connection", f"the connection to {where} failed: {_reason(error)}")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return str(error.strerror)
    return type(error).__name__
