"""RSS 0.9x to 2.0, RDF and Atom, read by feedparser.

It gets bytes in memory and nothing else, for it would open a text that looks like an address or a path. It is
told to leave the markup of texts alone: they are made plain further on, and its own cleaning takes most of
the time. It is not told where the feed came from, for it would make addresses of ids that look like relative
ones, and they would change whenever the feed moves; relative links are resolved here.
"""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from datetime import datetime
from time import struct_time
from typing import Any
from urllib.parse import urljoin

import feedparser

from streams.feeds import escapes, links
from streams.feeds.captions import CAPTION
from streams.feeds.dates import day_first, read_standard
from streams.feeds.entries import Entry, Fields, ParsedFeed, as_markup, distinct
from streams.feeds.found import Found, first, listed, mapping, text, value
from streams.feeds.hints import said_in
from streams.feeds.late_dates import LateDates
from streams.feeds.media import enclosures, logos, pictures
from streams.feeds.people import authors
from streams.feeds.text import clean
from streams.records import Problem

_HEAD_BYTES = 100_000
_MARKUP_TYPES = ("text/html", "application/xhtml+xml")
_FULL_TEXTS = ("yandex_full-text", "fulltext", "full-text")
"""Elements beyond the standards, of Russian news sites above all."""
_OTHER_DATES = ("dcterms_date", "dc_created", "prism_publicationdate")
_UNREAD = re.compile(
    rb"</?(?:(?!(?:content|dc|dcterms|media|itunes|atom|a10|rdf|feedburner|enc):)[A-Za-z_][\w.-]{0,40}:"
    rb"|(?:text[Ii]nput|width|height|media:player|media:rating|media:restriction)(?=[\s/>]))[^<>]*>"
)
"""Elements that we do not read."""
_UNREAD_DATE = (0,) * 9
"""What feedparser takes for a date: nine numbers."""
_PERMALINK = re.compile(rb"isPerma[Ll]ink\s{0,9}=\s{0,9}[\"']\s{0,9}(?i:true|yes|1)\s{0,9}[\"']")


def spare_feedparser() -> None:
    """Spare feedparser, for the whole process, a tenth of its time, which it spends for nothing.

    It would read all dates, and most are read here without its help; and it would seek anew for each document an
    XML parser that is not there.
    """
    feedparser.registerDateHandler(_unread)
    feedparser.api.PREFERRED_XML_PARSERS.clear()


