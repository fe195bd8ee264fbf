"""The values that facets count and dashboards show: names as displayed, each once a record, bounded."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from streams.query.fields import ORGANISATIONS, PEOPLE, PLACES
from streams.query.tokens import MAX_KEYWORD_CHARS
from streams.records import Document, Entity, StoryEntity

_KINDS = {"people": PEOPLE, "organisations": ORGANISATIONS, "places": PLACES}


def facet_values(document: Document) -> Mapping[str, list[str]]:
    """The values of each of `search.FACETS`, so that counting them counts documents."""
    return {
        "source": distinct([document.source.domain]),
        "language": distinct([document.language]),
        **names_by_kind(salient(document.entities)),
        "countries": distinct(document.countries),
        "story": distinct([document.story_id]),
    }


def names_by_kind(entities: Sequence[Entity | StoryEntity]) -> dict[str, list[str]]:
    """The names of `people`, `organisations` and `places`."""
    return {
        kind: distinct(entity.name for entity in entities if entity.label in labels)
        for kind, labels in _KINDS.items()
    }


def salient(entities: Iterable[Entity]) -> list[Entity]:
    """Those that an article is about: not those named in passing."""
    return [entity for entity in entities if not entity.passing]


def distinct(values: Iterable[str]) -> list[str]:
    """Each value once, cut to what an index holds, without empty ones."""
    return list(dict.fromkeys(value[:MAX_KEYWORD_CHARS] for value in values if value))
