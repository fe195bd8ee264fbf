"""Published times made sane: feeds leave them out, forget the zone, and date things in the future."""

from __future__ import annotations

from datetime import UTC, datetime

EARLIEST_YEAR = 1990
"""Before the web: a date that a program made up (zero, the epoch, year 1)."""


def sane_published(
    published: datetime | None, updated: datetime | None, first_fetched_at: datetime
) -> tuple[datetime, str]:
    """When an article was published, as aware UTC, and how that is known.

    The first believable one of `published` and `updated`, but never after the article was first fetched: a
    published time is never later than that, so one feed dated in the future cannot lead everything else. With
    none believable it is the time of the first fetch.
    """
    for name, given in (("published", published), ("updated", updated)):
        moment = _believable(given)
        if moment is None:
            continue
        if moment > first_fetched_at:
            return first_fetched_at, f"fetched: {name} is later ({moment:%Y-%m-%d %H:%M} UTC)"
        return moment, name
    dates = " and ".join(f"{given.year:04d}" for given in (published, updated) if given is not None)
    return first_fetched_at, f"fetched: no believable date (year {dates})" if dates else "fetched: no date"


def _believable(given: datetime | None) -> datetime | None:
    if given is None:
        return None
    try:
        moment = given.replace(tzinfo=UTC) if given.tzinfo is None else given.astimezone(UTC)
    except OverflowError:
        return None
    return moment if moment.year >= EARLIEST_YEAR else None
