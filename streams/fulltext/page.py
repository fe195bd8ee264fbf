"""What a page of the web says: the article's text, when it was published, and whose it is.

A pure function of the page's bytes, for a process of its own. The text is what trafilatura finds (Barbaresi,
"Trafilatura: A Web Scraping Library and Command-Line Tool for Text Discovery and Extraction", ACL 2021).
"""

from __future__ import annotations

import html
import re
from contextlib import suppress
from datetime import datetime
from html.parser import HTMLParser
from urllib.parse import urljoin

import msgspec
from trafilatura import bare_extraction

from streams.feeds.dates import read_date
from streams.feeds.text import clean, decode

MAX_HEAD_CHARS = 1_000_000
MAX_SCRIPT_CHARS = 100_000
_META_DATES = (
    "article:published_time",
    "datepublished",
    "parsely-pub-date",
    "og:published_time",
    "date.issued",
    "dcterms.created",
    "dc.date.issued",
    "dcterms.issued",
    "sailthru.date",
    "pubdate",
    "publish-date",
)
"""The names under which pages give the time of publication, the surest first."""
_LD_DATE = re.compile(r'"datePublished"\s*:\s*"([^"\\]{4,40})"')
_EXACT = re.compile(r"\d\d:\d\d.*?(?:Z|GMT|UTC|[+-]\d\d:?\d\d)\s*$")


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """A page as read. `url` is where it came from in the end, `markup` the article's text as HTML paragraphs.

    `exact` says that `published` was given with its time and zone. `canonical` is the address that the page names
    as its own.
    """

    url: str
    markup: str = ""
    published: datetime | None = None
    exact: bool = False
    canonical: str | None = None


def read_page(body: bytes, *, url: str, content_type: str | None) -> Page:
    """Read a page; one without an article in it has no `markup`."""
    text = clean(decode(body, content_type)[0])
    head = _Head()
    with suppress(AssertionError):  # html.parser's own way to give up on broken markup
        head.feed(text[:MAX_HEAD_CHARS])
    published, exact = head.published()
    return Page(
        url=url,
        markup=_article(text, url),
        published=published,
        exact=exact,
        canonical=_joined(urljoin(url, head.base), head.canonical) if head.canonical else None,
    )


def _article(text: str, url: str) -> str:
    found = bare_extraction(text, url=url, include_comments=False, include_tables=False)
    lines = str(getattr(found, "text", None) or "").split("\n")
    return "".join(f"<p>{html.escape(line)}</p>" for line in lines if line.strip())


def _joined(base: str, link: str) -> str | None:
    try:
        return urljoin(base, link)
    except ValueError:
        return None


class _Head(HTMLParser):
    """What a page says of itself, wherever in it that stands."""

    def __init__(self) -> None:
        super().__init__()
        self.base = self.canonical = ""
        self._dates: dict[str, str] = {}
        self._in_data = False

    def published(self) -> tuple[datetime | None, bool]:
        """The time of publication, and whether it was given in full."""
        for name in ("ld", *_META_DATES, "time"):
            given = self._dates.get(name, "").strip()
            moment, _ = read_date(given)
            if moment is not None:
                return moment, _EXACT.search(given) is not None
        return None, False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: (value or "").strip() for name, value in attrs}
        if tag == "base" and not self.base:
            self.base = given.get("href", "")
        elif tag == "link" and not self.canonical and "canonical" in given.get("rel", "").lower().split():
            self.canonical = given.get("href", "")
        elif tag == "meta":
            for name in ("property", "itemprop", "name"):
                self._dates.setdefault(given.get(name, "").lower(), given.get("content", ""))
        elif tag == "time" and ("pubdate" in given or given.get("itemprop", "").lower() == "datepublished"):
            self._dates.setdefault("time", given.get("datetime", ""))
        self._in_data = tag == "script" and given.get("type", "").lower() == "application/ld+json"

    def handle_data(self, data: str) -> None:
        if self._in_data and "ld" not in self._dates and (found := _LD_DATE.search(data[:MAX_SCRIPT_CHARS])):
            self._dates["ld"] = found[1]

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False
