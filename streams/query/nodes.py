"""The parsed form of a query: what the parser makes and each back end reads.

Words in it are tokens as `streams.query.tokens` makes them, so all back ends compare the same strings.
`field` of words and phrases is None for "title or text". No node can be part of itself, so that the many of all
rules need not be gone through for garbage.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, TypeAlias

import msgspec

TextField = Literal["title", "text"]
KeywordField = Literal["entity", "person", "org", "place", "country", "source", "domain", "lang", "story", "feed"]


class Word(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One token; with `prefix` any token that begins with it."""

    token: str
    prefix: bool = False
    field: TextField | None = None


class Phrase(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Tokens that follow each other within one field. At least two."""

    tokens: tuple[str, ...]
    field: TextField | None = None


class AsWritten(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A word or phrase compared with its capitals; with `exact` character by character, accents and signs too.

    `tokens` are those of `text`, which begins and ends with them.
    """

    text: str
    tokens: tuple[str, ...]
    exact: bool = False
    field: TextField | None = None


class Gap(msgspec.Struct, frozen=True, gc=False):
    """At most so many words stand between two terms; `ordered`: the first of them comes first."""

    words: int
    ordered: bool = False


class Near(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Terms of which each stands near the one before it, in one field; one `gap` less than terms.

    A term is a word, a phrase, or an OR of these. Neighbouring terms do not overlap.
    """

    terms: tuple[Node, ...]
    gaps: tuple[Gap, ...]


class Keyword(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A field of exact values; names compare after folding (case, accents)."""

    field: KeywordField
    value: str


class Published(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Published from `since` (inclusive) to `until` (exclusive); None leaves that end open."""

    since: datetime | None = None
    until: datetime | None = None


class Copies(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The number of copies, from `least` to `most`, both inclusive; None leaves the end open."""

    least: int = 0
    most: int | None = None


class And(msgspec.Struct, frozen=True, gc=False):
    """All of them."""

    nodes: Sequence[Node]


class Or(msgspec.Struct, frozen=True, gc=False):
    """At least one of them."""

    nodes: Sequence[Node]


class Not(msgspec.Struct, frozen=True, gc=False):
    """Whatever does not match."""

    node: Node


class Everything(msgspec.Struct, frozen=True, gc=False):
    """The empty query: every document."""


Term: TypeAlias = Word | Phrase | AsWritten
"""What stands at a place of a text."""

Node: TypeAlias = Term | Near | Keyword | Published | Copies | And | Or | Not | Everything

NOTHING = Not(Everything())
