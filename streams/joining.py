"""Entities of one id made one: in an article, where their mentions add up, and in a story, where articles do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import msgspec

from streams.records import Entity, StoryEntity

E = TypeVar("E", Entity, StoryEntity)


def united(entities: Iterable[Entity]) -> list[Entity]:
    """An article's entities, one for each id, under the first one's name; what is known of any is known of it."""
    return [_together(group) for group in _by_id(entities)]


def united_in_story(entities: Iterable[StoryEntity], articles: int) -> list[StoryEntity]:
    """The same for a story's, those of most articles first; the story has so many, and none is named by more."""
    found = [_added(group, articles) for group in _by_id(entities)]
    return sorted(found, key=lambda one: (-one.articles, one.name, one.id))


def _by_id(entities: Iterable[E]) -> Iterable[list[E]]:
    groups: dict[str, list[E]] = {}
    for entity in entities:
        groups.setdefault(entity.id, []).append(entity)
    return groups.values()


def _added(group: list[StoryEntity], most: int) -> StoryEntity:
    articles = min(most, sum([one.articles for one in group]))
    return group[0] if group[0].articles == articles else msgspec.structs.replace(group[0], articles=articles)


def _together(group: list[Entity]) -> Entity:
    if len(group) == 1:
        return group[0]
    spans = [span for entity in group for span in entity.spans]
    return msgspec.structs.replace(
        group[0],
        count=sum(entity.count for entity in group),
        spans=sorted(spans, key=lambda span: (span.field != "title", span.start)),
        country=next((entity.country for entity in group if entity.country), None),
        place=next((entity.place for entity in group if entity.place), None),
        ids=next((entity.ids for entity in group if entity.ids), {}),
    )
