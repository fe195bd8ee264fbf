"""The exact values of a document that a query can name: what the matcher and each index compare."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import get_args

from streams.query.nodes import KeywordField, TextField
from streams.query.tokens import fold
from streams.records import Document

TEXT_FIELDS: tuple[TextField, ...] = get_args(TextField)
KEYWORD_FIELDS: tuple[KeywordField, ...] = get_args(KeywordField)
FORMS = ("case", "exact")
"""Not fields, but written as such: how the words after them are compared."""
FIELDS = (*TEXT_FIELDS, *FORMS, *KEYWORD_FIELDS, "copies", "published")
"""All that may stand before a colon."""

PEOPLE = frozenset({"PERSON", "PER"})
ORGANISATIONS = frozenset({"ORG"})
PLACES = frozenset({"GPE", "LOC", "FAC"})
"""Entity labels: spaCy's English models say PERSON, GPE and FAC, its others PER and LOC."""


def keywords(document: Document) -> Mapping[KeywordField, frozenset[str]]:
    """The folded values of each exact field.

    `entity` and its kinds `person`, `org` and `place` hold ids and names, `entity` also the ids of what people
    corrected; `source` holds the publisher's name and domain, `domain` only the latter; `country` the codes of the
    countries of its places.
    """
    source = document.source
    names: dict[str, set[str]] = defaultdict(set)
    for entity in document.entities:
        names[entity.label] |= {fold(entity.id), fold(entity.name)}
    return {
        "entity": _united([*names.values(), set(map(fold, document.corrected))]),
        "person": _united(names[label] for label in PEOPLE & names.keys()),
        "org": _united(names[label] for label in ORGANISATIONS & names.keys()),
        "place": _united(names[label] for label in PLACES & names.keys()),
        "country": _folded(*document.countries),
        "source": _folded(source.name, source.domain),
        "domain": _folded(source.domain),
        "lang": _folded(document.language),
        "story": _folded(document.story_id),
        "feed": _folded(document.feed_id),
    }


def _folded(*values: str) -> frozenset[str]:
    return _united([set(map(fold, values))])


def _united(sets: Iterable[set[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets) - {""}
