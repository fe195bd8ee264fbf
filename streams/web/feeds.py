"""How feeds are doing, as it is shown: in what words, which first, and without their secrets."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from streams.engines.engine import FeedHealth
from streams.feeds.health import STATES


def worst_first(healths: Iterable[FeedHealth]) -> list[FeedHealth]:
    """Failing feeds first, the longest failing before others; within a kind the order given."""
    return sorted(healths, key=lambda health: (STATES.index(health.health), -_failures(health)))


def shown(health: FeedHealth) -> FeedHealth:
    """The same without what is not for readers: a password in the address, the reader's fingerprints."""
    state = replace(health.state, fingerprints=b"") if health.state else None
    return replace(health, feed=replace(health.feed, url=_without_password(health.feed.url)), state=state)


def _failures(health: FeedHealth) -> int:
    return health.state.failures if health.state else 0


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url
