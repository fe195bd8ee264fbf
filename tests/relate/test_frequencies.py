from __future__ import annotations

import math
import struct

import pytest

from streams.errors import DecodeError
from streams.relate.frequencies import load_frequencies, read_frequencies


def piece(text: str, share: float) -> bytes:
    """A piece as a sentence model has it, with its kind after its score."""
    encoded = text.encode()
    inner = b"\n" + bytes([len(encoded)]) + encoded + b"\x15" + struct.pack("<f", math.log(share)) + b"\x18\x01"
    return b"\n" + bytes([len(inner)]) + inner


REST = b"\x12\x00"
"""What follows the pieces."""


def test_whole_words_have_the_share_of_all_their_spellings() -> None:
    model = piece("▁Bridge", 0.01) + piece("▁bridges", 0.02) + piece("ridge", 0.1) + piece("▁", 0.2) + REST

    assert read_frequencies(model) == {"bridge": pytest.approx(0.03)}


@pytest.mark.parametrize(
    "model",
    [
        b"",
        b"\n",
        b"\n\x05\n",
        piece("▁bridge", 0.1),
        b"\n\x04\x0b\x01a\x15" + REST,
        b"\n\x09\n\x02\xff\xff\x15\0\0\0\0",
    ],
)
def test_what_is_no_sentence_model_is_refused(model: bytes) -> None:
    with pytest.raises(DecodeError, match="not a sentence model"):
        read_frequencies(model)


def test_the_shipped_table_knows_words_of_many_languages() -> None:
    frequencies = load_frequencies()

    assert frequencies["the"] > frequencies["election"] > frequencies.get("klitschko", 0.0)
    for common in ("nicht", "avec", "pero", "della", "это"):
        assert frequencies[common] > 1e-4, common
