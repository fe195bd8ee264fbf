"""JSON Feed 1.0 and 1.1 (jsonfeed.org): untyped where feeds are careless, so every value is looked at."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence

from streams.errors import NotAFeedError
from streams.feeds import escapes
from streams.feeds.entries import Entry, Fields, ParsedFeed, as_markup, distinct
from streams.feeds.jsontext import decoded
from streams.feeds.text import clean
from streams.records import Enclosure

Json = Mapping[str, object]
_ADDRESS = re.compile(r"https?://|/")
_VERSION_1 = re.compile(r"/version/1(?:\.0)?/?$")


class JsonFeed:
    """A feed that came from `url`, and its raw items, newest first as a rule."""

    def __init__(self, text: str, url: str) -> None:
        """Read the document. Raises NotAFeedError."""
        top, self.problems = decoded(clean(text))
        if not isinstance(top, dict) or not _is_feed(top):
            raise NotAFeedError("not-a-feed", "the document is JSON but not a JSON Feed (version and items)")
        self.top: Json = top
        self.items = _items(top)
        self._base = _base(top, url)

    def about(self) -> ParsedFeed:
        """What the feed says of itself, without its items."""
        fields = Fields(self._base)
        return ParsedFeed(
            format="json10" if _VERSION_1.search(text(self.top, "version")) else "json11",
            title=fields.line(text(self.top, "title")),
            link=fields.link(text(self.top, "home_page_url")),
            description=fields.line(text(self.top, "description")),
            language=fields.language(text(self.top, "language")),
            authors=fields.names(_authors(self.top)),
            image=fields.link(_picture(self.top, "icon", "favicon")),
            entries=[],
            problems=fields.problems,
        )

    def entry(self, item: object) -> Entry:
        """Read one item. Raises TypeError for one that is no object."""
        if not isinstance(item, dict):
            raise TypeError(f"an item is {type(item).__name__}, not an object")
        fields = Fields(self._base)
        updated = fields.date(text(item, "date_modified"))
        return Entry(
            guid=fields.guid(text(item, "id")),
            url=fields.link(text(item, "url") or text(item, "external_url") or _address(text(item, "id"))),
            title=escapes.once(as_markup(fields.line(text(item, "title")))),
            summary=fields.markup(_markup(text(item, "summary"))),
            content=fields.markup(escapes.once(text(item, "content_html")) or _markup(text(item, "content_text"))),
            published=fields.date(text(item, "date_published")) or updated,
            updated=updated,
            authors=fields.names(_authors(item) or _authors(self.top)),
            categories=fields.names(_tags(item)),
            image=fields.link(_picture(item, "image", "banner_image")),
            enclosures=distinct(_enclosures(item, fields)),
            problems=fields.problems,
        )


def _base(top: Json, url: str) -> str:
    """Links are relative to where the feed came from; where that is not known, to what it says of itself."""
    return url or text(top, "home_page_url") or text(top, "feed_url")


def text(thing: Json, name: str) -> str:
    """The text of a member; numbers, which some feeds have for ids, as they are written."""
    return _text(thing.get(name))


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value) if isinstance(value, str) or math.isfinite(value) else ""


def _markup(plain: str) -> str:
    """Plain text as HTML; by all looks some is HTML all the same."""
    return escapes.once(plain) if escapes.is_markup(plain) else as_markup(plain)


def _address(guid: str) -> str:
    """An id that is an address is the item's, as the specification has it."""
    return guid if guid.startswith(("http://", "https://")) else ""


def _is_feed(top: Json) -> bool:
    """By its version, else by members that only JSON Feed has."""
    if "jsonfeed.org" in text(top, "version").lower():
        return not isinstance(top.get("items"), str | int | float)
    own = [top.get("feed_url"), top.get("home_page_url")]
    for item in _items(top):
        if isinstance(item, dict):
            own += [item.get("content_html"), item.get("content_text"), item.get("date_published")]
    return bool("items" in top and any(isinstance(one, str) and one for one in own))


def _items(top: Json) -> list[object]:
    """The items; a list may have become an object, by number, or nothing where it is empty."""
    value = top.get("items")
    return list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []


def _several(thing: Json, name: str) -> Sequence[object]:
    """A list, or what stands alone instead of one."""
    value = thing.get(name)
    return value if isinstance(value, list) else [] if value is None else [value]


def _enclosures(item: Json, fields: Fields) -> Iterator[Enclosure | None]:
    for file in _several(item, "attachments"):
        if isinstance(file, dict):
            size, duration = file.get("size_in_bytes"), file.get("duration_in_seconds")
            yield fields.enclosure(text(file, "url"), text(file, "mime_type"), size, duration)
        elif _ADDRESS.match(_text(file)):
            yield fields.enclosure(_text(file))


def _picture(thing: Json, *names: str) -> str:
    """The first address of these names, which may be the `url` of an object."""
    values = (thing.get(name) for name in names)
    return next(filter(None, (text(one, "url") if isinstance(one, dict) else _text(one) for one in values)), "")


def _tags(item: Json) -> Iterator[str]:
    """Tags; some feeds have them in one text, or as objects with a name."""
    for tag in _several(item, "tags"):
        if isinstance(tag, dict):
            yield text(tag, "name")
        elif isinstance(item["tags"], str):
            yield from item["tags"].split(",")
        else:
            yield _text(tag)


def _authors(thing: Json) -> list[str]:
    """Names: 1.1 has `authors`, 1.0 had `author`; some give a name where an object should be."""
    people = [*_several(thing, "authors"), *_several(thing, "author")]
    return [text(person, "name") if isinstance(person, dict) else _text(person) for person in people]
