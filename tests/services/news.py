"""A stream of news without end: the labelled one told again and again, each time in other words and places."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from zlib import crc32

import msgspec

from streams.domains import domain_of
from streams.records import RawItem, Source, Tick
from tests.factories import rule

STREAM = Path(__file__).parents[1] / "quality" / "stream.jsonl"
APART = timedelta(seconds=10)
TICK_EVERY, EDIT_EVERY, SIGHT_EVERY = 50, 11, 7
LONG_WORD = re.compile(r"[^\W\d_]{5,}")

RULES = [
    rule(id="water", name="Water", query="dam OR river OR flood", throttle_s=3600.0),
    rule(id="power", name="Power", query="minister OR government", channels=[]),
]
Sent = tuple[str, RawItem | Tick]
"""A record with its key."""


class Row(msgspec.Struct):
    """An article of the committed stream."""

    id: str
    publisher: str
    title: str
    url: str
    text: str = ""
    summary: str = ""


def news(items: int, begin: datetime) -> list[Sent]:
    """So many articles, one every APART, with ticks between; some are edited, some seen in a second feed."""
    return list(_with_later(islice(_articles(begin), items)))


def _articles(begin: datetime) -> Iterator[RawItem]:
    rows = [msgspec.json.decode(line, type=Row) for line in STREAM.read_bytes().splitlines()]
    for turn in count():
        for number, row in enumerate(rows):
            at = begin + (turn * len(rows) + number) * APART
            yield RawItem(
                feed_id=row.publisher,
                source=Source(name=row.publisher, domain=domain_of(row.url)),
                fetched_at=at,
                published=at,
                url=f"{row.url}/{at:%Y%m%d}/{turn}",
                title=_told(row.title, turn),
                content=f"<p>{_told(row.text or row.summary, turn)}</p>",
            )


def _with_later(items: Iterator[RawItem]) -> Iterator[Sent]:
    for number, item in enumerate(items):
        if number % TICK_EVERY == 0:
            yield "", Tick(at=item.fetched_at)
        yield item.source.domain, item
        if number % EDIT_EVERY == 0:
            yield item.source.domain, msgspec.structs.replace(item, content=f"{item.content}<p>Edited since.</p>")
        if number % SIGHT_EVERY == 0:
            yield item.source.domain, msgspec.structs.replace(item, feed_id=f"{item.feed_id}, all")


def _told(text: str, turn: int) -> str:
    """A third of the longer words are this turn's own, so that each turn has stories of its own."""

    def told(word: re.Match[str]) -> str:
        chosen = crc32(f"{word[0]} {turn}".encode())
        return word[0] if chosen % 3 else f"{word[0]}{'aeiou'[chosen // 3 % 5]}{chr(97 + chosen // 15 % 26)}"

    return LONG_WORD.sub(told, text)
