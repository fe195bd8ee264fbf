"""What the files of feedparser's own test corpus expect of a parser, judged by what we read from them.

Each file begins with a comment that holds a Python expression over feedparser's result. It is never run: it
is read as a tree, and of its parts joined by `and` those that compare a field that we have with a constant are
judged. Texts are compared as readers get to see them, since we hand markup on as it is and make it plain later.
"""

from __future__ import annotations

import ast
import html
import re
import tarfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Literal, NamedTuple

from streams.feeds.dates import read_date
from streams.feeds.entries import Entry, ParsedFeed
from streams.identify.html import paragraphs
from streams.records import Enclosure

Verdict = Literal["holds", "fails", "other"]
"""`other`: the expectation is about nothing that we have."""

_EXPECT = re.compile(r"Expect:\s*([^\n]*?)\s*(?:-->|\n)")
_HEADER = re.compile(r"^Header:\s*Content-type:\s*([^\n]*)", re.MULTILINE | re.IGNORECASE)
_ENCODINGS = ("utf-8", "utf-32", "utf-16", "utf-32-be", "utf-32-le", "utf-16-be", "utf-16-le", "cp037")


class Case(NamedTuple):
    """A file of the corpus. `content_type` is the HTTP header that it is meant to come with."""

    name: str
    body: bytes
    expression: str
    content_type: str | None


class Html(str):
    """One of our texts, of which what readers see is compared."""


class Name(str):
    """A person, whom feedparser may give with an address in brackets."""


class NotOursError(Exception):
    """A part of an expression that is about nothing that we have."""


def cases(archive: Path) -> Iterator[Case]:
    """All feeds of the corpus, in the order of their names."""
    with tarfile.open(archive) as packed:
        for member in sorted(packed.getmembers(), key=lambda one: one.name):
            file = packed.extractfile(member) if member.isfile() else None
            if file is not None and member.name.endswith((".xml", ".json")):
                yield _case(member.name.partition("/tests/")[2], file.read())


def _case(name: str, body: bytes) -> Case:
    texts = (body.decode(encoding, "replace") for encoding in _ENCODINGS)
    comment = next((text for text in texts if "Expect:" in text), "")
    expected, header = _EXPECT.search(comment), _HEADER.search(comment)
    return Case(name, body, expected[1] if expected else "", header[1].strip() if header else None)


def judge(expression: str, found: ParsedFeed) -> Verdict:
    """Whether what was read is what an expression says, as far as it is about fields that we have."""
    try:
        tree = ast.parse(expression, mode="eval").body
    except SyntaxError:
        return "other"
    parts = tree.values if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And) else [tree]
    judged = []
    for part in parts:
        try:
            judged.append(_holds(part, found))
        except NotOursError:
            continue
    if not judged:
        return "other"
    return "holds" if all(judged) else "fails"


def _holds(part: ast.expr, found: ParsedFeed) -> bool:
    """One comparison: a field, its length or its character's number with a constant."""
    match part:
        case ast.Compare(
            left=ast.Call(func=ast.Name(id=wanted), args=[asked]), ops=[ast.Eq()], comparators=[right]
        ) if wanted in ("len", "ord"):
            pass
        case ast.Compare(left=asked, ops=[ast.Eq()], comparators=[right]):
            wanted = ""
        case _:
            raise NotOursError
    read = _reading(asked)
    expected = _constant(right)
    try:
        ours = read(found)
    except IndexError:
        return False
    match wanted, ours:
        case "len", list() | str():
            return bool(len(ours) == expected)
        case "ord", str():
            return isinstance(expected, int) and _same(ours, chr(expected))
    return _same(ours, expected)


