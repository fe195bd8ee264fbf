"""RSS 0.9x to 2.0, RDF and Atom, read by feedparser.

It gets bytes in memory and nothing else, for it would open a text that looks like an address or a path. It is
told to leave the markup of texts alone: they are made plain further on, and its own cleaning takes most of
the time. It is not told where the feed came from, for it would make addresses of ids that look like relative
ones, and they would change whenever the feed moves; relative links are resolved here.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import datetime
from time import struct_time
from urllib.parse import urljoin

import feedparser

from streams.feeds import escapes
from streams.feeds.captions import CAPTION
from streams.feeds.dates import day_first
from streams.feeds.entries import Entry, Fields, ParsedFeed, as_markup, distinct
from streams.feeds.hints import said_in
from streams.feeds.item_images import IMAGE
from streams.feeds.late_dates import LateDates
from streams.feeds.text import clean
from streams.records import Enclosure, Problem

Found = dict[str, object]
_HEAD_BYTES = 100_000
_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_RDF = ("rss10", "rss090")
_FULL_TEXTS = ("yandex_full-text", "fulltext", "full-text")
"""Elements beyond the standards, of Russian news sites above all."""
_ALTERNATE = "http://www.iana.org/assignments/relation/alternate"
_ADDRESS = re.compile(r"\s*https?://", re.IGNORECASE)
_PATH = re.compile(r"\s*(?:/|[^\s:]*\.(?:html?|php|aspx?|jsp)(?:[?#]|\s*$))", re.IGNORECASE)
"""How an id looks that is an address relative to the site's."""
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)
_PERMALINK = re.compile(rb"isPerma[Ll]ink\s{0,9}=\s{0,9}[\"']\s{0,9}(?i:true|yes|1)\s{0,9}[\"']")
_CUT_DOMAIN = re.compile(r"@.*\.[A-Za-z]{4}$")
_REST_OF_DOMAIN = re.compile(
    r"[a-z]+ \((?P<after>[^()]+)|(?P<before>[^()<>]+?) \([a-z]+|(?P<within>[^()<>]+?) <[a-z]+>|[a-z]+"
)


class XmlFeed:
    """A feed and its raw entries, newest first as a rule."""

    def __init__(self, document: bytes) -> None:
        result = feedparser.parse(
            io.BytesIO(_PERMALINK.sub(b'isPermaLink="true"', document)),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            resolve_relative_uris=False,
            sanitize_html=False,
        )
        self.version: str = result.version
        self._head = document[:_HEAD_BYTES].decode("utf-8", "ignore")
        self.feed: Found = result.feed
        self.entries: list[Found] = result.entries
        dates = (text(entry, name) for entry in self.entries for name in ("published", "updated"))
        self._late = LateDates(day_first(dates, text(self.feed, "language")))
        self.problems: list[Problem] = []
        if result.bozo:
            message = clean(str(result.bozo_exception))[:200]
            self.problems.append(Problem(kind="not-well-formed", message=f"the XML is broken: {message}"))

    def about(self, base: str) -> ParsedFeed:
        """What the feed says of itself, without its entries."""
        fields = Fields(urljoin(base, _base(self.feed)), self._late)
        return ParsedFeed(
            format=self.version,
            title=fields.plain(text(self.feed, "title")),
            link=fields.link(_site(self.feed)),
            description=fields.plain(_first(self.feed, "subtitle", "info", "summary")),
            language=fields.language(text(self.feed, "language")),
            authors=fields.names(_authors(self.feed)),
            categories=fields.names(_tags(self.feed)),
            image=fields.link(text(_mapping(self.feed, "image"), "href") or text(self.feed, "logo")),
            updated=_date(self.feed, "updated", fields) or _date(self.feed, "published", fields),
            hints=said_in(
                self._head,
                text(self.feed, "ttl"),
                text(self.feed, "sy_updateperiod"),
                text(self.feed, "sy_updatefrequency"),
            ),
            entries=[],
            problems=fields.problems,
        )

    def entry(self, found: Found, base: str) -> Entry:
        """Read one entry. In Atom the feed's authors are those of entries without (RFC 4287, 4.2.1)."""
        fields = Fields(urljoin(base, _base(found)), self._late)
        updated = _date(found, "updated", fields)
        summary, content = _markup(found, "summary") or _markup(found, "subtitle"), _content(found)
        in_print = None if updated else fields.date(text(found, "prism_publicationdate"))
        source = _mapping(found, "source")
        inherited = self.feed if self.version.startswith("atom") else {}
        return Entry(
            guid=fields.guid(text(found, "id")),
            url=fields.link(_link(found, self.version)),
            title=fields.line(_markup(found, "title") or as_markup(text(found, "itunes_title"))),
            summary=fields.markup(summary or ("" if content else _body(text(found, CAPTION), "text/plain"))),
            content=fields.markup(content),
            published=_date(found, "published", fields) or _date(found, "created", fields) or updated or in_print,
            updated=updated,
            authors=fields.names(_authors(found) or _authors(source) or _authors(inherited)),
            categories=fields.names(_tags(found)),
            image=fields.link(next(filter(None, _images(found)), "")),
            source_name=fields.plain(text(source, "title")),
            source_url=fields.link(text(source, "href") or text(source, "link")),
            comments=fields.link(_comments(found)),
            enclosures=distinct(_enclosures(found, fields)),
            problems=fields.problems,
        )


