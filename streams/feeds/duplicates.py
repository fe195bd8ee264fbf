"""Subscriptions that are one feed under several addresses."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from streams.records import Feed, FeedState

_DEFAULT_PORTS = {"http": 80, "https": 443}


def same_address(url: str) -> str:
    """What the addresses of one feed share: not the scheme, `www.`, the case of the host or a last slash."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return url
    host = (parts.hostname or "").removeprefix("www.")
    shown = f":{port}" if port and port != _DEFAULT_PORTS.get(parts.scheme) else ""
    query = f"?{parts.query}" if parts.query else ""
    return f"{host}{shown}{parts.path.rstrip('/')}{query}"


def duplicates(feeds: Iterable[tuple[Feed, FeedState | None]]) -> dict[str, str]:
    """For each feed that another one repeats, by its own address or where it moved to: the id of the first."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for feed, state in feeds:
        addresses = [feed.url, *([state.moved.url] if state and state.moved else [])]
        known = next((first[same_address(one)] for one in addresses if same_address(one) in first), None)
        if known is not None:
            found[feed.id] = known
        for one in addresses:
            first.setdefault(same_address(one), known or feed.id)
    return found
