"""What all records share."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

import msgspec

SCHEMA = 1


class Topic(StrEnum):
    """The names of the topics; see docs/architecture.md for keys and clean-up."""

    FEEDS = "feeds"
    FEED_STATE = "feed-state"
    RAW_ITEMS = "raw-items"
    PAGES = "pages"
    ARTICLES = "articles"
    TAGGED = "tagged"
    DOCUMENTS = "documents"
    RULES = "rules"
    EDITS = "edits"
    TOKENS = "tokens"
    SEARCHES = "searches"
    HITS = "hits"
    ALERTS = "alerts"
    DELIVERIES = "deliveries"
    DEAD_LETTERS = "dead-letters"


class Part(msgspec.Struct, frozen=True, gc=False):
    """Base of what only travels inside a record. Python need not look for cycles in what was made of JSON."""


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower, gc=False):
    """Base of what travels on its own."""

    schema: int = SCHEMA


class Problem(Part, frozen=True, kw_only=True):
    """Something wrong with a feed or an item that did not stop the rest; `kind` is short and stable."""

    kind: str
    message: str


class Decision(Part, frozen=True, kw_only=True):
    """One decision taken about an item, with the numbers behind it: what `explain` shows."""

    stage: str
    what: str
    why: str
    numbers: dict[str, float | int | str] = {}


class Tick(Record, frozen=True, kw_only=True):
    """The stages' clock: comes through every topic once a minute."""

    at: datetime


R = TypeVar("R", bound=Record)


def extend(record: Record, cls: type[R], **more: Any) -> R:
    """Make a `cls` of all fields of `record`, an ancestor's instance, and `more` (which wins)."""
    fields: dict[str, Any] = {name: getattr(record, name) for name in record.__struct_fields__}
    return cls(**(fields | more))
