"""Stories that became part of another: under their ids the other one is found."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from streams.index.search import AlertQuery, DocumentQuery, Search
from streams.records import Story

Q = TypeVar("Q", DocumentQuery, AlertQuery)


def standing(search: Search, story_id: str) -> Story | None:
    """The story under this id, or else the one that it became part of, as far as that is kept."""
    found, seen = search.story(story_id), {story_id}
    while found is not None and found.merged_into is not None and found.merged_into not in seen:
        seen.add(found.merged_into)
        after = search.story(found.merged_into)
        if after is None:
            break
        found = after
    return found


def at_standing(search: Search, query: Q) -> Q:
    """The query, about the story that the one asked for became part of."""
    found = standing(search, query.story) if query.story else None
    return query if found is None else msgspec.structs.replace(query, story=found.id)
