"""A stream of news without end: the labelled one told again and again, each time of other things.

What lies weeks apart in the labelled stream passes within minutes here, so each of its stories gets words of its
own: with the labelled ones it is by chance, and by the order of arrival, what counts as one story.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count, islice
from pathlib import Path
from string import ascii_lowercase
from zlib import crc32

import msgspec

from streams.domains import domain_of
from streams.records import RawItem, Source, Tick, Unusual
from tests.factories import NOON, rule

STREAM = Path(__file__).parents[1] / "quality" / "stream.jsonl"
APART = timedelta(seconds=10)
TICK_EVERY, EDIT_EVERY, SIGHT_EVERY = 20, 11, 7
WORD = re.compile(r"[^\W\d_]{3,}|\d+")
KEPT = {"dam", "river", "flood", "minister", "government", "port", "vane", "renn"}
"""What rules ask for, and whom people decide about."""
VOWELS, LETTERS = "aeiou", ascii_lowercase

WATER, POWER = "dam OR river OR flood", "minister OR government"
RULES = [
    rule(id="water", name="Water", query=WATER, throttle_s=3600.0),
    rule(id="power", name="Power", query=POWER, channels=[]),
    rule(id="often", name="Often", query=WATER, kind="frequency", count=2, window_s=600.0),
    rule(id="surge", name="Surge", query=POWER, kind="spike", minimum=2, factor=1.5, window_s=120.0),
    rule(id="new", name="New", query=f"{WATER} OR {POWER}", kind="new_story", publishers=3, window_s=3600.0),
    rule(id="back", name="Back", query=f"{WATER} OR {POWER}", kind="returning"),
    rule(id="none", name="None", query=WATER, kind="silence", window_s=600.0),
    rule(id="feeds", name="Feeds", query="", kind="coverage"),
]
SILENT = Unusual(
    feed_id="ferries.example",
    source=Source(name="Ferries", domain="ferries.example"),
    what="silent",
    since=NOON,
    at=NOON + timedelta(days=1),
    why="nothing new for a day",
)
"""What a reader says of a feed; of another one it says that this is over."""
IRREGULAR = [
    SILENT,
    *(msgspec.structs.replace(SILENT, feed_id="cracks.example", over=over) for over in (False, True)),
]
Sent = tuple[str, RawItem | Tick]
"""A record with its key."""


class Row(msgspec.Struct):
    """An article of the committed stream."""

    id: str
    publisher: str
    title: str
    url: str
    story: str
    text: str = ""
    summary: str = ""


def news(items: int, begin: datetime) -> list[Sent]:
    """So many articles, one every APART, with ticks between; some are edited, some seen in a second feed."""
    return list(flow(items, begin, APART))


def flow(items: int, begin: datetime, apart: timedelta) -> Iterator[Sent]:
    """The same one after the other, as many as there may be, so far apart."""
    return _with_later(islice(_articles(begin, apart), items))


_FERRIES = "ferries commuters queues mornings tickets pier captains boats crossing timetable"
_CRACKS = "girders cracks inspectors welds steel engineers metal fatigue rust bolts"
_SIDES = {"ferries": _FERRIES.split(), "cracks": _CRACKS.split()}


def two_sides(begin: datetime) -> list[Sent]:
    """Two events, as far as anybody can tell."""
    return [_side(begin, name, words, number) for number in (1, 2) for name, words in _SIDES.items()]


def one_event(begin: datetime) -> list[list[Sent]]:
    """What makes both stories one: articles that begin with one side and go over to the other, step by step.

    Within a step the order is of no importance.
    """
    ferries, cracks = _SIDES.values()
    steps = [
        [
            _side(begin, "ferries", [*ferries[part:], *cracks[: 3 + part]], 10 * part + number)
            for number in range(3)
        ]
        for part in (1, 3, 5, 6)
    ]
    return [*steps, [("", Tick(at=begin + timedelta(minutes=30)))]]


def _side(at: datetime, name: str, words: list[str], number: int) -> Sent:
    domain = f"{name}{number}.example"
    item = RawItem(
        feed_id=domain,
        source=Source(name=domain, domain=domain),
        fetched_at=at,
        published=at,
        url=f"https://{domain}/{at:%Y%m%d}",
        title=" ".join(words[-4:]).capitalize(),
        content=f"<p>{' '.join(words).capitalize()} number{number}.</p>",
    )
    return domain, item


def _articles(begin: datetime, apart: timedelta) -> Iterator[RawItem]:
    rows = [msgspec.json.decode(line, type=Row) for line in STREAM.read_bytes().splitlines()]
    for turn in count():
        for number, row in enumerate(rows):
            at = begin + (turn * len(rows) + number) * apart
            yield RawItem(
                feed_id=row.publisher,
                source=Source(name=row.publisher, domain=domain_of(row.url)),
                fetched_at=at,
                published=at,
                url=f"{row.url}/{at:%Y%m%d}/{turn}",
                title=_told(row.title, row, turn),
                content=f"<p>{_told(row.text or row.summary, row, turn)}</p>",
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


def _told(text: str, row: Row, turn: int) -> str:
    """All words but KEPT, and all numbers, are this turn's and story's own: no two tell of one thing."""

    def told(word: re.Match[str]) -> str:
        chosen = crc32(f"{word[0]} {row.story} {turn}".encode())
        if word[0].isdigit():
            return str(chosen)[-len(word[0]) :]
        endings = (VOWELS[chosen % 5], LETTERS[chosen // 5 % 26], VOWELS[chosen // 130 % 5])
        return word[0] if word[0].casefold() in KEPT else "".join((word[0], *endings))

    return WORD.sub(told, text)
