"""RSS 0.9x to 2.0, RDF and Atom, read by feedparser.

It gets bytes in memory and nothing else, for it would open a text that looks like an address or a path. It is
told to leave the markup of texts alone: they are made plain further on, and its own cleaning takes most of
the time. It is not told where the feed came from, for it would make addresses of ids that look like relative
ones, and they would change whenever the feed moves; relative links are resolved here.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime
from time import struct_time

import feedparser

from streams.feeds.entries import Entry, Fields, as_markup
from streams.feeds.text import clean
from streams.records import Problem

Found = dict[str, object]
_MARKUP_TYPES = ("text/html", "application/xhtml+xml")


class XmlFeed:
    """A feed and its raw entries, newest first as a rule."""

    def __init__(self, document: bytes) -> None:
        result = feedparser.parse(
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        self.version: str = result.version
        self.feed: Found = result.feed
        self.entries: list[Found] = result.entries
        self.problems: list[Problem] = []
        if result.bozo:
            message = clean(str(result.bozo_exception))[:200]
            self.problems.append(Problem(kind="not-well-formed", message=f"the XML is broken: {message}"))

    def entry(self, found: Found, base: str) -> Entry:
        """Read one entry."""
        fields = Fields(base)
        updated = _date(found, "updated", fields)
        source = _mapping(found, "source")
        return Entry(
            guid=fields.guid(text(found, "id")),
            url=fields.link(text(found, "feedburner_origlink") or text(found, "link")),
            title=fields.line(_markup(found, "title")),
            summary=fields.markup(_markup(found, "summary")),
            content=fields.markup(_content(found)),
            published=_date(found, "published", fields) or _date(found, "created", fields) or updated,
            updated=updated,
            authors=fields.names(_authors(found)),
            categories=fields.names(text(tag, "label") or text(tag, "term") for tag in _list(found, "tags")),
            image=fields.link(next(_images(found), "")),
            source_name=fields.plain(text(source, "title")),
            source_url=fields.link(text(source, "href") or text(source, "link")),
            problems=fields.problems,
        )


def text(found: Found, name: str) -> str:
    """A text, empty where there is none."""
    value = _value(found, name)
    return value if isinstance(value, str) else ""


def _value(found: Found, name: str) -> object:
    """By way of dict: feedparser's own subclass answers with the value of another name where it has none."""
    return dict.get(found, name)


def _list(found: Found, name: str) -> list[Found]:
    value = _value(found, name)
    return [part for part in value if isinstance(part, dict)] if isinstance(value, list) else []


def _mapping(found: Found, name: str) -> Found:
    value = _value(found, name)
    return value if isinstance(value, dict) else {}


def _markup(found: Found, name: str) -> str:
    """The text as HTML: where it is declared, or by all looks is, plain, `<` in it is no tag."""
    kind = text(_mapping(found, f"{name}_detail"), "type")
    value = text(found, name)
    return as_markup(value) if kind == "text/plain" else value


def _content(found: Found) -> str:
    """The longest of the contents that are text."""
    contents = (
        text(content, "value") if text(content, "type") in _MARKUP_TYPES else as_markup(text(content, "value"))
        for content in _list(found, "content")
        if text(content, "type") in ("text/plain", *_MARKUP_TYPES)
    )
    return max(contents, key=len, default="")


def _date(found: Found, name: str, fields: Fields) -> datetime | None:
    parsed = _value(found, f"{name}_parsed")
    return fields.date(text(found, name), parsed if isinstance(parsed, struct_time) else None)


def _authors(found: Found) -> list[str]:
    people = [text(person, "name") or text(person, "email") for person in _list(found, "authors")]
    return people if any(people) else [text(found, "author")]


def _images(found: Found) -> Iterator[str]:
    """Addresses of pictures, the publisher's preview first."""
    for thumbnail in _list(found, "media_thumbnail"):
        yield text(thumbnail, "url")
    for media in (*_list(found, "media_content"), *_list(found, "links")):
        address = text(media, "url") or text(media, "href")
        if address and (text(media, "medium") == "image" or text(media, "type").startswith("image/")):
            yield address
    yield text(_mapping(found, "image"), "href")
