"""What people decided about names, and what articles and stories say by it.

A name that goes as another one is that one; what that one goes as counts for both. Of decisions that lead in a
circle the last one counts. Decisions come last, over what is found: that is kept beside what they make of it, so
each can be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from streams.joining import united, united_in_story
from streams.records import Correction, Document, Entity, GoesAs, Story, StoryEntity
from streams.tag.mentions import PLACES
from streams.tag.salience import countries, ranked

Decided = Mapping[str, GoesAs | None]
"""As what entities go, by id; None: they are no names."""

STORY_ENTITIES = 20
"""Entities that a story has, those of most articles."""


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

    def decide(self, correction: Correction) -> list[Correction]:
        """Take up a decision. What follows for its name and for each other one that goes otherwise now."""
        before = self.decided(self._of)
        self.put(correction)
        after = self.decided(self._of)
        changed = (one for name, one in self._of.items() if before.get(name) != after[name])
        others = [one for one in changed if one.id != correction.id]
        return [
            msgspec.structs.replace(one, goes_as=after.get(one.id), undone=one.id not in after)
            for one in (correction, *others)
        ]

    def decided(self, ids: Iterable[str]) -> Decided:
        """As what these go in the end; those that nothing was decided about are left out."""
        if not self._of:
            return {}
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


def corrected(record: Document | Story, decided: Decided) -> Document | Story:
    """An article or a story by these decisions and no others, under the version that it has."""
    return (
        corrected_document(record, decided) if isinstance(record, Document) else _corrected_story(record, decided)
    )


def corrected_document(document: Document, decided: Decided) -> Document:
    """The same of an article."""
    found = document.found or document.entities
    mine = _about(found, decided)
    gone = (_entity_as(one, mine[one.id]) if one.id in mine else one for one in found)
    entities = ranked(united(one for one in gone if one is not None))
    return msgspec.structs.replace(
        document, entities=entities, countries=countries(entities), found=found if mine else [], corrected=mine
    )


def _corrected_story(story: Story, decided: Decided) -> Story:
    found = story.found or story.entities
    mine = _about(found, decided)
    shown = of_story(found, mine, story.articles)[:STORY_ENTITIES]
    return msgspec.structs.replace(story, entities=shown, found=found if mine else [], corrected=mine)


def of_story(entities: Iterable[StoryEntity], decided: Decided, articles: int) -> list[StoryEntity]:
    """A story's entities by what was decided, those of most articles first; the story has so many."""
    found = list(entities)
    told = [
        StoryEntity(id=one.id, name=one.name, label=one.label, articles=entity.articles)
        for entity in found
        if (one := decided.get(entity.id)) is not None
    ]
    return united_in_story([*told, *(entity for entity in found if entity.id not in decided)], articles)


def _about(entities: Iterable[Entity | StoryEntity], decided: Decided) -> dict[str, GoesAs | None]:
    return {one.id: decided[one.id] for one in entities if one.id in decided}


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
