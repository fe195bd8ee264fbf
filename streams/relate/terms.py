"""What an article is about, as weighted terms.

Terms are the words of the title and of the first hundred words of the text, without stop words and plural
endings. A term weighs the more the more often it stands there and the fewer stories have it: tf-idf with rarity
counted over stories, not articles, so that a story told by hundreds does not make its own words look common.
Before the stream has shown a word, its frequency in general says how rare it is; where that says nothing and
several stories have it, it is as rare as it is among these, as the name of a small town is in all that its
newspaper tells. Names weigh more than other words, where capitals tell them apart: events of one kind differ by
who and where.

The weights of an article form a vector of length UNIT, rounded to whole numbers: sums of them are the same in
whatever order they are added up, so a stage made anew has exactly the sums of the one before.

Sources: G. Salton and C. Buckley, "Term-weighting approaches in automatic text retrieval" (1988); the plural
endings are those of D. Harman, "How effective is suffixing?" (1991).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.identify.plain import is_beginning
from streams.query.tokens import is_unspaced, words
from streams.relate.stopwords import STOP_WORDS

UNIT = 1000
"""Length of a vector."""

LEAD_WORDS = 100
LEAD_CHARS = 2000
"""Where the lead ends at the latest."""
FEW_CHARS = 900
"""Where it mostly has ended."""

TITLE_FACTOR = 4.0
"""A word of the title counts as four of the text."""

NAME_FACTOR = 1.3
"""How much more a name weighs than another word."""

PRIOR_STORIES = 4500
PRIOR_WORDS = 200
"""So many stories of so many words are assumed to have been seen before the first, with words as frequent in them
as they are in general."""

FEW_STORIES = 2
SEEN_STORIES = 100
"""A word that fewer than FEW_STORIES of those assumed have, and more of the stream's, is no rarer than among the
latter, as if SEEN_STORIES without it had been seen as well."""

KEPT_WORDS = 1 << 16

Vector = dict[str, int]
Numbers = NDArray[np.int64]
Shares = NDArray[np.float64]


class Counted(NamedTuple):
    """How often each term stands in the title (times TITLE_FACTOR, if there is text) and the text's lead, and
    which of them are written as names.
    """

    counts: dict[str, float]
    names: set[str]


def count_terms(title: str, text: str) -> Counted:
    """The terms of an article."""
    text = text[:LEAD_CHARS]
    lead = _lead(text)
    if is_beginning(title, text):
        title = ""  # Its words are counted where they stand.
    factor = TITLE_FACTOR if lead else 1.0
    counts: dict[str, float] = {**Counter(_terms(lead))}
    for term in _terms(words(title)):
        counts[term] = counts.get(term, 0.0) + factor
    return Counted(counts, _names(title, text))


def _lead(text: str) -> list[str]:
    """The first words of a text."""
    few = words(text[:FEW_CHARS])[:-1]  # The last one may be cut.
    return few[:LEAD_WORDS] if len(few) >= LEAD_WORDS else words(text)[:LEAD_WORDS]


def weigh(counted: Counted, stories: int, having: Numbers, shares: Shares) -> Numbers:
    """The weights of an article's terms, in their order, given how many stories there are, how many of them have
    each term and which part of all words it is in general.
    """
    counts, names = counted
    times = np.array(list(counts.values()))
    stressed = np.array([NAME_FACTOR if term in names else 1.0 for term in counts])
    assumed = PRIOR_STORIES * np.minimum(1.0, PRIOR_WORDS * shares)
    rarity = np.log((stories + PRIOR_STORIES) / (having + assumed + 1))
    local = (assumed < FEW_STORIES) & (having > FEW_STORIES)
    among_these = np.log((stories + SEEN_STORIES) / np.maximum(having - FEW_STORIES, 1))
    rarity = np.where(local, np.minimum(rarity, among_these), rarity)
    return _scaled(stressed * (1 + np.log(times)) * np.maximum(0.0, rarity))


def scale(weights: Mapping[str, float]) -> Vector:
    """The same direction at length UNIT, in whole numbers; what rounds to nothing is left out."""
    scaled = _scaled(np.array(list(weights.values()), np.float64)).tolist()
    return {term: weight for term, weight in zip(weights, scaled, strict=True) if weight > 0}


def _scaled(weights: NDArray[np.float64]) -> Numbers:
    length = math.sqrt(np.add.reduce(weights * weights))
    return np.rint(UNIT * weights / length if length else weights).astype(np.int64)


def singular(word: str) -> str:
    """An English or French word without its plural s."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us")):
        return word
    if word.endswith("ies") and not word.endswith(("aies", "eies")):
        return word[:-3] + "y"
    return word[:-1]


_WITHIN_SENTENCE = re.compile(r"(?<=[\w,;)] )\w+")
"""Words that follow another word: those that begin a sentence have a capital anyway."""
_CAPITAL = re.compile(r"(?<=[\w,;)] )[^\Wa-z\d_]\w*")
"""Of these the ones that may begin with a capital: all but what is in ASCII and does not."""

_LONG_WORD = 4
_TITLE_CASE = 0.6
"""Where more than this share of a headline's longer words have a capital, it says nothing."""


def _names(title: str, lead: str) -> set[str]:
    """The terms that are written with a capital within a sentence."""
    of_title, of_lead = _WITHIN_SENTENCE.findall(title), _CAPITAL.findall(lead)
    long = [word for word in of_title if len(word) >= _LONG_WORD]
    if sum(word[0].isupper() for word in long) > _TITLE_CASE * len(long):
        of_title = []
    capital = [word for word in of_title + of_lead if word[0].isupper()]
    return {singular(word) for word in words(" ".join(capital))}


class _TermOf(dict[str, str]):
    """The term that each token stands for; empty for one that says nothing by itself.

    The same words come again and again, so they are kept, up to a number.
    """

    def __missing__(self, token: str) -> str:
        if len(self) >= KEPT_WORDS:
            self.clear()
        term = self[token] = singular(token) if len(token) > 1 and token not in STOP_WORDS else ""
        return term


_TERM_OF = _TermOf()


def _terms(tokens: list[str]) -> Iterable[str]:
    if all(map(str.isascii, tokens)):
        return filter(None, map(_TERM_OF.__getitem__, tokens))
    return _terms_of_any_script(tokens)


def _terms_of_any_script(tokens: list[str]) -> Iterator[str]:
    before = ""
    for token in tokens:
        if not token.isascii() and is_unspaced(token):
            # One character says little, two in a row mostly make a word.
            if before:
                yield before + token
            before = token
            continue
        before = ""
        if term := _TERM_OF[token]:
            yield term
