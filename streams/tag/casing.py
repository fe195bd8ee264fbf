"""How words are written within sentences: mostly with a capital, or mostly without.

The encoder of headlines comes with a unigram language model whose pieces keep their case (`House`, `house`), so it
tells of many words how often they have a capital. That is the statistic that truecasing rests on (L. V. Lita,
A. Ittycheriah, S. Roukos and N. Kambhatla, "tRuEcasIng", 2003), and it needs no further data.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from streams.tag.pieces import WORD_START, encoder_model, pieces

Casing = Mapping[str, float]
"""Of a word's uses, those in small letters, by the word in small letters."""


@cache
def load_casing() -> Casing:
    """What the encoder's package knows; takes a third of a second and 16 MB, once in a process."""
    return read_casing(encoder_model())


def read_casing(model: bytes) -> dict[str, float]:
    """The casing of the words that a sentence model has whole. Raises DecodeError when it is none."""
    shares = {
        piece.removeprefix(WORD_START): math.exp(score)
        for piece, score in pieces(model)
        if piece.startswith(WORD_START) and len(piece) > 1
    }
    small = {word: shares.get(word, 0.0) for word in map(str.lower, shares)}
    return {word: share / (share + shares.get(word.capitalize(), 0.0) or 1.0) for word, share in small.items()}
