"""A record as Elasticsearch stores it, and back."""

from __future__ import annotations

from typing import TypeVar

from streams import codec
from streams.index.elastic_mapping import QUERY, Json, capitals_field
from streams.index.facets import distinct, names_by_kind, salient
from streams.index.moments import micros
from streams.query.prepared import Prepared
from streams.records import Alert, Document, Settled, Story

Indexed = Document | Story | Alert | Settled
T = TypeVar("T", Document, Story, Alert, Settled)


def to_source(record: Indexed) -> bytes:
    """The record's JSON with the fields added that are made for searching and counting."""
    return codec.encode(codec.to_builtins(record) | _added(record))


def from_source(source: Json, cls: type[T]) -> T:
    """The record as it was written."""
    return codec.from_builtins(source, cls)


def _added(record: Indexed) -> Json:
    match record:
        case Document():
            delay = record.created_at - record.published
            names = names_by_kind(salient(record.entities))
            passing = distinct(entity.name for entity in record.entities if entity.passing)
            return names | {"passing": passing, "delay_s": delay.total_seconds(), QUERY: _compared(record)}
        case Story():
            return names_by_kind(record.entities) | {QUERY: {"last_seen": micros(record.last_seen)}}
        case Alert():
            return {QUERY: {"updated_at": micros(record.updated_at)}}
        case Settled():
            return {}


def _compared(document: Document) -> Json:
    """What the query language compares: tokens, folded values, and the exact time."""
    prepared = Prepared(document)
    tokens = {field: " ".join(text.words) for field, text in prepared.texts.items()}
    capitals = {capitals_field(field): sorted(text.capitals) for field, text in prepared.texts.items()}
    values = {field: sorted(found) for field, found in prepared.keywords.items()}
    return tokens | capitals | values | {"published": micros(document.published)}
