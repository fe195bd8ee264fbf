"""How words are written within sentences, and what follows for names."""

from __future__ import annotations

import pytest

from streams.tag.casing import load_casing, read_casing
from streams.tag.mentions import Found, clean
from streams.tag.missed import add_missed
from streams.tag.truecase import truecase
from tests.relate.test_frequencies import REST, piece
from tests.tag.known import KNOWN
from tests.tag.test_evidence import labelled

CASED = KNOWN._replace(
    casing={"analyst": 0.9, "post": 0.7, "guarantee": 0.9, "doe": 0.1, "brown": 0.1, "deal": 0.9}
)


def test_the_share_of_small_letters_is_taken_over_both_spellings() -> None:
    model = piece("▁Bridge", 0.01) + piece("▁bridge", 0.03) + piece("▁Doe", 0.1) + piece("ridge", 0.1) + REST

    assert read_casing(model) == {"bridge": pytest.approx(0.75), "doe": 0.0}


def test_the_shipped_table_tells_words_from_names() -> None:
    casing = load_casing()

    assert casing["price"] > 0.8
    assert casing["friend"] > 0.8
    assert casing["clinton"] < 0.1
    assert casing["trump"] < 0.1


@pytest.mark.parametrize(
    ("text", "name", "label", "kept"),
    [
        ("Then Analyst spoke", "Analyst", "PERSON", False),
        ("Post workers met", "Post", "ORG", False),
        ("said the Post today", "Post", "ORG", True),
        ("signed the Guarantee today", "Guarantee", "ORG", False),
        ("Then Doe spoke", "Doe", "PERSON", True),
    ],
)
def test_a_word_that_is_mostly_small_is_seldom_a_name(text: str, name: str, label: str, kept: bool) -> None:
    assert bool(labelled(text, name, label, CASED)) is kept


def test_a_known_name_that_is_seldom_small_was_missed_even_if_it_is_a_word_too() -> None:
    assert add_missed("They met Brown.", [], [], CASED) == [Found(9, 14, "PERSON")]
    assert add_missed("They met Brown.", [], [], KNOWN) == []


def test_a_headline_keeps_the_capitals_of_what_is_seldom_small() -> None:
    assert truecase("Police Warned of Brown Deal", KNOWN) == "Police warned of brown deal"
    assert truecase("Police Warned of Brown Deal", CASED) == "Police warned of Brown deal"


def test_codes_of_states_behind_towns_are_places() -> None:
    assert labelled("in Qwerty, TX today", "TX", "ORG") == [("TX", "GPE")]
    assert labelled("the TX group", "TX", "ORG") == [("TX", "ORG")]
    assert add_missed("Lives in Qwerty, OH now.", [], [], KNOWN) == [Found(17, 19, "GPE")]


@pytest.mark.parametrize("paper", ["Harbour Agreement", "Harbour Prize"])
def test_what_is_signed_or_awarded_is_no_organisation(paper: str) -> None:
    assert labelled(f"the {paper} of Lyon", paper, "ORG") == []


@pytest.mark.parametrize(("text", "label", "kept"), [("FYI", "ORG", 0), ("CEOs", "PERSON", 0), ("NATO", "ORG", 1)])
def test_abbreviations_that_name_nobody_are_no_names(text: str, label: str, kept: int) -> None:
    assert len(clean(text, [Found(0, len(text), label)], "en")) == kept
