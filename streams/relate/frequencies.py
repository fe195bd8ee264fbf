"""How common words are in general: what is known of a word before the stream has shown it.

The encoder of headlines comes with a unigram language model (`streams.tag.pieces`). The pieces that are whole
words make a table of word frequencies.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache
from sys import intern

from streams.query.tokens import words
from streams.relate.terms import singular
from streams.tag.pieces import WORD_START, encoder_model, pieces


@cache
def load_frequencies() -> Mapping[str, float]:
    """The share of all words that each known term has; terms as `streams.relate.terms` makes them."""
    return read_frequencies(encoder_model())


def read_frequencies(model: bytes) -> dict[str, float]:
    """The frequencies in a sentence model. Raises DecodeError when it is none."""
    shares: dict[str, float] = {}
    for piece, score in pieces(model):
        if piece.startswith(WORD_START):
            found = words(piece.removeprefix(WORD_START))
            if len(found) == 1:
                term = intern(singular(found[0]))
                shares[term] = shares.get(term, 0.0) + math.exp(score)
    return shares
