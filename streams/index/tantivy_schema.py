"""What a document is in tantivy: our tokens, joined by blanks; exact values; and columns to sort and count by.

Nothing is stored there but numbers and terms: the documents themselves are in SQLite, under `num`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import tantivy

from streams.index.moments import micros
from streams.index.search import FACETS
from streams.index.sqlite_store import Written
from streams.query.fields import KEYWORD_FIELDS, ORGANISATIONS, PEOPLE, PLACES, TEXT_FIELDS, keywords, of_kind
from streams.query.tokens import MAX_KEYWORD_CHARS, words
from streams.records import Document, Entity

NUM = "num"
SEQ = "seq"
PUBLISHED = "published"
COPY = "copy"
ORDER = "order"
"""Published time, then id, as one string that sorts so."""

_ORDER_OFFSET = 1 << 62
_ORDER_DIGITS = 16


def facet_field(facet: str) -> str:
    """The column that a facet counts."""
    return f"facet_{facet}"


def make_schema() -> tantivy.Schema:
    """The schema; a folder of another one is made anew from SQLite."""
    builder = tantivy.SchemaBuilder()
    for text in TEXT_FIELDS:
        builder.add_text_field(text, tokenizer_name="whitespace")
    for keyword in KEYWORD_FIELDS:
        builder.add_text_field(keyword, tokenizer_name="raw", index_option="basic")
    for column in (ORDER, *map(facet_field, FACETS)):
        builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    for number in (NUM, SEQ, PUBLISHED, COPY):
        builder.add_integer_field(number, indexed=True, fast=True)
    return builder.build()


def to_tantivy(written: Written, schema: tantivy.Schema) -> tantivy.Document:
    """A document as tantivy indexes it."""
    document = written.document
    fields: dict[str, object] = {
        NUM: written.num,
        SEQ: written.seq,
        PUBLISHED: micros(document.published),
        COPY: int(document.copy_of is not None),
        ORDER: order_key(document),
    }
    fields |= {text: " ".join(words(getattr(document, text))) for text in TEXT_FIELDS}
    fields |= {keyword: list(values) for keyword, values in keywords(document).items()}
    fields |= {facet_field(facet): _distinct(values) for facet, values in _facets(document).items()}
    return tantivy.Document.from_dict(fields, schema)


def order_key(document: Document) -> str:
    """The key that documents are ordered by in time."""
    return f"{micros(document.published) + _ORDER_OFFSET:0{_ORDER_DIGITS}x}{document.id}"


def published_of(key: str) -> int:
    """The published time in an order key, in microseconds since 1970."""
    return int(key[:_ORDER_DIGITS], 16) - _ORDER_OFFSET


def _facets(document: Document) -> Mapping[str, Iterable[str]]:
    entities = document.entities
    return {
        "source": (document.source.domain,),
        "language": (document.language,),
        "people": _names(of_kind(entities, PEOPLE)),
        "organisations": _names(of_kind(entities, ORGANISATIONS)),
        "places": _names(of_kind(entities, PLACES)),
        "story": (document.story_id,),
    }


def _names(entities: Iterable[Entity]) -> Iterable[str]:
    return (entity.name for entity in entities)


def _distinct(values: Iterable[str]) -> list[str]:
    """Each value once, so that a facet counts documents; bounded, without empty ones."""
    return list(dict.fromkeys(value[:MAX_KEYWORD_CHARS] for value in values if value))
