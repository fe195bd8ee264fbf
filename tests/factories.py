"""Short ways to make records in tests; every field can be overridden."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from streams.codec import content_id
from streams.records import Article, Document, Hit, RawItem, Rule, Source, TaggedArticle, extend

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
HERALD = Source(name="The Herald", domain="herald.example")
COURIER = Source(name="Courier", domain="courier.example")


def raw_item(**fields: Any) -> RawItem:
    """An item of the Herald, fetched at noon."""
    defaults: dict[str, Any] = {
        "feed_id": "herald",
        "source": HERALD,
        "fetched_at": NOON,
        "url": "https://herald.example/harbour-bridge",
        "title": "Harbour bridge closed after inspection",
        "summary": "<p>The harbour bridge was closed on Monday after engineers found cracks.</p>",
        "published": NOON,
    }
    return RawItem(**(defaults | fields))


def article(**fields: Any) -> Article:
    """An English article of the Herald; the id follows the URL or title."""
    defaults: dict[str, Any] = {
        "revision": 1,
        "url": "https://herald.example/harbour-bridge",
        "title": "Harbour bridge closed after inspection",
        "text": "The harbour bridge was closed on Monday after engineers found cracks.",
        "summary": "The harbour bridge was closed on Monday after engineers found cracks.",
        "language": "en",
        "source": HERALD,
        "feed_id": "herald",
        "published": NOON,
        "fetched_at": NOON,
        "created_at": NOON,
    }
    merged = defaults | fields
    merged.setdefault("id", content_id(merged["url"] or merged["title"]))
    return Article(**merged)


def tagged(**fields: Any) -> TaggedArticle:
    """The same, tagged; `entities` and `headline_vector` default to none."""
    own = {name: fields.pop(name) for name in ("entities", "headline_vector") if name in fields}
    return extend(article(**fields), TaggedArticle, **own)


def document(**fields: Any) -> Document:
    """The same as a document: version 1, its own story."""
    names = ("version", "story_id", "copy_of", "attributed_to", "countries", "copies")
    own = {name: fields.pop(name) for name in names if name in fields}
    base = tagged(**fields)
    return extend(base, Document, **({"version": 1, "story_id": base.id} | own))


def rule(**fields: Any) -> Rule:
    """A rule for the bridge, told to the log."""
    defaults: dict[str, Any] = {"id": "bridge", "name": "Bridge", "query": "bridge", "channels": ["log"]}
    return Rule(**(defaults | fields))


def hit(**fields: Any) -> Hit:
    """A live hit of that rule on the Herald's article; the document is named by its title."""
    defaults: dict[str, Any] = {
        "rule": rule(),
        "revision": 1,
        "story_id": "story",
        "title": "Harbour bridge closed after inspection",
        "url": "https://herald.example/harbour-bridge",
        "source": HERALD,
        "language": "en",
        "published": NOON,
        "fetched_at": NOON,
        "copy_of": None,
        "backfill": False,
    }
    merged = defaults | fields
    merged.setdefault("document_id", content_id(merged["title"]))
    return Hit(**merged)
