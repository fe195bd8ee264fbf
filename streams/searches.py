"""Searches that people keep under a name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal, get_args

from streams.codec import content_id
from streams.errors import NotFoundError, UsageError
from streams.index.search import DocumentQuery, Sort
from streams.labels import label
from streams.query.parse import parse
from streams.records import SavedSearch

Filter = Literal["entity", "source", "language", "story", "copies", "sort"]
FILTERS: tuple[str, ...] = get_args(Filter)
"""What a search may be narrowed by beside its query: all but times, which pass."""
VALUES: Mapping[str, Sequence[str]] = {"copies": ("true", "false"), "sort": get_args(Sort)}
"""Of those that do not take any value: which."""

MOST_SEARCHES = 1000


def saved(
    name: str, query: str, at: datetime, *, filters: Mapping[str, str] | None = None, by: str = ""
) -> SavedSearch:
    """A search to be kept; one of the same name gives way to it.

    Raises UsageError for a name that cannot be shown in a line and for a filter's value that there is not, and
    QueryError for a query that cannot be parsed.
    """
    shown = label(name, "search")
    parse(query)
    kept = {key: value for key, value in (filters or {}).items() if key in FILTERS}
    for key, values in VALUES.items():
        if kept.get(key, values[0]) not in values:
            raise UsageError(f"{key}: {kept[key][:40]!r} is none of {', '.join(values)}")
    return SavedSearch(
        id=content_id("search", shown.casefold()), name=shown, query=query, filters=kept, saved_at=at, by=by
    )


def refuse_more(kept: Sequence[SavedSearch], another: SavedSearch) -> None:
    """Raise UsageError where there are too many to be looked through."""
    if len(kept) >= MOST_SEARCHES and another.id not in {one.id for one in kept}:
        raise UsageError(f"there are {len(kept)} saved searches: remove some before another is kept")


def named(kept: Sequence[SavedSearch], which: str) -> SavedSearch:
    """The search of a name or an id. Raises NotFoundError."""
    wanted = content_id("search", " ".join(which.split()).casefold())
    found = next((one for one in kept if one.id in (which, wanted)), None)
    if found is None:
        raise NotFoundError(f"no search is saved as {which!r}: `streams searches list` shows them")
    return found


def as_query(search: SavedSearch, **others: object) -> DocumentQuery:
    """The search as the index is asked, with what else is wanted of it."""
    fields: dict[str, object] = {**search.filters}
    if "copies" in fields:
        fields["copies"] = fields["copies"] != "false"
    return DocumentQuery(query=search.query, **(fields | others))  # type: ignore[arg-type]
