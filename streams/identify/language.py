"""The language of an article, by its words and by what its feed declares.

py3langid gives a probability for each language, all of them equal beforehand. Two priors make headlines out of
that. Languages in which little news is published have smaller odds, since each has a large neighbour: a short
Portuguese line looks Galician. And the feed's declaration multiplies the odds of that language. Both decide for a
headline and change nothing for a paragraph; feeds are often wrong (many say `en-us` because their software does),
so none is believed against clear text.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

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
    sample = _ADDRESSES.sub(" ", f"{title}\n{text}"[:SAMPLE_CHARS])
    if not any(char.isalpha() for char in sample):
        return Language(prior or UNDETERMINED, 0.0)
    code, confidence = _model().classify(sample)
    if confidence < DECISIVE or code not in COMMON:
        odds = {name: odds * (1.0 if name in COMMON else RARE_ODDS) for name, odds in _model().rank(sample)}
        if prior:
            odds[prior] *= DECLARED_ODDS
        code = max(odds, key=odds.__getitem__)
        confidence = odds[code] / sum(odds.values())
    if confidence < LEAST_CONFIDENCE or code == NO_LANGUAGE:
        return Language(prior or UNDETERMINED, confidence)
    return Language(code, confidence)


def declared_code(declared: str | None) -> str | None:
    """The two-letter code in what a feed declares; None where it is no language that we know."""
    found = _CODE.match(declared or "")
    if found is None:
        return None
    code = RENAMED.get(found[1].lower(), found[1].lower())
    return code if code in _model().labels else None


@cache
def _model() -> LanguageIdentifier:
    """The model, restricted to languages with a two-letter code; it is only read, so threads can share it."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([label for label in model.labels if len(label) == 2 or label == NO_LANGUAGE])
    return model
