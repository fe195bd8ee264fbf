"""News without end for benchmarks: made up, the same at every run, and shaped as the real thing is.

Words are drawn as often as the committed stream uses them, and each story has words and names of its own, so that
finding its language, its names, its copies and its story costs what it does with real articles. Some stories are
large and most are small; one item in ten repeats an earlier one of its story, word for word.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, count
from pathlib import Path
from typing import NamedTuple

from streams.records import RawItem, Source
from streams.rows import read_rows

STREAM = Path(__file__).parent.parent / "tests" / "quality" / "stream.jsonl"
START = datetime(2026, 3, 2, tzinfo=UTC)
A_SECOND = 30
"""Items: a busy hour of some thousands of feeds."""

PUBLISHERS = 200
OPEN_STORIES = 400
MOST_ARTICLES = 60
"""Of one story; the smaller a story, the more of them there are."""
COPIES = 0.1
TITLE_WORDS, TEXT_WORDS, SENTENCE_WORDS = 9, 120, 15
STORY_WORDS, STORY_NAMES = 25, 6
OWN_WORDS = 0.35
"""Share of an article's words that are its story's own."""
SYLLABLES = (
    "ka",
    "lo",
    "mer",
    "dan",
    "vi",
    "tor",
    "sel",
    "bri",
    "no",
    "gar",
    "hu",
    "pel",
    "ti",
    "ras",
    "wen",
    "os",
)


class _Story(NamedTuple):
    words: Sequence[str]
    told: list[tuple[str, str]]
    articles: int


class News:
    """An endless stream of items in order of time, `a_second` of them; the same seed gives the same."""

    def __init__(self, seed: int = 0, start: datetime = START, a_second: float = A_SECOND) -> None:
        self._chance = random.Random(seed)
        self._seed, self._start, self._a_second = seed, start, a_second
        counts = Counter(word for row in read_rows(STREAM) for word in re.findall(r"[A-Za-z]+", row.text or ""))
        self._words, self._often = list(counts), list(accumulate(counts.values()))
        self._stories = [self._story() for _ in range(OPEN_STORIES)]

    def __iter__(self) -> Iterator[RawItem]:
        for number in count():
            at = self._start + timedelta(seconds=number / self._a_second)
            place = self._chance.randrange(OPEN_STORIES)
            story = self._stories[place]
            title, text = self._article(story)
            if len(story.told) >= story.articles:
                self._stories[place] = self._story()
            yield self._item(number, at, title, text)

    def _story(self) -> _Story:
        rare = self._chance.choices(self._words, k=STORY_WORDS)
        names = [self._name() for _ in range(STORY_NAMES)]
        articles = int(MOST_ARTICLES ** self._chance.random())
        return _Story(rare + names, [], articles)

    def _name(self) -> str:
        return "".join(self._chance.choices(SYLLABLES, k=4)).capitalize()

    def _article(self, story: _Story) -> tuple[str, str]:
        if story.told and self._chance.random() < COPIES:
            told = self._chance.choice(story.told)
        else:
            sentences = (self._sentence(story, SENTENCE_WORDS) for _ in range(TEXT_WORDS // SENTENCE_WORDS))
            told = self._sentence(story, TITLE_WORDS).rstrip("."), " ".join(sentences)
        story.told.append(told)
        return told

    def _sentence(self, story: _Story, length: int) -> str:
        own = sum(self._chance.random() < OWN_WORDS for _ in range(length))
        words = self._chance.choices(story.words, k=own)
        words += self._chance.choices(self._words, cum_weights=self._often, k=length - own)
        self._chance.shuffle(words)
        return words[0].capitalize() + " " + " ".join(words[1:]) + "."

    def _item(self, number: int, at: datetime, title: str, text: str) -> RawItem:
        domain = f"publisher{self._chance.randrange(PUBLISHERS)}.example"
        return RawItem(
            feed_id=domain,
            source=Source(name=domain, domain=domain),
            fetched_at=at,
            published=at,
            url=f"https://{domain}/{self._seed}/{number}",
            title=title,
            content=f"<p>{text}</p>",
            feed_language="en",
        )
