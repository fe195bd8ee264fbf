"""How feeds are doing, as it is shown: in what words, which first, and without their secrets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal
from urllib.parse import urlsplit, urlunsplit

from msgspec.structs import replace

from streams.engines.engine import FeedHealth

Health = Literal["failing", "faulty", "new", "well"]
ORDER: tuple[Health, ...] = ("failing", "faulty", "new", "well")


def health_of(health: FeedHealth) -> Health:
    """`failing`: the last poll failed; `faulty`: some items had problems; `new`: not polled yet; else `well`."""
    state = health.state
    if state is None or (state.polled_at is None and not state.failures):
        return "new"
    if state.failures or state.problem:
        return "failing"
    return "faulty" if state.item_problems else "well"


def worst_first(healths: Iterable[FeedHealth]) -> list[FeedHealth]:
    """Failing feeds first, the longest failing before others; within a kind the order given."""
    return sorted(healths, key=lambda health: (ORDER.index(health_of(health)), -_failures(health)))


def shown(health: FeedHealth) -> FeedHealth:
    """The same without what is not for readers: a password in the address, the reader's fingerprints."""
    state = replace(health.state, fingerprints=b"") if health.state else None
    return FeedHealth(feed=replace(health.feed, url=_without_password(health.feed.url)), state=state)


def _failures(health: FeedHealth) -> int:
    return health.state.failures if health.state else 0


def _without_password(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])) if "@" in parts.netloc else url
