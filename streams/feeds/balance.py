"""Ends of elements put where they are missing, by what a feed's elements are.

`<title>One<link>…` is an unclosed title, since a title holds no link; what comes after it must not become a part
of it, nor be lost. Within texts there may be HTML as it is, with elements that have no end (`<br>`), ends without
a beginning, and attributes without quotation marks.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from html import escape, unescape

from streams.feeds.xml import KEPT

_TAG = re.compile(
    rf"(?P<kept>{KEPT})|<(?P<end>/\s{{0,9}})?(?P<name>[A-Za-z_][\w.:-]{{0,99}})"
    r"(?P<attributes>(?:[\s/](?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+)?)\s*>|(?P<text><)",
    re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([A-Za-z_][\w.:-]{0,99})\s*(?:=\s*(?:\"([^\"<]*)\"|'([^'<]*)'|([^\s\"'<>]*)))?")
_SOUND = re.compile(r"(?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:\"[^\"<]*\"|'[^'<]*'))*\s*/?")
_ENTRIES = frozenset({"item", "entry"})
_TEXTS = frozenset(
    {
        *("title", "link", "description", "summary", "content", "subtitle", "guid", "id", "pubdate", "published"),
        *("updated", "category", "comments", "enclosure", "language", "copyright", "rights", "generator", "ttl"),
        *("lastbuilddate", "managingeditor", "webmaster", "docs", "name", "email", "uri", "url"),
        *("content:encoded", "dc:title", "dc:creator", "dc:date", "dc:subject", "dc:description", "dc:language"),
    }
)
"""Elements that hold no others of a feed."""
_OTHERS = frozenset({"author", "contributor", "source", "image", "channel"})
_VOID = frozenset({"br", "img", "hr", "wbr", "input", "embed", "param", "area", "col"})
_MAX_TAGS = 200_000


def balanced(text: str) -> str:
    """The document with each element ended once and attributes in quotation marks; it may still not be XML."""
    tags = [tag for tag in _TAG.finditer(text) if tag["kept"] is None]
    return _Balance(text, tags).whole() if len(tags) <= _MAX_TAGS else text


class _Balance:
    """One pass over the tags: what is open, and where among the rest each name begins and ends."""

    def __init__(self, text: str, tags: list[re.Match[str]]) -> None:
        self._text, self._tags = text, tags
        self._out: list[str] = []
        self._open: list[str] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        self._texts: list[int] = []
        self._starts, self._ends = _by_name(tags, end=False), _by_name(tags, end=True)
        self._bounds = sorted(at for name in _ENTRIES for at in self._starts[name] + self._ends[name])

    def whole(self) -> str:
        """The document."""
        done = 0
        for tag in self._tags:
            self._out.append(self._text[done : tag.start()])
            done = tag.end()
            if tag["text"]:
                self._out.append("&lt;")
            elif tag["end"]:
                self._ended(tag["name"])
            else:
                self._began(tag)
        self._out.append(self._text[done:])
        self._close(0)
        return "".join(self._out)

    def _began(self, tag: re.Match[str]) -> None:
        name = tag["name"].lower()
        if name in _ENTRIES and self._places[name]:
            self._close(self._places[name][-1])
        elif self._texts and self._is_missing(name, tag.start()):
            self._close(self._texts[-1])
        attributes = _sound(tag["attributes"])
        empty = attributes.endswith("/") or (bool(self._texts) and name in _VOID)
        self._out.append(f"<{tag['name']}{attributes.removesuffix('/')}{'/' if empty else ''}>")
        if not empty:
            if name in _TEXTS:
                self._texts.append(len(self._open))
            self._places[name].append(len(self._open))
            self._open.append(tag["name"])

    def _ended(self, name: str) -> None:
        """An end tag: closes the innermost element of that name, and all in it.

        A tag of HTML closes nothing outside of the text that it stands in. Where a text is open, the end of
        another kind of text, which never began, is taken for its end.
        """
        places, of_feed = self._places[name.lower()], _is_of_feed(name.lower())
        if places and (of_feed or not self._texts or places[-1] >= self._texts[-1]):
            self._close(places[-1])
        elif not places and name.lower() in _TEXTS and self._texts and self._texts[-1] == len(self._open) - 1:
            self._close(self._texts[-1])

    def _close(self, place: int) -> None:
        while len(self._open) > place:
            name = self._open.pop()
            self._places[name.lower()].pop()
            if self._texts and self._texts[-1] == len(self._open):
                self._texts.pop()
            self._out.append(f"</{name}>")

    def _is_missing(self, name: str, at: int) -> bool:
        """Whether the text that is open should have ended before an element of the feed that begins here."""
        if not _is_of_feed(name):
            return False
        opened = self._open[self._texts[-1]].lower()
        bound = bisect_left(self._bounds, at)
        until = self._bounds[bound] if bound < len(self._bounds) else len(self._text)
        return _between(self._ends[opened], at, until) <= _between(self._starts[opened], at, until)


def _is_of_feed(name: str) -> bool:
    return ":" in name or name in _TEXTS or name in _OTHERS or name in _ENTRIES


def _by_name(tags: Iterable[re.Match[str]], *, end: bool) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for tag in tags:
        if tag["name"] and bool(tag["end"]) == end:
            found[tag["name"].lower()].append(tag.start())
    return found


def _between(places: list[int], start: int, stop: int) -> int:
    return bisect_left(places, stop) - bisect_left(places, start)


def _sound(attributes: str) -> str:
    """Attributes in quotation marks, each once; a slash at the end stays."""
    names = [found[0] for found in _ATTRIBUTE.findall(attributes)]
    if _SOUND.fullmatch(attributes) and len(set(names)) == len(names):
        return attributes
    values: dict[str, str] = {}
    whole = attributes.rstrip().removesuffix("/")
    for name, *forms in _ATTRIBUTE.findall(whole):
        values.setdefault(name, "".join(forms))
    written = "".join(f' {name}="{escape(unescape(value))}"' for name, value in values.items())
    return written + attributes.rstrip()[len(whole) :]
