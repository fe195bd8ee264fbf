"""Boilerplate learned from each source: a paragraph that comes again in its other articles is none of theirs.

Three things repeat paragraphs without being boilerplate, and are told apart. Versions of one article share most
of their text or their beginning: they count as one. Articles on one matter repeat what happened, and their titles
have a word in common: such a paragraph stays. Stock sentences (`Police are investigating.`) stand between others
and are plain: they go only when they come more often than chance would have it.

What is remembered of a source is bounded and decays. An article is taken up before its identity is stored, so a
crash between the two brings it again: taking it up twice changes nothing, it never counts against itself, and
what was removed from it is known from then on. It is therefore decided as it was.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from streams.codec import content_id
from streams.identify.html import Paragraph
from streams.identify.prompts import House, speaks_to_reader

MAX_PAGES = 24
MAX_LINES = 40
"""Lines remembered of one article: a quarter of them its first, the others its last."""
MAX_KNOWN = 200
MAX_TOPIC_WORDS = 12
DECAY_DAYS = 60
FEW, MANY = 2, 4
"""In how many other articles a line has to stand: one around the text, and one that could be telling."""
STOCK_WORDS = 12
SAME_TEXT = 0.8
SAME_BEGINNING = 0.5
"""Which part of an article's text another one has if it is a version of it; less if it begins alike."""


class Page(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of one article: its day, the words of its title, and its lines by their keys."""

    article: str
    day: int
    topic: list[str]
    lines: list[str]


class Habits(msgspec.Struct, frozen=True):
    """What is remembered of one source: its latest articles, and the lines that repeat with the day last met."""

    pages: list[Page] = []
    known: dict[str, int] = {}

    @property
    def last_day(self) -> int:
        """The day on which anything was learned last."""
        return max([page.day for page in self.pages], default=0)


class Reading(NamedTuple):
    """An article as it is compared with others of its source; `day` counts as dates' ordinals do."""

    article: str
    day: int
    topic: list[str]
    lines: Sequence[Paragraph]
    keys: list[str]
    house: House


def reading_of(article: str, day: int, title: str, lines: Sequence[Paragraph], house: House) -> Reading:
    """An article by its id, title and lines, and its publisher."""
    words = dict.fromkeys(_TOPIC_WORD.findall(title.casefold()))
    topic = [word for word in words if word not in house.words][:MAX_TOPIC_WORDS]
    return Reading(article, day, topic, lines, [line_key(line.text) for line in lines], house)


def repeated(habits: Habits, reading: Reading) -> list[str]:
    """The texts of the lines that are not the article's.

    Empty where nothing would be left: then the repeating lines are all that the article is.
    """
    lines, counts = reading.lines, _counts(habits, reading)
    often = [here for here, count in enumerate(counts) if count >= FEW]
    found = {here for here in often if counts[here] >= MANY or not _tells(lines[here], reading)}
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        for here in order:
            if here not in found and (counts[here] < FEW or _is_short(lines[here])):
                break
            found.add(here)
    return [lines[here].text for here in sorted(found)] if len(found) < len(lines) else []


def learn(habits: Habits, reading: Reading, found: Sequence[str]) -> Habits:
    """The habits with an article taken up, which is new and in which these lines were `found` to be repeated.

    A version of an article that is known teaches nothing else.
    """
    texts = set(found)
    removed = {
        key: reading.day for key, line in zip(reading.keys, reading.lines, strict=True) if line.text in texts
    }
    known = {
        key: day for key, day in habits.known.items() if reading.day - day <= DECAY_DAYS and key not in removed
    }
    known = dict(list((known | removed).items())[-MAX_KNOWN:])
    others = _others(habits, reading)
    if any(_is_version(page, reading) for page in others):
        return msgspec.structs.replace(habits, known=known)
    page = Page(reading.article, reading.day, reading.topic, _remembered(reading.keys))
    return Habits([*others, page][-MAX_PAGES:], known)


def line_key(text: str) -> str:
    """What a line is recognised by: its letters and digits."""
    return content_id(" ".join(_WORD.findall(text.casefold())))[:KEY_DIGITS]


KEY_DIGITS = 10
_WORD = re.compile(r"\w+")
_TOPIC_WORD = re.compile(r"[^\W\d_]{4,30}")
_ENDED = re.compile(r"[.!?…][\"'”’»)\]]*$")


def _counts(habits: Habits, reading: Reading) -> list[int]:
    """In how many other articles, of other matters, each line stands; MANY at least for a known line."""
    keys = set(reading.keys)
    having: dict[str, list[Page]] = {}
    for page in _others(habits, reading):
        shared = keys.intersection(page.lines)
        if shared and not _is_version(page, reading):
            for key in shared:
                having.setdefault(key, []).append(page)
    counts: list[int] = []
    for key, line in zip(reading.keys, reading.lines, strict=True):
        pages = having.get(key, [])
        count = 0 if set(reading.topic).intersection(*(page.topic for page in pages)) else len(pages)
        known = reading.day - habits.known.get(key, -DECAY_DAYS) <= DECAY_DAYS
        counts.append(0 if line.kind == "quote" else max(count, MANY) if known else count)
    return counts


def _others(habits: Habits, reading: Reading) -> list[Page]:
    return [
        page for page in habits.pages if page.article != reading.article and reading.day - page.day <= DECAY_DAYS
    ]


def _is_version(page: Page, reading: Reading) -> bool:
    chars = [len(line.text) for line in reading.lines]
    lines = set(page.lines)
    shared = sum(count for key, count in zip(reading.keys, chars, strict=True) if key in lines)
    return shared >= (SAME_BEGINNING if reading.keys[0] in lines else SAME_TEXT) * sum(chars)


def _tells(line: Paragraph, reading: Reading) -> bool:
    """Whether a line could be telling: a sentence that speaks neither to the reader nor of its publisher."""
    ended = _ENDED.search(line.text) is not None
    return ended and not line.linked and not speaks_to_reader(line.text, reading.house)


def _is_short(line: Paragraph) -> bool:
    return line.text.count(" ") + 1 < STOCK_WORDS


def _remembered(keys: list[str]) -> list[str]:
    first = MAX_LINES // 4
    return keys if len(keys) <= MAX_LINES else keys[:first] + keys[first - MAX_LINES :]
