"""What is read from a feed, whatever its format: clean values of bounded size, and a name for each problem.

A format's reader hands over what it found as it found it; `Fields` makes of it what the records may hold.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from time import struct_time
from urllib.parse import urljoin, urlsplit

import msgspec

from streams.codec import content_id
from streams.feeds.dates import read_date
from streams.feeds.late_dates import LateDates
from streams.feeds.text import clean
from streams.records import Enclosure, Hints, Problem

MAX_ENTRIES = 10_000
MAX_PROBLEMS = 50
MAX_LINK_CHARS = 2000
MAX_GUID_CHARS = 2000
MAX_LINE_CHARS = 2000
MAX_MARKUP_CHARS = 1_000_000
MAX_NAMES = 50
MAX_NAME_CHARS = 200
MAX_ENCLOSURES = 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,4}")
_TAG = re.compile(r"<[^<>]*>")
_MARKED = re.compile(r"[<&]")
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|\Z)|<!--.*?(?:-->|\Z)", re.IGNORECASE | re.DOTALL)
_BARE = re.compile(r"(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}(?=[/?#]|\Z)", re.IGNORECASE)
"""A host's name without `https://` before it; it may as well be a file's name."""
_WHOLE = re.compile(r"https?://[a-z0-9-]+(?:\.[a-z0-9-]+)+/[\w.~%/+,@=-]*(?:\?[\w.~%/+,@=&-]+)?", re.ASCII)
"""An address as most are, with nothing to be put right or resolved."""
_AROUND = " \t\r\n\u200b\ufeff\"'<>[]"
"""What stands around an address that was copied from somewhere."""
_SEVERAL = re.compile(r"\s+(?=https?://)", re.IGNORECASE)
_SLASHES = re.compile(r"\A(?:https?:/{1,3}(?=https?:/))?(https?):[/\\]{0,5}(?=[^/\\\s])", re.IGNORECASE)
"""The scheme with too few or too many slashes, or twice."""
_LINE_END = re.compile(r"\s*[\r\n\t]\s*")
_NUMBER = re.compile(r"[0-9]{1,15}")
_CLOCK = re.compile(r"[0-9]{1,7}(?::[0-9]{1,2}){0,2}(?:\.[0-9]{1,6})?")


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One entry. `title`, `summary` and `content` are HTML, also where the feed has plain text.

    `source_name` and `source_url` are whom the entry says it was taken from, `comments` the address of the
    page where it is discussed.
    """

    guid: str | None = None
    url: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    source_name: str = ""
    source_url: str | None = None
    comments: str | None = None
    enclosures: list[Enclosure] = []
    problems: list[Problem] = []

    @property
    def can_be_known(self) -> bool:
        """Whether there is anything to know it by; posts of some sites have neither link nor title but a text."""
        return bool(self.guid or self.url or self.title or self.summary or self.content)


class ParsedFeed(msgspec.Struct, frozen=True, kw_only=True):
    """A feed as read. `format` is its kind and version (`rss20`, `atom10`, `json11`; empty: none declared).

    `title` and `description` are plain text, `link` is the site's address; the oldest entry comes first.
    `problems` are those of the feed as a whole, entries that had to be dropped among them.
    """

    format: str = ""
    title: str
    link: str | None
    description: str = ""
    language: str | None
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    updated: datetime | None = None
    hints: Hints = Hints()
    entries: list[Entry]
    problems: list[Problem]


