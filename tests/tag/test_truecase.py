from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tag.evidence import Knowledge
from streams.tag.truecase import truecase
from tests.tag.known import KNOWN


@pytest.mark.parametrize(
    ("headline", "written"),
    [
        ("Minister Warns of Storms After Talks With Qwerty", "Minister warns of storms after talks with Qwerty"),
        ("Jane Doe Told Police of Brazil Deal", "Jane Doe told police of Brazil deal"),
        ("Police Warned: New York Deal Hurts Talks", "Police warned: New York deal hurts talks"),
        ("Talks Planned. Police Warned. Court Deal", "Talks planned. Police warned. Court deal"),
        ("Harbour Bank Warns Minister of Deal", "Harbour Bank warns minister of deal"),
        ("Anna Putin Warns Police of Storm", "Anna Putin warns police of storm"),
        ("Minister's Talks Hurt a Deal on Monday", "Minister's talks hurt a deal on Monday"),
        ("MINISTER WARNS OF STORM IN BRAZIL", "Minister warns of storm in Brazil"),
        ("It'S Told Jane'S Deal Hurts", "It's told Jane's deal hurts"),
        ("BRAZIL'S MINISTER WARNS OF STORM", "Brazil's minister warns of storm"),
        ("Storm Today With Qwerty", "Storm today with Qwerty"),
        ("IMF WARNS MINISTER OF STORM AT QWERTYUI", "IMF warns minister of storm at Qwertyui"),
    ],
)
def test_a_headline_is_written_as_running_text(headline: str, written: str) -> None:
    assert truecase(headline, KNOWN) == written


@pytest.mark.parametrize(
    "text",
    [
        "Minister warns of storms after talks with Qwerty",
        "Jane Doe, Anna Brown and Will Smith met in Paris",
        "Jane Doe met Anna Smith in Brazil. Smith left.",
        "THE IMF",
        "",
        "\n\n",
        "東京で大きな会議",
    ],
)
def test_running_text_stays_as_it_is(text: str) -> None:
    assert truecase(text, KNOWN) == text


def test_words_are_written_as_the_articles_own_text_writes_them() -> None:
    text = "Storm Court Deal Hurts Police\nToday a Storm deal was made by qwerty and the Court."
    assert truecase(text, KNOWN).splitlines()[0] == "Storm Court deal hurts police"


def test_how_a_sentence_begins_tells_nothing_about_a_word() -> None:
    text = "Minister Warns of Storm Deal\nStorm deals are made. Deal or not, he said."
    assert truecase(text, KNOWN).splitlines()[0] == "Minister warns of storm deal"


def test_only_the_headline_changes() -> None:
    text = "Minister Warns Police of Storm\nThe Minister met Police."
    assert truecase(text, KNOWN).splitlines()[1] == "The Minister met Police."


def test_without_knowledge_nothing_changes() -> None:
    assert truecase("Minister Warns Police of Storm", Knowledge()) == "Minister Warns Police of Storm"


@given(st.text(alphabet="Storm Deals MINISTER warns İßŉé.!'’\n\ud800", max_size=120))
def test_nothing_but_the_case_of_letters_changes(text: str) -> None:
    changed = truecase(text, KNOWN)
    assert len(changed) == len(text)
    assert all(one == other or one.lower() == other.lower() for one, other in zip(text, changed, strict=True))


@given(st.text(max_size=120))
def test_any_text_keeps_its_length(text: str) -> None:
    assert len(truecase(text, KNOWN)) == len(text)
