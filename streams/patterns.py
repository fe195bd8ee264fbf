"""How patterns of set phrases are put together: from plain lists of words, a language at a time."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import groupby


def listed(text: str) -> frozenset[str]:
    """The words and phrases that stand between commas."""
    return frozenset(" ".join(part.split()) for part in text.split(",")) - {""}


def words(*lists: str, **languages: str) -> str:
    """A pattern of one of these words or phrases, as in `words("tweet", en="read, read on", fr="lire")`.

    The longest one that fits comes first. The same words make the same pattern in every process.
    """
    return f"(?:{_one_of(listed(','.join((*lists, *languages.values()))))})"


def _one_of(texts: Collection[str]) -> str:
    """One of these texts. Beginnings that they share are written once: `re` tries each alternative by itself."""
    branches = [
        re.escape(letter) + _one_of([text[1:] for text in group])
        for letter, group in groupby(sorted(filter(None, texts)), key=lambda text: text[0])
    ]
    if not branches:
        return ""
    if "" in texts:
        return f"(?:{'|'.join(branches)})?"
    return f"(?:{'|'.join(branches)})" if len(branches) > 1 else branches[0]


def any_of(*patterns: str) -> re.Pattern[str]:
    """What one of the patterns matches, in letters of any case."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)
