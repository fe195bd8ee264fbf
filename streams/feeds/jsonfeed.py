"""JSON Feed 1.0 and 1.1 (jsonfeed.org): untyped where feeds are careless, so every value is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from streams import codec
from streams.errors import NotAFeedError
from streams.feeds.entries import Entry, Fields, ParsedFeed, as_markup, distinct
from streams.feeds.text import clean
from streams.records import Enclosure, Problem

Json = Mapping[str, object]
MAX_BEFORE_CHARS = 1000
_BEFORE = re.compile(
    r"(?:\s|/\*.*?\*/|//[^\n]*\n|\)\]\}',?|while ?\(1\);|for ?\(;;\);|typeof [\w.$]{1,80} ?={2,3} ?'function' ?&&"
    r"|[A-Za-z_$][\w.$]{0,80}\()*",
    re.DOTALL,
)
# Escapes from left to right, so that `\\ud800` is not taken for one; pairs stay, halves are what is sought.
_ESCAPE = re.compile(
    r"(?P<pair>\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2})"
    r"|(?P<half>\\u[dD][89a-fA-F][0-9A-Fa-f]{2})|\\."
)


def json_within(text: str) -> str | None:
    """The JSON object that a text is: by itself, after comments or a guard against scripts, or as JSONP."""
    place = text.find("{", 0, MAX_BEFORE_CHARS)
    if place < 0 or not _BEFORE.fullmatch(text[:place]):
        return None
    return text[place:] if place == 0 else text[place:].rstrip(" \t\r\n;").removesuffix(")")


class JsonFeed:
    """A feed and its raw items, newest first as a rule."""

    def __init__(self, text: str) -> None:
        """Read the document. Raises NotAFeedError."""
        sound = _ESCAPE.sub(lambda match: "" if match["half"] else match.group(), clean(text))
        top, self.problems = _decoded(sound)
        if not isinstance(top, dict) or not isinstance(top.get("items"), list) or not _is_feed(top):
            raise NotAFeedError("not-a-feed", "the document is JSON but not a JSON Feed (version and items)")
        self.top: Json = top
        self.items: list[object] = top["items"]

    def about(self, base: str) -> ParsedFeed:
        """What the feed says of itself, without its items."""
        fields = Fields(base)
        return ParsedFeed(
            format="json10" if text(self.top, "version").rstrip("/").endswith("version/1") else "json11",
            title=fields.line(text(self.top, "title")),
            link=fields.link(text(self.top, "home_page_url")),
            description=fields.line(text(self.top, "description")),
            language=fields.language(text(self.top, "language")),
            authors=fields.names(_authors(self.top)),
            image=fields.link(text(self.top, "icon") or text(self.top, "favicon")),
            entries=[],
            problems=fields.problems,
        )

    def entry(self, item: object, base: str) -> Entry:
        """Read one item. Raises TypeError for one that is no object."""
        if not isinstance(item, dict):
            raise TypeError(f"an item is {type(item).__name__}, not an object")
        fields = Fields(base)
        updated = fields.date(text(item, "date_modified"))
        return Entry(
            guid=fields.guid(text(item, "id")),
            url=fields.link(text(item, "url") or text(item, "external_url") or _address(text(item, "id"))),
            title=as_markup(fields.line(text(item, "title"))),
            summary=fields.markup(as_markup(text(item, "summary"))),
            content=fields.markup(text(item, "content_html") or as_markup(text(item, "content_text"))),
            published=fields.date(text(item, "date_published")) or updated,
            updated=updated,
            authors=fields.names(_authors(item) or _authors(self.top)),
            categories=fields.names(_tags(item)),
            image=fields.link(text(item, "image") or text(item, "banner_image")),
            enclosures=distinct(_enclosures(item, fields)),
            problems=fields.problems,
        )


def text(thing: Json, name: str) -> str:
    """The text of a member; numbers, which some feeds have for ids, as they are written."""
    value = thing.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)


def _decoded(text: str) -> tuple[object, list[Problem]]:
    """The document; line ends and tabs, which JSON has only escaped, may stand in its texts as they are.

    Of one that breaks off between or within its items, all that is whole before, with the problem.
    """
    try:
        return codec.decode_as(text.encode(), object), []
    except (msgspec.DecodeError, RecursionError) as error:
        broken = error
    try:
        return json.loads(text, strict=False, parse_constant=lambda _: None), []
    except (ValueError, RecursionError):
        top, items = _whole_part(text)
    if not items:
        raise NotAFeedError("not-a-feed", f"the document is broken JSON: {broken}") from broken
    message = f"the JSON is broken ({broken}): what is whole before that was read, items: {len(items):,}"
    return top, [Problem(kind="not-well-formed", message=message[:300])]


def _whole_part(text: str) -> tuple[dict[str, object], list[object]]:
    """The members of an object, and the items among them, up to where it breaks."""
    top: dict[str, object] = {}
    items: list[object] = []
    read = json.JSONDecoder(strict=False, parse_constant=lambda _: None).raw_decode
    place = _after(text, 0, "{")
    try:
        while True:
            name, place = read(text, place)
            place = _after(text, place, ":")
            if name == "items" and text[place : place + 1] == "[":
                top["items"] = items
                place += 1
                while text[place := _after(text, place, "")] != "]":
                    item, place = read(text, place)
                    items.append(item)
                    place = _after(text, place, ",")
                place += 1
            else:
                top[str(name)], place = read(text, place)
            place = _after(text, place, ",")
    except (ValueError, IndexError, RecursionError):
        return top, items


def _after(text: str, place: int, mark: str) -> int:
    """The place of what follows white space, and a mark if it stands there."""
    while text[place : place + 1].isspace():
        place += 1
    return _after(text, place + 1, "") if mark and text.startswith(mark, place) else place


def _address(guid: str) -> str:
    """An id that is an address is the item's, as the specification has it."""
    return guid if guid.startswith(("http://", "https://")) else ""


def _is_feed(top: Json) -> bool:
    """By its version, else by members that only JSON Feed has."""
    own = [top.get("feed_url"), top.get("home_page_url")]
    for item in _list(top, "items"):
        if isinstance(item, dict):
            own += [item.get("content_html"), item.get("content_text")]
    return "jsonfeed.org" in text(top, "version") or any(isinstance(one, str) and one for one in own)


def _list(thing: Json, name: str) -> Sequence[object]:
    value = thing.get(name)
    return value if isinstance(value, list) else []


def _enclosures(item: Json, fields: Fields) -> Iterator[Enclosure | None]:
    for file in _list(item, "attachments"):
        if isinstance(file, dict):
            size, duration = file.get("size_in_bytes"), file.get("duration_in_seconds")
            yield fields.enclosure(text(file, "url"), text(file, "mime_type"), size, duration)


def _tags(item: Json) -> list[str]:
    """Tags; some feeds have them in one text."""
    alone = text(item, "tags")
    return alone.split(",") if alone else [tag for tag in _list(item, "tags") if isinstance(tag, str)]


def _authors(thing: Json) -> list[str]:
    """Names: 1.1 has `authors`, 1.0 had `author`; some give a name where an object should be."""
    people = [*_list(thing, "authors"), thing.get("author")]
    return [
        text(person, "name") if isinstance(person, dict) else person
        for person in people
        if isinstance(person, dict | str)
    ]
