"""The parsed form of a query: what the parser makes and each back end reads.

Words in it are tokens as `streams.query.tokens` makes them, so all back ends compare the same strings.
`field` of a word or phrase is None for "title or text".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

TextField = Literal["title", "text"]
KeywordField = Literal["entity", "person", "org", "place", "source", "domain", "lang", "story", "feed"]


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """One token; with `prefix` any token that begins with it."""

    token: str
    prefix: bool = False
    field: TextField | None = None


class Phrase(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens that follow each other within one field. At least two."""

    tokens: tuple[str, ...]
    field: TextField | None = None


class Keyword(msgspec.Struct, frozen=True, kw_only=True):
    """A field of exact values; names compare after folding (case, accents)."""

    field: KeywordField
    value: str


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """Published from `since` (inclusive) to `until` (exclusive); None leaves that end open."""

    since: datetime | None = None
    until: datetime | None = None


class And(msgspec.Struct, frozen=True):
    """All of them."""

    nodes: Sequence[Node]


class Or(msgspec.Struct, frozen=True):
    """At least one of them."""

    nodes: Sequence[Node]


class Not(msgspec.Struct, frozen=True):
    """Whatever does not match."""

    node: Node


class Everything(msgspec.Struct, frozen=True):
    """The empty query: every document."""


Node = Word | Phrase | Keyword | Published | And | Or | Not | Everything
