"""What an article is about, as weighted terms.

Terms are the words of the title and of the first hundred words of the text, without stop words and plural
endings. A term weighs the more the more often it stands there and the fewer stories have it: tf-idf with
rarity counted over stories, not articles, so that a story told by hundreds does not make its own words look
common. The weights of an article form a vector of length UNIT, rounded to whole numbers: sums of them are the
same in whatever order they are added up, so a stage made anew has exactly the sums of the one before.

Sources: G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval" (1988); the plural
endings are those of D. Harman, "How effective is suffixing?" (1991).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from sys import intern

from streams.query.tokens import is_unspaced, words
from streams.relate.stopwords import STOP_WORDS

UNIT = 1000
"""Length of a vector."""

LEAD_WORDS = 100
TITLE_FACTOR = 2.0
"""A word of the title counts as two of the text."""

PRIOR_STORIES = 3000
"""Stories assumed to have been seen before the first, each of them with none of the terms asked for: it keeps
the first day's weights level."""

Vector = dict[str, int]


def count_terms(title: str, text: str) -> dict[str, float]:
    """How often each term stands in the title (times TITLE_FACTOR, if there is text) and the text's lead."""
    lead = words(text)[:LEAD_WORDS]
    factor = TITLE_FACTOR if lead else 1.0
    counts: dict[str, float] = {}
    for term, times in Counter(_terms(words(title))).items():
        counts[term] = factor * times
    for term, times in Counter(_terms(lead)).items():
        counts[term] = counts.get(term, 0.0) + times
    return counts


def weigh(counts: Mapping[str, float], stories: int, stories_with: Mapping[str, int]) -> Vector:
    """The vector of an article, given how many stories there are and how many of them have each term."""
    weights = {
        term: (1 + math.log(times)) * math.log((stories + PRIOR_STORIES) / (stories_with[term] + 1))
        for term, times in counts.items()
    }
    return scale(weights)


def scale(weights: Mapping[str, float]) -> Vector:
    """The same direction at length UNIT, in whole numbers; what rounds to nothing is left out."""
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    if not length:
        return {}
    scaled = {intern(term): round(UNIT * weight / length) for term, weight in weights.items()}
    return {term: weight for term, weight in scaled.items() if weight > 0}


def singular(word: str) -> str:
    """An English or French word without its plural s."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")):
        return word
    if word.endswith("ies") and not word.endswith(("aies", "eies")):
        return word[:-3] + "y"
    return word[:-1]


def _terms(tokens: list[str]) -> Iterable[str]:
    before = ""
    for token in tokens:
        if not token.isascii() and is_unspaced(token):
            # One character says little, two in a row mostly make a word.
            if before:
                yield before + token
            before = token
            continue
        before = ""
        if len(token) > 1 and token not in STOP_WORDS:
            yield singular(token)
