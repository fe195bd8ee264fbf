"""The language of an article, by its words and by what its feed declares.

py3langid gives a probability for each language, all of them equal beforehand. Two priors make headlines out of
that. Languages in which little news is published have smaller odds, since each has a large neighbour: a short
Portuguese line looks Galician. And the feed's declaration multiplies the odds of that language. Both decide for a
headline and change nothing for a paragraph; feeds are often wrong (many say `en-us` because their software does),
so none is believed against clear text.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from py3langid.langid import MODEL_FILE, LanguageIdentifier

UNDETERMINED = "und"
NO_LANGUAGE = "zxx"
DECLARED_ODDS = 30.0
DECISIVE = DECLARED_ODDS / (DECLARED_ODDS + 1)
"""A probability from which on no declaration can decide otherwise."""
_COMMON = (
    "ar bg bn cs da de el en es et fa fi fr he hi hr hu id it ja ko lt lv ms nl no pl pt ro ru sk sl sr sv sw ta "
    "te th tr uk ur vi zh"
)
COMMON = frozenset(_COMMON.split())
"""Languages in which much news is published."""
RARE_ODDS = 0.02
LEAST_CONFIDENCE = 0.2
SAMPLE_CHARS = 150
"""How much of an article is looked at: more changes no answer and costs time."""

RENAMED = {"iw": "he", "in": "id", "nb": "no", "mo": "ro", "sh": "sr"}
"""Codes that were withdrawn or that the model joins, and what they are called here."""

_CODE = re.compile(r"^\s*([a-zA-Z]{2})(?:[-_].{1,20})?\s*$")
_ADDRESSES = re.compile(r"https?://\S+|[@#]\w+")


class Language(NamedTuple):
    """A two-letter code (ISO 639-1), `und` for none, and its probability, 0 where there are no words."""

    code: str
    confidence: float


def detect(title: str, text: str, declared: str | None) -> Language:
    """The language of an article; `declared` is what its feed says, as it says it (`en`, `en-GB`, `fr_FR`).

    Where the words do not tell, it is the declared one.
    """
    prior = declared_code(declared)
    sample = _ADDRESSES.sub(" ", sample_of(title, text))
    if not any(char.isalpha() for char in sample):
        return Language(prior or UNDETERMINED, 0.0)
    model = _model()
    odds = model.probabilities(sample)
    best = int(odds.argmax())
    if odds[best] < DECISIVE or model.codes[best] not in COMMON:
        odds = odds * model.usual
        if prior:
            odds[model.codes.index(prior)] *= DECLARED_ODDS
        best = int(odds.argmax())
        odds = odds / odds.sum()
    code, confidence = model.codes[best], float(odds[best])
    if confidence < LEAST_CONFIDENCE or code == NO_LANGUAGE:
        return Language(prior or UNDETERMINED, confidence)
    return Language(code, confidence)


def sample_of(title: str, text: str) -> str:
    """As much of an article as is looked at."""
    return f"{title}\n{text[:SAMPLE_CHARS]}"[:SAMPLE_CHARS]


@lru_cache(1000)
def declared_code(declared: str | None) -> str | None:
    """The two-letter code in what a feed declares; None where it is no language that we know."""
    found = _CODE.match(declared or "")
    if found is None:
        return None
    code = RENAMED.get(found[1].lower(), found[1].lower())
    return code if code in _model().codes else None


class _Model:
    """The model, restricted to languages with a two-letter code; it is only read, so threads can share it.

    `codes` has the language of each place, one that stands twice counts at its first; `usual` the odds of each
    beforehand.
    """

    def __init__(self) -> None:
        found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
        found.set_languages([label for label in found.labels if len(label) == 2 or label == NO_LANGUAGE])
        found.nb_ptc = np.ascontiguousarray(found.nb_ptc)  # its rows are read, and lie scattered as it is made
        self._identifier = found
        self.codes: list[str] = list(found.nb_classes)
        self.usual = np.array([1.0 if code in COMMON else RARE_ODDS for code in self.codes], dtype=np.float32)

    def probabilities(self, text: str) -> NDArray[np.float32]:
        """How likely each language is."""
        # What `rank` sorts: with a list made of it and sorted, it would take twice as long.
        odds: NDArray[np.float32] = self._identifier._decide(text)
        return odds


@cache
def _model() -> _Model:
    return _Model()
