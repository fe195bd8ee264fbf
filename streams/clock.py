"""The one clock. Only shells ask it; stages live by the times that records carry."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The present as aware UTC."""
    return datetime.now(UTC)
