"""How much an article is about each of its names, and which are only mentioned.

News says first and most often what it is about: the title, the place of the first mention and the number of them
are the strongest of the signs found by J. Dunietz and D. Gillick, "A new entity salience task with millions of
training examples" (2014), and need no model.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from streams.records import Entity

TITLE_SHARE, EARLY_SHARE, COUNT_SHARE = 0.4, 0.35, 0.25
"""What being named in the title, early and often is worth; together 1."""
EARLY_CHARS = 2000
"""The text from which on a first mention is no longer early."""

LEAST_SALIENCE = 0.3
MOST_SALIENT = 12
"""Less, or after so many others, is named in passing."""


def salience(entity: Entity) -> float:
    """From 0 to 1, for the entity's mentions; rounded, so that it is the same on every machine."""
    in_text = [span.start for span in entity.spans if span.field != "title"]
    in_title = len(in_text) < len(entity.spans)
    first = 0 if in_title else min(in_text, default=EARLY_CHARS)
    early = max(0.0, 1 - first / EARLY_CHARS)
    often = entity.count / (entity.count + 1)
    return round(TITLE_SHARE * in_title + EARLY_SHARE * early + COUNT_SHARE * often, 3)


def ranked(entities: Sequence[Entity]) -> list[Entity]:
    """The entities with their salience, the most salient first, then those mentioned most."""
    scored = [(salience(entity), entity) for entity in entities]
    scored.sort(key=lambda one: (-one[0], -one[1].count))
    return [
        msgspec.structs.replace(entity, salience=score, passing=score < LEAST_SALIENCE or number >= MOST_SALIENT)
        for number, (score, entity) in enumerate(scored)
    ]


def countries(entities: Iterable[Entity]) -> list[str]:
    """The countries of the places that an article is about, those with most mentions first."""
    counts: dict[str, int] = {}
    for entity in entities:
        if entity.country and not entity.passing:
            counts[entity.country] = counts.get(entity.country, 0) + entity.count
    return sorted(counts, key=lambda country: -counts[country])