def text(found: Found, name: str) -> str:
    """A text, empty where there is none; read as by _value."""
    value = dict.get(found, name)
    return value if isinstance(value, str) else ""


def _first(found: Found, *names: str) -> str:
    return next((value for name in names if (value := text(found, name))), "")


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
    """The text as HTML: where it is declared, or by all looks is, plain, `<` in it is no tag.

    Atom's texts are plain where nothing is said, which many feeds do not know: their summaries have markup.
    """
    kind = text(_mapping(found, f"{name}_detail"), "type")
    value = text(found, name)
    plain = kind == "text/plain" and (name == "title" or not escapes.is_markup(value))
    return as_markup(value) if plain else escapes.once(value)


def _content(found: Found) -> str:
    """The longest of the contents that are text."""
    contents = (
        _body(text(content, "value"), text(content, "type"))
        for content in _list(found, "content")
        if text(content, "type") in ("text/plain", *_MARKUP_TYPES)
    )
    return max((*contents, *(text(found, name) for name in _FULL_TEXTS)), key=len)


def _body(value: str, kind: str) -> str:
    return escapes.once(value) if kind in _MARKUP_TYPES or escapes.is_markup(value) else as_markup(value)


def _date(found: Found, name: str, fields: Fields) -> datetime | None:
    parsed = _value(found, f"{name}_parsed")
    return fields.date(text(found, name), parsed if isinstance(parsed, struct_time) else None)


def _base(found: Found) -> str:
    """`xml:base` as it was within the entry, where its texts tell; empty where there was none."""
    for name in ("title_detail", "summary_detail", "subtitle_detail"):
        if base := text(_mapping(found, name), "base"):
            return base
    return ""


def _site(feed: Found) -> str:
    """The feed's link; feedparser takes the id for it where there is none."""
    link = text(feed, "link")
    return link if link != text(feed, "id") or _ADDRESS.match(link) else ""


def _link(found: Found, version: str) -> str:
    """The address behind a feed's proxy; else the link; else the id, where that is an address and meant as one.

    It is where no link is given and nothing else is said, where the link is given and empty, and in RDF.
    """
    link, guid = text(found, "feedburner_origlink") or text(found, "link"), text(found, "id")
    if link and not (_value(found, "guidislink") and link == guid):
        return link
    meant = bool(link) or _value(found, "link") == "" or version in _RDF
    if meant and (_ADDRESS.match(guid) or _PATH.match(guid)):
        return guid
    return _by_iri(found) or _source_of_text(found)


def _by_iri(found: Found) -> str:
    """A link whose relation is written in full (RFC 4287, 4.2.7.2)."""
    return next((text(link, "href") for link in _links(found, _ALTERNATE)), "")


def _source_of_text(found: Found) -> str:
    """Where Atom has the text, if that is elsewhere (RFC 4287, 4.1.3.2)."""
    sources = (text(content, "src") for content in _list(found, "content") if "html" in text(content, "type"))
    return next(sources, "")


def _comments(found: Found) -> str:
    """RSS has an element for it, Atom a link (RFC 4685) to the thread as a page."""
    replies = (text(link, "href") for link in _links(found, "replies") if "html" in text(link, "type"))
    return text(found, "comments") or next(replies, "")


def _enclosures(found: Found, fields: Fields) -> Iterator[Enclosure | None]:
    """Files of the entry: RSS enclosures and Atom links first, then Media RSS."""
    duration = text(found, "itunes_duration")
    for link in _links(found, "enclosure"):
        yield fields.enclosure(text(link, "href"), text(link, "type"), text(link, "length"), duration)
    file = _mapping(found, "enc_enclosure")  # RSS 1.0's module
    address = text(file, "resource") or text(file, "rdf:resource")
    yield fields.enclosure(address, text(file, "type"), text(file, "length"))
    for media in _list(found, "media_content"):
        kind = text(media, "type") or text(media, "medium")
        yield fields.enclosure(text(media, "url"), kind, text(media, "filesize"), text(media, "duration"))


def _links(found: Found, relation: str) -> list[Found]:
    return [link for link in _list(found, "links") if text(link, "rel") == relation]


def _tags(found: Found) -> Iterator[str]:
    return (text(tag, "label") or text(tag, "term") for tag in _list(found, "tags"))


def _authors(found: Found) -> list[str]:
    people = [_person(person) for person in _list(found, "authors")]
    alone = text(found, "author")
    return people if any(people) else [alone] if alone else []


def _person(person: Found) -> str:
    """A name, else an address.

    To feedparser the last part of a domain has four letters at most; the rest of a longer one lands in the name.
    """
    name, email = text(person, "name"), text(person, "email")
    if not _CUT_DOMAIN.search(email):
        return name or email
    if rest := _REST_OF_DOMAIN.fullmatch(name):
        return rest["after"] or rest["before"] or rest["within"] or email + name
    return name or email


def _images(found: Found) -> Iterator[str]:
    """Addresses of pictures, the publisher's preview first."""
    for thumbnail in _list(found, "media_thumbnail"):
        yield text(thumbnail, "url")
    for media in (*_list(found, "media_content"), *_list(found, "links")):
        address = text(media, "url") or text(media, "href")
        kind = text(media, "type") or text(media, "medium")
        if address and (kind.startswith("image") or (not kind and _PICTURE.search(address))):
            yield address
    yield text(_mapping(found, "image"), "href")
    yield text(found, IMAGE) or text(found, "thumbnail") or text(_mapping(found, "thumbnail"), "url")
