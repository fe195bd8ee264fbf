"""Reading a feed: bytes in, clean entries and named problems out.

A pure function of its arguments, for threads and processes. One broken entry never costs the others, and
nothing in the bytes makes it open a file, ask the network or take all memory.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from msgspec.structs import replace

from streams.errors import NotAFeedError
from streams.feeds.captions import with_captions
from streams.feeds.cdata import with_ended_sections
from streams.feeds.content_items import with_contents
from streams.feeds.entries import MAX_ENTRIES, MAX_PROBLEMS, Entry, ParsedFeed
from streams.feeds.item_images import with_images
from streams.feeds.jsonfeed import JsonFeed
from streams.feeds.jsontext import json_within
from streams.feeds.mending import ENTRY, mended
from streams.feeds.namespaces import with_plain_names
from streams.feeds.owners import with_owners
from streams.feeds.rdf import with_rss_forms
from streams.feeds.surplus import without_surplus
from streams.feeds.text import decode
from streams.feeds.wrapped import without_page
from streams.feeds.xhtml_texts import with_bodies
from streams.feeds.xml import defuse, root_name
from streams.feeds.xmlfeed import XmlFeed
from streams.records import Problem

T = TypeVar("T")

_REWRITES = (
    with_ended_sections,
    with_plain_names,
    with_rss_forms,
    with_contents,
    with_bodies,
    with_captions,
    with_images,
    with_owners,
    without_surplus,
)
"""What feeds have that feedparser does not read, as what it reads, and nothing that it would take long for."""
_FEED_TAG = re.compile(r"<(?:[\w.-]{1,40}:)?(?:rss|rdf|feed|channel|item|entry)[\s>/]", re.IGNORECASE)


def parse(body: bytes, *, url: str = "", content_type: str | None = None) -> ParsedFeed:
    """Read a feed of any known format (RSS 0.9x to 2.0, RDF, Atom, JSON Feed), the oldest entry first.

    `url` is where it came from, for links relative to it; `content_type` the HTTP header.

    Raises NotAFeedError (`empty`, `html`, `not-a-feed`, `xml-entities`) when there is no feed in it.
    """
    text, wrong_encoding = decode(body, content_type)
    text = text.lstrip("\ufeff \t\r\n")
    problems = [wrong_encoding] if wrong_encoding else []
    if not text.strip("\0"):
        raise NotAFeedError("empty", "the answer is empty")
    if (found := json_within(text)) is not None:
        return _parse_json(found, url, problems)
    text = without_page(text)
    if root_name(text) in ("html", "head", "body"):
        raise NotAFeedError("html", "the answer is a web page, not a feed: look for its feed's address in it")
    return _parse_xml(text, url, problems)


def _parse_json(text: str, url: str, problems: list[Problem]) -> ParsedFeed:
    found = JsonFeed(text, url)
    items, too_many = _limited(found.items)
    entries, faults = _each(items, found.entry)
    about = found.about()
    problems = problems + found.problems + too_many + about.problems + faults
    return replace(about, entries=_oldest_first(entries), problems=problems[:MAX_PROBLEMS])


def _parse_xml(text: str, url: str, problems: list[Problem]) -> ParsedFeed:
    if not _FEED_TAG.search(text):
        raise _no_feed(text)
    text, too_many = _without_late_entries(text)
    for rewrite in _REWRITES:
        text = rewrite(text)
    document, harmful = defuse(text)
    document, broken = mended(document)
    try:
        found = XmlFeed(document, url)
    except Exception as error:  # feedparser meets what nobody has thought of
        raise NotAFeedError("not-a-feed", f"the document cannot be read ({type(error).__name__})") from error
    if not (found.version or found.entries or root_name(text) == "channel"):
        raise _no_feed(text)
    entries, faults = _each(found.entries, found.entry)
    about = found.about()
    problems = problems + too_many + harmful + (broken or found.problems) + about.problems + faults
    return replace(about, entries=_oldest_first(entries), problems=problems[:MAX_PROBLEMS])


def _no_feed(text: str) -> NotAFeedError:
    return NotAFeedError("not-a-feed", f"the document is no feed (its first element is <{root_name(text)[:40]}>)")


def _each(found: Sequence[T], read: Callable[[T], Entry]) -> tuple[list[Entry], list[Problem]]:
    """Read each entry; those that cannot be, and those with nothing to be known by, are counted as problems."""
    entries: list[Entry] = []
    unreadable: list[str] = []
    nameless = 0
    for one in found:
        try:
            entry = read(one)
        except Exception as error:  # whatever is wrong with one entry, the others go on
            unreadable.append(f"{type(error).__name__}: {error}"[:200])
            continue
        entries.append(entry)
        nameless += not entry.can_be_known
    problems = []
    if unreadable:
        message = f"{len(unreadable)} entries could not be read, the first for {unreadable[0]}"
        problems.append(Problem(kind="entry-unreadable", message=message))
    if nameless:
        message = f"{nameless} entries without a usable link, id and text are passed over"
        problems.append(Problem(kind="entry-nameless", message=message))
    return entries, problems


def _oldest_first(entries: list[Entry]) -> list[Entry]:
    """By date where all have one; else the other way round, since feeds list the newest first."""
    backwards = entries[::-1]
    dated = [entry.published for entry in backwards if entry.published is not None]
    if len(dated) < len(backwards):
        return backwards
    order = sorted(range(len(backwards)), key=dated.__getitem__)
    return [backwards[place] for place in order]


def _limited(items: list[T]) -> tuple[list[T], list[Problem]]:
    return items[:MAX_ENTRIES], [_too_many()] if len(items) > MAX_ENTRIES else []


def _without_late_entries(text: str) -> tuple[str, list[Problem]]:
    """The document cut before an absurd number of entries is made of it."""
    if text.count("<") <= MAX_ENTRIES:
        return text, []
    for number, match in enumerate(ENTRY.finditer(text)):
        if number == MAX_ENTRIES:
            return text[: match.start()], [_too_many()]
    return text, []


def _too_many() -> Problem:
    return Problem(kind="too-many-entries", message=f"only the first {MAX_ENTRIES:,} entries were read")
