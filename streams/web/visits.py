"""When somebody looked last, so that pages can mark what has come since.

It is kept in a cookie of their own browser and nowhere else: the end of the visit before this one and the time of
the last page, in seconds since 1970.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

GAP = timedelta(minutes=15)
"""What is asked for so long after the last page is another visit."""

KEPT = timedelta(days=90)
COOKIE = re.compile(r"([0-9]{1,10})\.([0-9]{1,10})")


def visit_before(cookie: str, now: datetime) -> datetime | None:
    """When the visit before this one ended; None where there was none, as far as is known."""
    given = COOKIE.fullmatch(cookie)
    if given is None:
        return None
    ended, latest = (datetime.fromtimestamp(int(seconds), UTC) for seconds in given.groups())
    before = latest if now - latest > GAP else ended
    return before if 0 < before.timestamp() <= now.timestamp() else None


def as_cookie(before: datetime | None, now: datetime) -> str:
    """What `visit_before` reads at the next page."""
    return f"{int(before.timestamp()) if before else 0}.{int(now.timestamp())}"
