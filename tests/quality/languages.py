"""Short texts in twelve languages, in our own words: headlines as feeds give them, some with a lead.

`languages.txt` has a line `@ pt` before the texts of a language; a bar parts the lead from the headline.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from streams.identify.language import detect
from tests.quality.data import under_labels
from tests.quality.scores import Score

FILE = Path(__file__).with_name("languages.txt")


class Short(NamedTuple):
    """A headline with its lead, if it has one, and their language."""

    language: str
    title: str
    lead: str


def read() -> list[Short]:
    """All texts in order."""
    found: list[Short] = []
    for language, line in under_labels(FILE):
        title, _, lead = line.partition(" | ")
        found.append(Short(language, title, lead))
    return found


def figures() -> dict[str, Score]:
    """How many languages are found without a word of the feed."""
    texts = read()
    right = sum(detect(text.title, text.lead, None).code == text.language for text in texts) / len(texts)
    return {"languages": Score(right, right)}