def _constant(node: ast.expr) -> object:
    """A literal, or texts joined by `+`."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return f"{_constant(left)}{_constant(right)}"
    try:
        return ast.literal_eval(node)
    except ValueError as error:
        raise NotOursError from error


def _reading(node: ast.expr) -> Callable[[ParsedFeed], object]:
    """How to read the field that a chain of subscripts and attributes names. Raises NotOursError."""
    names, places = list[str](), list[int]()
    while not isinstance(node, ast.Name):
        match node:
            case ast.Subscript(value=inner, slice=ast.Constant(value=str(key))):
                names.insert(0, key)
            case ast.Subscript(value=inner, slice=ast.Constant(value=int(place))):
                places.insert(0, place)
            case ast.Attribute(value=inner, attr=key):
                names.insert(0, key)
            case _:
                raise NotOursError
        node = inner
    path = ".".join(names)
    if node.id == "feed" and path in _FEED:
        return lambda found: _at(_FEED[path](found), places)
    if node.id == "entries" and not names:
        return lambda found: found.entries
    if node.id == "entries" and places and path in _ENTRY:
        return lambda found: _at(_ENTRY[path](found.entries[::-1][places[0]]), places[1:])
    raise NotOursError


def _at(value: object, places: list[int]) -> object:
    for place in places:
        value = value[place] if isinstance(value, list) else value
    return value


def _same(ours: object, expected: object) -> bool:
    match ours, expected:
        case Html(), str():
            return str(ours) == expected or html.unescape(ours) == expected or _seen(ours) == _seen(expected)
        case Name(), str():
            return ours == expected or expected.startswith(f"{ours} (")
        case datetime(), tuple():
            return tuple(ours.timetuple())[:6] == expected[:6]
        case datetime(), str():
            return ours == read_date(expected)[0]
        case Enclosure(), dict():
            length = None if ours.size_bytes is None else str(ours.size_bytes)
            return {"href": ours.url, "length": length, "type": ours.media_type} == expected
        case int(), str():
            return str(ours) == expected
        case None, "":
            return True
    return ours == expected


def _seen(markup: str) -> str:
    return " ".join(" ".join(line.text for line in paragraphs(markup, 100_000)).split())


def _plain(text: str) -> Html:
    return Html(html.escape(text, quote=False))


_FEED: dict[str, Callable[[ParsedFeed], object]] = {
    "title": lambda feed: _plain(feed.title),
    "title_detail.value": lambda feed: _plain(feed.title),
    "link": lambda feed: feed.link,
    "language": lambda feed: feed.language,
    "author": lambda feed: Name(feed.authors[0]),
    "authors.name": lambda feed: list(map(Name, feed.authors)),
    "author_detail.name": lambda feed: Name(feed.authors[0]),
    "tags.term": lambda feed: feed.categories,
    "tags.label": lambda feed: feed.categories,
    "category": lambda feed: feed.categories[0],
    "image.href": lambda feed: feed.image,
    "image.url": lambda feed: feed.image,
    "logo": lambda feed: feed.image,
    **{name: lambda feed: feed.updated for name in ("updated", "updated_parsed", "modified", "modified_parsed")},
    **{
        name: lambda feed: _plain(feed.description)
        for kind in ("tagline", "subtitle", "description", "info")
        for name in (kind, f"{kind}_detail.value")
    },
}
_ENTRY: dict[str, Callable[[Entry], object]] = {
    "title": lambda entry: Html(entry.title),
    "title_detail.value": lambda entry: Html(entry.title),
    **{
        name: lambda entry: Html(entry.summary or entry.content)
        for kind in ("summary", "description")
        for name in (kind, f"{kind}_detail.value")
    },
    "content.value": lambda entry: [Html(entry.content or entry.summary)],
    "link": lambda entry: entry.url,
    "id": lambda entry: entry.guid,
    "guid": lambda entry: entry.guid,
    "author": lambda entry: Name(entry.authors[0]),
    "authors.name": lambda entry: list(map(Name, entry.authors)),
    "author_detail.name": lambda entry: Name(entry.authors[0]),
    "tags.term": lambda entry: entry.categories,
    "tags.label": lambda entry: entry.categories,
    "category": lambda entry: entry.categories[0],
    "comments": lambda entry: entry.comments,
    "enclosures": lambda entry: entry.enclosures,
    "enclosures.href": lambda entry: [one.url for one in entry.enclosures],
    "enclosures.url": lambda entry: [one.url for one in entry.enclosures],
    "enclosures.type": lambda entry: [one.media_type for one in entry.enclosures],
    "enclosures.length": lambda entry: [one.size_bytes for one in entry.enclosures],
    "media_content.url": lambda entry: [one.url for one in entry.enclosures],
    "source.title": lambda entry: _plain(entry.source_name),
    "source.title_detail.value": lambda entry: _plain(entry.source_name),
    "source.href": lambda entry: entry.source_url,
    "source.url": lambda entry: entry.source_url,
    "source.link": lambda entry: entry.source_url,
    **{
        name: lambda entry: entry.published
        for kind in ("published", "issued", "created")
        for name in (kind, f"{kind}_parsed")
    },
    **{
        name: lambda entry: entry.updated or entry.published
        for kind in ("updated", "modified", "date")
        for name in (kind, f"{kind}_parsed")
    },
}
