from __future__ import annotations

import numpy as np
import pytest

from streams.errors import SettingsError
from streams.settings import load
from streams.tag.encoder import HEADLINE_CHARS, HEADLINE_WORDS, Encoder, headline_of


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    """The one that comes with the program."""
    made = Encoder(load().title_model)
    made.load()
    return made


def cosine(one: bytes, other: bytes) -> float:
    left, right = (np.frombuffer(vector, np.int8).astype(float) for vector in (one, other))
    return float(left @ right / np.linalg.norm(left) / np.linalg.norm(right))


def test_headlines_that_say_the_same_are_near_in_whatever_language(encoder: Encoder) -> None:
    bridge, pont, bruecke, cup = encoder.encode(
        [
            "Bridge closed after inspectors find cracks",
            "Un pont fermé après la découverte de fissures",
            "Brücke nach Entdeckung von Rissen gesperrt",
            "Rovers win the cup final on penalties",
        ]
    )

    assert min(cosine(bridge, pont), cosine(bridge, bruecke)) > 0.6 > 0.3 > cosine(bridge, cup)


def test_vectors_come_in_the_order_of_the_headlines_and_do_not_depend_on_the_others(encoder: Encoder) -> None:
    headlines = ["A long headline about the harbour bridge and its cracks", "Rain", "A cup final"]

    together = encoder.encode(headlines)

    for headline, vector in zip(headlines, together, strict=True):
        assert len(vector) == 512
        assert cosine(vector, encoder.encode([headline])[0]) > 0.999


@pytest.mark.parametrize("headline", ["", " ", "!?", "2026-03-02 12:00", "\x00\x07", "\ud800"])
def test_what_has_no_letters_has_no_vector(encoder: Encoder, headline: str) -> None:
    assert encoder.encode([headline]) == [b""]


@pytest.mark.parametrize("headline", ["a\ud800b", "a" * HEADLINE_CHARS, "́a" * 100, "漢字" * 100, "<b>\x00 a"])
def test_hostile_headlines_are_just_headlines(encoder: Encoder, headline: str) -> None:
    assert len(encoder.encode([headline])[0]) == 512


def test_without_a_package_there_are_no_vectors() -> None:
    without = Encoder("")
    without.load()

    assert without.encode(["Bridge closed", ""]) == [b"", b""]
    assert without.encode([]) == []


def test_a_package_that_is_not_installed_is_named() -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_TITLE_MODEL.*'no_such_package' is not installed"):
        Encoder("no_such_package")


def test_a_package_that_is_no_encoder_is_named() -> None:
    with pytest.raises(SettingsError, match=r"STREAMS_TITLE_MODEL.*'json' cannot be loaded"):
        Encoder("json").load()


def test_the_title_stands_for_an_article_else_how_its_text_begins() -> None:
    assert headline_of("Bridge closed", "The bridge") == "Bridge closed"
    assert headline_of("Bridge…", "Bridge closed") == "Bridge closed"
    assert headline_of("Bridge closed", "Bridge closed again") == "Bridge closed again"
    assert headline_of("", "one  two\n\nthree") == "one two three"
    assert headline_of("", "word " * 1000).split() == ["word"] * HEADLINE_WORDS
    assert len(headline_of("a" * 10_000, "")) == len(headline_of("", "a" * 10_000)) == HEADLINE_CHARS
