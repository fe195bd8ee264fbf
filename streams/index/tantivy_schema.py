"""What a document is in tantivy: our tokens, joined by blanks; exact values; and columns to sort and count by.

Nothing is stored there but numbers and terms: the documents themselves are in SQLite, under `num`.
"""

from __future__ import annotations

import tantivy

from streams.index.facets import facet_values
from streams.index.moments import micros
from streams.index.search import FACETS
from streams.index.sqlite_store import Written
from streams.query.fields import KEYWORD_FIELDS, TEXT_FIELDS
from streams.query.prepared import Prepared
from streams.records import Document

NUM = "num"
SEQ = "seq"
PUBLISHED = "published"
COPY = "copy"
COPIES = "copies"
ORDER = "order"
"""Published time, then id, as one string that sorts so."""

_ORDER_OFFSET = 1 << 62
_ORDER_DIGITS = 16


def facet_field(facet: str) -> str:
    """The column that a facet counts."""
    return f"facet_{facet}"


def capitals_field(text: str) -> str:
    """The field with the words of a text field that are written otherwise than their tokens."""
    return f"{text}_capitals"


def make_schema() -> tantivy.Schema:
    """The schema; a folder of another one is made anew from SQLite."""
    builder = tantivy.SchemaBuilder()
    for text in TEXT_FIELDS:
        builder.add_text_field(text, tokenizer_name="whitespace")
        builder.add_text_field(capitals_field(text), tokenizer_name="raw", index_option="basic")
    for keyword in KEYWORD_FIELDS:
        builder.add_text_field(keyword, tokenizer_name="raw", index_option="basic")
    for column in (ORDER, *map(facet_field, FACETS)):
        builder.add_text_field(column, tokenizer_name="raw", index_option="basic", fast=True)
    for number in (NUM, SEQ, PUBLISHED, COPY, COPIES):
        builder.add_integer_field(number, indexed=True, fast=True)
    return builder.build()


def to_tantivy(written: Written, schema: tantivy.Schema) -> tantivy.Document:
    """A document as tantivy indexes it."""
    document, prepared = written.document, Prepared(written.document)
    fields: dict[str, object] = {
        NUM: written.num,
        SEQ: written.seq,
        PUBLISHED: micros(document.published),
        COPY: int(document.copy_of is not None),
        COPIES: document.copies,
        ORDER: order_key(document),
    }
    fields |= {name: " ".join(text.words) for name, text in prepared.texts.items()}
    fields |= {capitals_field(name): list(text.capitals) for name, text in prepared.texts.items()}
    fields |= {keyword: list(values) for keyword, values in prepared.keywords.items()}
    fields |= {facet_field(facet): values for facet, values in facet_values(document).items()}
    return tantivy.Document.from_dict(fields, schema)


def order_key(document: Document) -> str:
    """The key that documents are ordered by in time."""
    return f"{micros(document.published) + _ORDER_OFFSET:0{_ORDER_DIGITS}x}{document.id}"


def published_of(key: str) -> int:
    """The published time in an order key, in microseconds since 1970."""
    return int(key[:_ORDER_DIGITS], 16) - _ORDER_OFFSET