class XmlFeed:
    """A feed that came from `url`, and its raw entries, newest first as a rule."""

    def __init__(self, document: bytes, url: str) -> None:
        document = _PERMALINK.sub(b'isPermaLink="true"', document)
        try:
            result = _parsed(document)
        except Exception:  # in places, shapes and the like it takes other elements for granted
            result = _parsed(_UNREAD.sub(b"", document))
        self.version: str = result.version
        self._head = document[:_HEAD_BYTES].decode("utf-8", "ignore")
        self.feed: Found = result.feed
        self.entries: list[Found] = result.entries
        self._base = links.base(self.feed, self.version, url)
        dates = (text(entry, name) for entry in self.entries for name in ("published", "updated"))
        language = text(self.feed, "language")
        self._late = LateDates(day_first(dates, language), language)
        self.problems: list[Problem] = []
        if result.bozo:
            message = clean(str(result.bozo_exception))[:200]
            self.problems.append(Problem(kind="not-well-formed", message=f"the XML is broken: {message}"))

    def about(self) -> ParsedFeed:
        """What the feed says of itself, without its entries."""
        fields = self._fields(self.feed)
        return ParsedFeed(
            format=self.version,
            title=fields.plain(text(self.feed, "title")),
            link=fields.link(links.site(self.feed)),
            description=fields.plain(first(self.feed, "content", "subtitle", "info", "summary")),
            language=fields.language(text(self.feed, "language")),
            authors=fields.names(authors(self.feed)),
            categories=fields.names(_tags(self.feed)),
            image=fields.link(next(filter(None, logos(self.feed)), "")),
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

    def entry(self, found: Found) -> Entry:
        """Read one entry. In Atom the feed's authors are those of entries without (RFC 4287, 4.2.1)."""
        fields = self._fields(found)
        updated = _date(found, "updated", fields)
        summary, content, source = _summary(found), _content(found), mapping(found, "source")
        late = None if updated else fields.date(first(found, *_OTHER_DATES))
        inherited = self.feed if self.version.startswith("atom") else {}
        return Entry(
            guid=fields.guid(first(found, "id", "dc_identifier", "dcterms_identifier")),
            url=fields.link(links.address(found, self.version)),
            title=fields.line(_markup(found, "title") or as_markup(text(found, "itunes_title"))),
            summary=fields.markup(summary or ("" if content else _body(text(found, CAPTION), "text/plain"))),
            content=fields.markup(content),
            published=_date(found, "published", fields) or _date(found, "created", fields) or updated or late,
            updated=updated,
            authors=fields.names(authors(found) or authors(source) or authors(inherited)),
            categories=fields.names(_tags(found)),
            image=fields.link(next(filter(None, pictures(found)), "")),
            source_name=fields.plain(text(source, "title")),
            source_url=fields.link(text(source, "href") or links.site(source)),
            comments=fields.link(links.thread(found)),
            enclosures=distinct(enclosures(found, fields)),
            problems=fields.problems,
        )

    def _fields(self, found: Found) -> Fields:
        base = self._base
        with contextlib.suppress(ValueError):
            base = urljoin(base, _base(found))
        return Fields(base, self._late)


def _unread(date: str) -> tuple[int, ...] | None:
    """As the first of feedparser's readers of dates: it keeps those from the others that are not for them."""
    return _UNREAD_DATE if read_standard(date) else None


def _parsed(document: bytes) -> Any:
    return feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )


def _summary(found: Found) -> str:
    """The summary; where an entry has none, feedparser gives a copy of the content, and not its type."""
    if listed(found, "content") and not mapping(found, "summary_detail"):
        return ""
    return _markup(found, "summary") or _markup(found, "subtitle")


def _markup(found: Found, name: str) -> str:
    """The text as HTML: where it is declared, or by all looks is, plain, `<` in it is no tag.

    Atom's texts are plain where nothing is said, which many feeds do not know: their summaries have markup.
    """
    kind = text(mapping(found, f"{name}_detail"), "type")
    given = text(found, name)
    plain = kind == "text/plain" and (name == "title" or not escapes.is_markup(given))
    return escapes.undoubled(as_markup(given)) if plain else escapes.once(escapes.as_html(given))


def _content(found: Found) -> str:
    """The longest of the contents that are text."""
    contents = (
        _body(text(content, "value"), text(content, "type"))
        for content in listed(found, "content")
        if text(content, "type").startswith(("text/", *_MARKUP_TYPES))
    )
    return max((*contents, *(text(found, name) for name in _FULL_TEXTS)), key=len)


def _body(given: str, kind: str) -> str:
    markup = kind.startswith(_MARKUP_TYPES) or escapes.is_markup(given)
    return escapes.once(escapes.as_html(given)) if markup else as_markup(given)


def _date(found: Found, name: str, fields: Fields) -> datetime | None:
    parsed = value(found, f"{name}_parsed")
    return fields.date(text(found, name), parsed if isinstance(parsed, struct_time) else None)


def _base(found: Found) -> str:
    """`xml:base` as it was within the entry, where its texts tell; empty where there was none."""
    for name in ("title_detail", "summary_detail", "subtitle_detail"):
        if base := text(mapping(found, name), "base"):
            return base
    return ""


def _tags(found: Found) -> Iterator[str]:
    return (text(tag, "label") or text(tag, "term") for tag in listed(found, "tags"))
