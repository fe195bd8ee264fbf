"""For how long a host is left alone, by what it answers: the same for whoever asks, as planned or as it goes."""

from __future__ import annotations

from streams.errors import FeedError, FetchError
from streams.feeds.schedule import DAY_S

SILENT = 3
SILENT_FIRST_S, SILENT_MOST_S = 60.0, 3600.0
"""From so many requests without any answer on, a host is left alone: so long at first, so long at most."""

BUSY = frozenset({"http-429", "http-503"})
BUSY_S = 60.0
"""How long a host is left alone that says it has too much to do, and not for how long."""


def silent_s(times: int) -> float:
    """How long it is left alone after so many requests in a row without any answer; 0 for few."""
    return 0.0 if times < SILENT else min(SILENT_FIRST_S * 2.0 ** min(times - SILENT, 30), SILENT_MOST_S)


def asked_to_wait_s(error: FeedError | None) -> float | None:
    """How long a host asks to be left alone, a day at most; None when it does not ask for that."""
    if not isinstance(error, FetchError) or error.kind not in BUSY:
        return None
    return BUSY_S if error.retry_after_s is None else min(error.retry_after_s, DAY_S)


def left_alone(host: str) -> FetchError:
    """What is said of a request that is not made."""
    return FetchError("host-busy", f"{host} answers nothing, or asked to be left alone: not asked this time")