class Fields:
    """Cleans the values of one entry or feed and collects what was wrong with them in `problems`.

    `base` is the URL that relative links are relative to; empty where it is not known. `late` reads the dates of
    the whole document that are in unusual forms.
    """

    def __init__(self, base: str, late: LateDates | None = None) -> None:
        self._base, self._late = base, late
        self.problems: list[Problem] = []

    def line(self, text: str, max_chars: int = MAX_LINE_CHARS) -> str:
        """One line of text."""
        return " ".join(clean(_unwrapped(text)[: 2 * max_chars]).split())[:max_chars]

    def markup(self, text: str) -> str:
        """HTML, as long as an article can be."""
        if len(text) > MAX_MARKUP_CHARS:
            self._note("long-text", f"{len(text):,} characters of text were cut to {MAX_MARKUP_CHARS:,}")
        return clean(_unwrapped(text[:MAX_MARKUP_CHARS])).strip()

    def link(self, text: str) -> str | None:
        """An absolute http or https address."""
        text = clean(text).strip()
        if not text:
            return None
        if _WHOLE.fullmatch(text) and len(text) <= MAX_LINK_CHARS:
            return text
        if len(text) > MAX_LINK_CHARS:
            self._note("long-link", f"a link of {len(text):,} characters was dropped ({text[:60]}…)")
            return None
        try:
            link = self._joined(text)
            sound = urlsplit(link).scheme in ("http", "https") and bool(urlsplit(link).hostname)
        except ValueError:
            sound = False
        if not sound or len(link) > MAX_LINK_CHARS:
            self._note("bad-link", f"not a web address: {text[:100]!r}")
            return None
        return link

    def _joined(self, text: str) -> str:
        """The absolute form of a link; one that begins with `www.` or the site's own name lacks its scheme."""
        text = _SEVERAL.split(_LINE_END.sub("", text.strip(_AROUND)), maxsplit=1)[0]
        text = _SLASHES.sub(r"\1://", text).replace("&amp;", "&").replace(" ", "%20")  # escaped twice
        host = _BARE.match(text)
        if host and (host[0].lower().startswith("www.") or host[0].lower() == urlsplit(self._base).hostname):
            return f"https://{text}"
        return urljoin(self._base, text)

    def enclosure(
        self, url: str, media_type: str = "", size: object = None, duration: object = None
    ) -> Enclosure | None:
        """A file by its address; None where that is none. Size (bytes) and duration (s, or h:m:s) may be odd."""
        link = self.link(url)
        if link is None:
            return None
        seconds = _seconds(str(duration)) if duration else None
        if isinstance(size, float) and size.is_integer():
            size = int(size)
        digits = str(size).strip().replace(",", "")
        size_bytes = int(digits) if _NUMBER.fullmatch(digits) else None
        return Enclosure(
            url=link,
            media_type=self.line(media_type, MAX_NAME_CHARS).lower(),
            size_bytes=size_bytes or None,
            duration_s=seconds or None,
        )

    def guid(self, text: str) -> str | None:
        """An id, as given; one of absurd length is replaced by its hash."""
        text = clean(text).strip()
        return content_id(text) if len(text) > MAX_GUID_CHARS else text or None

    def date(self, text: str, parsed: struct_time | None = None) -> datetime | None:
        """A date as UTC; see read_date."""
        if not text:
            return None
        moment, problem = read_date(clean(text), parsed, self._late)
        if problem is not None:
            self.problems.append(problem)
        return moment

    def names(self, texts: Iterable[str]) -> list[str]:
        """Distinct short texts, in order, a bounded number of them."""
        found: dict[str, None] = {}
        for text in texts:
            if name := self.plain(text)[:MAX_NAME_CHARS]:
                found[name] = None
            if len(found) == MAX_NAMES:
                break
        return list(found)

    def language(self, text: str) -> str | None:
        """A language tag (BCP 47) as declared; None for what is none."""
        text = text.strip().replace("_", "-")
        return text if _LANGUAGE.fullmatch(text) else None

    def plain(self, markup: str) -> str:
        """A line of HTML without its markup."""
        line = self.line(markup)
        return self.line(html.unescape(_TAG.sub("", _UNSEEN.sub("", line)))) if _MARKED.search(line) else line

    def _note(self, kind: str, message: str) -> None:
        self.problems.append(Problem(kind=kind, message=message))


def distinct(found: Iterable[Enclosure | None]) -> list[Enclosure]:
    """Enclosures by address, each once, a bounded number of them; of two the first is taken."""
    by_url: dict[str, Enclosure] = {}
    for one in found:
        if one is not None and len(by_url) < MAX_ENCLOSURES:
            by_url.setdefault(one.url, one)
    return list(by_url.values())


def _seconds(text: str) -> float | None:
    """A time as podcasts write it: seconds, m:s or h:m:s."""
    if not _CLOCK.fullmatch(text):
        return None
    parts = [float(part) for part in text.split(":")]
    return sum(part * unit for part, unit in zip(reversed(parts), (1, 60, 3600), strict=False))


def _unwrapped(text: str) -> str:
    """Without the marks of a CDATA section that became a part of the text, as it was wrapped twice."""
    if "<![CDATA[" not in text[:50] and "&lt;![CDATA[" not in text[:50]:
        return text
    inside = text.strip().removeprefix("<![CDATA[").removeprefix("&lt;![CDATA[")
    return re.sub(r"\]\]\s?(?:>|&gt;)?$", "", inside)


def as_markup(plain: str) -> str:
    """Plain text as HTML."""
    return html.escape(plain, quote=False)
