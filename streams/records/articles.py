"""An article: cleaned, tagged, and with its place in a story."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from streams.records.base import Decision, Part, Record
from streams.records.feeds import Enclosure, Source


class Removed(Part, frozen=True, kw_only=True):
    """A line taken out of an article: `kind` names the rule or memory that did it."""

    text: str
    kind: str
    why: str = ""


class Article(Record, frozen=True, kw_only=True):
    """A new or revised article, clean.

    `text` is plain paragraphs separated by a blank line, without the title. `quotes` are embedded posts,
    which stay in the text but are not the publisher's own words. `comments` is the address of the page where the
    article is discussed, `enclosures` are its files. `changed` names the fields that this
    revision changed. `created_at` is the first `fetched_at` and never changes. `full_text`: the text is to be read
    from its page. `attributed_to` is the original publisher, where the page or the text names it.
    """

    id: str
    revision: int
    url: str | None
    title: str
    text: str
    summary: str
    language: str
    source: Source
    feed_id: str
    published: datetime
    fetched_at: datetime
    created_at: datetime
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    comments: str | None = None
    enclosures: list[Enclosure] = []
    quotes: list[str] = []
    removed: list[Removed] = []
    changed: list[str] = []
    backfill: bool = False
    full_text: bool = False
    attributed_to: str | None = None
    trace: list[Decision] = []


class Span(Part, frozen=True, kw_only=True):
    """Characters `start` to `end` (exclusive) of a document's title or text."""

    field: Literal["title", "text"]
    start: int
    end: int


class Coordinates(Part, frozen=True, kw_only=True):
    """Where a place is, in degrees north and east."""

    lat: float
    lon: float


class Entity(Part, frozen=True, kw_only=True):
    """A person, organisation or place in one article; `label` is spaCy's (PERSON, ORG, GPE, LOC, …).

    In a document `id` and `name` are the same wherever the same is meant. `salience`, from 0 to 1, says how much
    the article is about it; one named in `passing` is not what it is about. `country` (ISO 3166-1 alpha-2) and
    `place` are those of places; `ids` what users gave it in other catalogues.
    """

    id: str
    name: str
    label: str
    count: int
    spans: list[Span] = []
    salience: float = 0.0
    passing: bool = False
    country: str | None = None
    place: Coordinates | None = None
    ids: dict[str, str] = {}


class GoesAs(Part, frozen=True, kw_only=True):
    """The entity under which a name goes, with what is known of it (see Entity)."""

    id: str
    name: str
    label: str
    country: str | None = None
    place: Coordinates | None = None
    ids: dict[str, str] = {}


class TaggedArticle(Article, frozen=True, kw_only=True):
    """An article with its entities, most mentioned first, and its headline as a vector (empty: none)."""

    entities: list[Entity] = []
    headline_vector: bytes = b""


class Document(TaggedArticle, frozen=True, kw_only=True):
    """An article as it is indexed. `version` rises at every changed emission and orders writes.

    `copy_of` names the earliest article that this one repeats. `countries` (ISO 3166-1 alpha-2) are those of its
    places, the most mentioned first.
    `story_version` is that of its story with it; `copies` counts the articles of its story that repeat another,
    this one counted, as of this version. Where people `corrected` some of its entities (as what each goes, by id),
    `found` are all of them as they were before.
    """

    version: int
    story_id: str
    story_version: int = 0
    copy_of: str | None = None
    countries: list[str] = []
    copies: int = 0
    found: list[Entity] = []
    corrected: dict[str, GoesAs | None] = {}
