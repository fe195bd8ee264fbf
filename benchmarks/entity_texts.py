"""The texts that taggers are measured on, and how a turn is timed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import count, islice
from pathlib import Path

import msgspec

WORDS = 70
LANGUAGE = "en"
LONG_WORD = re.compile(r"\w{5,}")


class Row(msgspec.Struct):
    """What is read of an article."""

    title: str = ""
    summary: str = ""
    text: str = ""


def read(file: Path, rows: int | None = None) -> list[str]:
    """Titles and leads, as long as articles from feeds are; of all rows where None."""
    with file.open("rb") as lines:
        articles = [msgspec.json.decode(line, type=Row) for line in islice(lines, rows)]
    return [f"{row.title}\n{' '.join((row.summary or row.text).split()[:WORDS])}" for row in articles]


def told_again(texts: Sequence[str], articles: int) -> Iterator[str]:
    """So many texts: told again with other long words whenever they end, as a stream always brings new ones."""
    return islice((_otherwise(text, turn) for turn in count() for text in texts), articles)


def turn_s(task: Callable[[], object]) -> float:
    """Processor seconds of one turn."""
    begun = time.process_time()
    task()
    return time.process_time() - begun


def _otherwise(text: str, turn: int) -> str:
    """Long words with the letters after the first moved round: as many words as before, and capitals stay."""

    def moved(word: re.Match[str]) -> str:
        rest = word[0][1:]
        by = turn % len(rest)
        return word[0][0] + rest[by:] + rest[:by]

    return LONG_WORD.sub(moved, text) if turn else text
