"""What people decided about names, and what articles and stories say by it.

A name that goes as another one is that one; what that one goes as counts for both. Of decisions that lead in a
circle the last one counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

import msgspec

from streams.records import Correction, Document, Entity, GoesAs, Story, StoryEntity
from streams.tag.mentions import PLACES
from streams.tag.salience import countries, ranked

R = TypeVar("R", Document, Story)
Decided = Mapping[str, GoesAs | None]
"""As what entities go, by id; None: they are no names."""


class Corrections:
    """The decisions in force, by the entity that they are about."""

    def __init__(self) -> None:
        self._of: dict[str, Correction] = {}

    def put(self, correction: Correction) -> None:
        """Take up a decision; one that is undone ends the one before it."""
        if correction.undone:
            self._of.pop(correction.id, None)
        else:
            self._of[correction.id] = correction

    def decided(self, ids: Iterable[str]) -> Decided:
        """As what these go in the end; those that nothing was decided about are left out."""
        return {one: last.goes_as for one in ids if (last := self._last(one)) is not None}

    def _last(self, entity_id: str) -> Correction | None:
        passed: list[Correction] = []
        found = self._of.get(entity_id)
        while found is not None and found not in passed:
            passed.append(found)
            found = self._of.get(found.goes_as.id) if found.goes_as else None
        if found is not None:
            return max(passed[passed.index(found) :], key=lambda one: (one.at, one.id))
        return passed[-1] if passed else None


def by_time(corrections: Iterable[Correction]) -> list[Correction]:
    """Decisions, oldest first."""
    return sorted(corrections, key=lambda one: (one.at, one.id))


def of_article(entities: Sequence[Entity], decided: Decided) -> list[Entity]:
    """An article's entities by what was decided; those that go as one are one."""
    groups: dict[str, list[Entity]] = {}
    for entity in entities:
        one = _entity_as(entity, decided[entity.id]) if entity.id in decided else entity
        if one is not None:
            groups.setdefault(one.id, []).append(one)
    return [_joined(group) for group in groups.values()]


def of_story(entities: Iterable[StoryEntity], decided: Decided, articles: int) -> list[StoryEntity]:
    """A story's entities by what was decided, those of most articles first; the story has so many."""
    merged: dict[str, StoryEntity] = {}
    for entity in entities:
        one = decided.get(entity.id, entity)
        if one is not None:
            before = merged.get(one.id)
            shown = one if before is None or entity.id in decided else before
            together = min(articles, (before.articles if before else 0) + entity.articles)
            merged[one.id] = StoryEntity(id=one.id, name=shown.name, label=shown.label, articles=together)
    return sorted(merged.values(), key=lambda entity: (-entity.articles, entity.name, entity.id))


def corrected(record: R, correction: Correction) -> R:
    """What is stored, by one decision, under the version that it has."""
    decided = {correction.id: correction.goes_as}
    if isinstance(record, Story):
        return msgspec.structs.replace(record, entities=of_story(record.entities, decided, record.articles))
    entities = ranked(of_article(record.entities, decided))
    return msgspec.structs.replace(record, entities=entities, countries=countries(entities))


def _joined(group: Sequence[Entity]) -> Entity:
    if len(group) == 1:
        return group[0]
    spans = [span for entity in group for span in entity.spans]
    return msgspec.structs.replace(
        group[0],
        count=sum(entity.count for entity in group),
        spans=sorted(spans, key=lambda span: (span.field != "title", span.start)),
        country=next((entity.country for entity in group if entity.country), None),
        place=next((entity.place for entity in group if entity.place), None),
    )


def _entity_as(entity: Entity, one: GoesAs | None) -> Entity | None:
    """The entity as another one: where it lies is its own as far as the other's is not known."""
    if one is None:
        return None
    lies = one.label in PLACES
    return msgspec.structs.replace(
        entity,
        id=one.id,
        name=one.name,
        label=one.label,
        country=one.country or (entity.country if lies else None),
        place=one.place or (entity.place if lies else None),
        ids=one.ids,
    )
