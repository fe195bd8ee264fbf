"""What Elasticsearch holds: three families of monthly indices, and the fields of each.

A record is stored as its own JSON, so that it comes back from `_source` as it was. Of its fields those are
mapped that Kibana is for: dates, keywords, counts. Added to them are people, organisations and places by name,
those named in `passing` apart, and under `query` what the query language and exact times compare. All of it stays
in `_source`, so that Elasticsearch can reindex. A document's index is that of the month of `created_at`, which
never changes: so an id is in one index.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

from streams.query.fields import KEYWORD_FIELDS, TEXT_FIELDS
from streams.records import Alert, Document, Settled, Story

Json: TypeAlias = dict[str, Any]

MAPPING_VERSION = 4
"""Rises when a field is added: a program does not write to an index that lacks fields that it searches by."""

REFRESH_S = 5
"""How long Elasticsearch may take to find what was written."""

QUERY = "query"
MAX_ID_CHARS = 8000
"""Elasticsearch refuses terms of more than 32,766 bytes; a character has at most four."""
MAX_VALUE_CHARS = 1000

_TEXT: Json = {"type": "text"}
_SHOWN_TEXT: Json = {"type": "text", "index": False}
_TITLE: Json = {"type": "text", "fields": {"raw": {"type": "keyword", "ignore_above": MAX_VALUE_CHARS}}}
_ID: Json = {"type": "keyword", "ignore_above": MAX_ID_CHARS}
_VALUE: Json = {"type": "keyword", "ignore_above": MAX_VALUE_CHARS}
_DATE: Json = {"type": "date", "format": "strict_date_optional_time"}
_COUNT: Json = {"type": "long"}
_NUMBER: Json = {"type": "double"}
_FLAG: Json = {"type": "boolean"}
_EXACT: Json = _VALUE | {"doc_values": False}
"""What is only compared, not counted or sorted by."""
_TOKENS: Json = {"type": "text", "analyzer": "whitespace"}
"""Our tokens, joined by blanks."""
_MICROS: Json = {"type": "long"}
"""A time in microseconds since 1970: dates keep milliseconds only."""


def capitals_field(text: str) -> str:
    """The field with the words of a text field that are written otherwise than their tokens."""
    return f"{text}_capitals"


_COMPARED: Json = {
    **dict.fromkeys(TEXT_FIELDS, _TOKENS),
    **dict.fromkeys(map(capitals_field, TEXT_FIELDS), _EXACT),
    **dict.fromkeys(KEYWORD_FIELDS, _EXACT),
    "published": _MICROS,
}
_KINDS: Json = {"people": _VALUE, "organisations": _VALUE, "places": _VALUE}
_COMMON: Json = {"id": _ID, "version": _COUNT, "created_at": _DATE, "title": _TITLE}


class Family(NamedTuple):
    """Indices of one type of record: name, and the fields mapped."""

    name: str
    properties: Json

    def alias(self, prefix: str) -> str:
        """The name under which all of the family's indices are read; also that of their template."""
        return prefix + self.name

    def pattern(self, prefix: str) -> str:
        """What the names of the family's indices match."""
        return f"{self.alias(prefix)}-*"

    def index_of(self, prefix: str, created_at: datetime) -> str:
        """The index of a record."""
        return f"{self.alias(prefix)}-{created_at.year:04}.{created_at.month:02}"


DOCUMENTS = Family(
    "documents",
    _COMMON
    | _KINDS
    | {
        "attributed_to": _VALUE,
        "authors": _VALUE,
        "backfill": _FLAG,
        "categories": _VALUE,
        "copies": _COUNT,
        "copy_of": _ID,
        "countries": _VALUE,
        "delay_s": _NUMBER,
        "feed_id": _ID,
        "fetched_at": _DATE,
        "language": _VALUE,
        "passing": _VALUE,
        "published": _DATE,
        "revision": _COUNT,
        "source": {"properties": {"country": _VALUE, "domain": _VALUE, "name": _VALUE}},
        "story_id": _ID,
        "summary": _SHOWN_TEXT,
        "text": _TEXT,
        "url": _VALUE,
        QUERY: {"properties": _COMPARED},
    },
)

STORIES = Family(
    "stories",
    _COMMON
    | _KINDS
    | {
        "articles": _COUNT,
        "copies": _COUNT,
        "first_seen": _DATE,
        "keywords": _VALUE,
        "languages": _VALUE,
        "last_seen": _DATE,
        "merged_into": _ID,
        "publisher_names": _VALUE,
        "publishers": _COUNT,
        "recurs": _ID,
        "state": _VALUE,
        "summary": _SHOWN_TEXT,
        "timeline": {"properties": {"day": _DATE, "articles": _COUNT}},
        "velocity": _NUMBER,
        QUERY: {"properties": {"last_seen": _MICROS}},
    },
)

ALERTS = Family(
    "alerts",
    _COMMON
    | {
        "acknowledged_at": _DATE,
        "article_count": _COUNT,
        "channels": _VALUE,
        "copies": _COUNT,
        "delivered_at": _DATE,
        "delivery": _VALUE,
        "delivery_reason": _VALUE,
        "held_until": _DATE,
        "kind": _VALUE,
        "level": _COUNT,
        "opened_at": _DATE,
        "publishers": _COUNT,
        "rule_id": _ID,
        "rule_name": _VALUE,
        "state": _VALUE,
        "story_id": _ID,
        "updated_at": _DATE,
        "velocity": _NUMBER,
        QUERY: {"properties": {"updated_at": _MICROS}},
    },
)

DELIVERIES = Family(
    "deliveries",
    {
        "alert_id": _ID,
        "at": _DATE,
        "channel": _VALUE,
        "created_at": _DATE,
        "error": {"type": "text"},
        "key": _ID,
        "next_at": _DATE,
        "state": _VALUE,
        "tries": _COUNT,
    },
)

FAMILIES: Mapping[type[Document] | type[Story] | type[Alert] | type[Settled], Family] = {
    Document: DOCUMENTS,
    Story: STORIES,
    Alert: ALERTS,
    Settled: DELIVERIES,
}


def mapping(family: Family) -> Json:
    """The mapping of each index of a family. Other fields of a record are kept, but not searchable."""
    return {"dynamic": False, "properties": family.properties}


def live_settings(policy: str | None) -> Json:
    """The settings of an index that can be changed: a copy of each shard as soon as there is a second node."""
    settings: Json = {"auto_expand_replicas": "0-1", "refresh_interval": f"{REFRESH_S}s"}
    return settings | ({"lifecycle": {"name": policy}} if policy else {})


def template(family: Family, prefix: str, *, shards: int, policy: str | None) -> Json:
    """What each new index of a family is made of, as Elasticsearch tells it back; `policy` names a lifecycle."""
    fixed = {"number_of_shards": str(shards if family is DOCUMENTS else 1)}
    return {
        "settings": {"index": live_settings(policy) | fixed},
        "mappings": mapping(family),
        "aliases": {family.alias(prefix): {}},
    }
