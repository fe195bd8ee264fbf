"""How often terms come in the documents of late: what makes one of a rule's terms rarer than another.

A term is a word, two words in a row (`harbour bridge`), the beginning of words (`elect*`) or an exact value
(`lang:en`). What was never counted is guessed: words from what is known of them in general, others by their length
(the longer, the rarer: Zipf's law of abbreviation).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from streams.relate.frequencies import load_frequencies
from streams.relate.terms import singular

HALVED_AFTER = 50_000
"""Documents after which all counts are halved: what was common a while ago counts less, and what is rare goes."""

GUESS_WEIGHT = 50
"""As many documents as a guess is worth."""

WORDS_OF_A_DOCUMENT = 60
PAIR_SHARE = 0.02
"""How often a word is followed by a certain other one."""
RARE = 1e-4
"""The share of documents that have a word of which nothing is known, at most."""

_VALUE_SHARES = {"lang": 0.3, "country": 0.1, "source": 0.02, "domain": 0.02, "feed": 0.02}
_OTHER_VALUES_SHARE = 0.005


class TermStatistics:
    """Counts documents by term."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._documents = 0
        load_frequencies()  # Once in a process, and not while a rule is waiting.

    def add(self, terms: Iterable[str]) -> None:
        """Count one document's terms, each given once."""
        self._counts.update(terms)
        self._documents += 1
        if self._documents == HALVED_AFTER:
            self._documents //= 2
            self._counts = Counter({term: count // 2 for term, count in self._counts.items() if count > 1})

    def share(self, term: str) -> float:
        """The share of documents that have the term, about."""
        counted = self._counts.get(term, 0)
        return (counted + GUESS_WEIGHT * guess(term)) / (self._documents + GUESS_WEIGHT)


# A few words are in the queries of many rules.
@lru_cache(maxsize=50_000)
def guess(term: str) -> float:
    """The share of documents that have a term of which only the letters are known.

    A beginning counts as a word two letters shorter.
    """
    if " " in term and ":" not in term:
        return PAIR_SHARE * min(map(guess, term.split(" ")))
    if term.endswith("*"):
        return min(1.0, 2.0 ** (2 - len(term)))
    field, colon, _ = term.partition(":")
    if colon:
        return _VALUE_SHARES.get(field, _OTHER_VALUES_SHARE)
    known = load_frequencies().get(singular(term))
    return min(1.0, known * WORDS_OF_A_DOCUMENT) if known else min(RARE, 2.0 ** (1 - len(term)))
