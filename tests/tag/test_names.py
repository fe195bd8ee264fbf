from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.tag.names import LEAST_TRUSTED_FIRST, Named, is_part, join, key_of


def names(*mentions: str, label: str = "PERSON") -> list[str]:
    return [named.name for named in join([(text, label) for text in mentions])]


@pytest.mark.parametrize(
    ("part", "whole"),
    [
        ("Putin", "Vladimir Putin"),
        ("PUTIN", "Vladimir Putin"),
        ("V. Putin", "Vladimir Putin"),
        ("Donald Trump", "Donald J. Trump"),
        ("Hillary", "Hillary Clinton"),
        ("Assad", "Bashar al-Assad"),
        ("Mélenchon", "Jean-Luc Melenchon"),
        ("bin Salman", "Mohammed bin Salman"),
        ("Kennedy", "Robert F. Kennedy Jr."),
    ],
)
def test_a_part_of_a_persons_name_gets_the_full_name_wherever_it_stands(part: str, whole: str) -> None:
    assert names(part, whole) == [whole, whole]
    assert names(whole, part) == [whole, whole]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Donald Trump", "Melania Trump"),
        ("Donald Trump", "Donald Trump Jr."),
        ("Trump Jr.", "Donald Trump"),
        ("Kim Jong Un", "Kim Yo Jong"),
        ("Vladimir", "Putin"),
        ("Fitzgerald", "John Fitzgerald Kennedy"),
    ],
)
def test_two_people_stay_two(one: str, other: str) -> None:
    assert names(one, other) == [one, other]


def test_a_surname_of_two_people_stays_itself() -> None:
    assert names("Bill Clinton", "Hillary Clinton", "Clinton") == ["Bill Clinton", "Hillary Clinton", "Clinton"]
    assert names("John Smith", "Jane Smith", "J. Smith", "Smith")[2:] == ["J. Smith", "Smith"]


def test_parts_of_one_person_do_not_make_each_other_ambiguous() -> None:
    assert set(names("Trump", "Donald Trump", "Donald J. Trump", "D. Trump")) == {"Donald J. Trump"}


@pytest.mark.parametrize(
    ("acronym", "words", "label"),
    [
        ("IMF", "International Monetary Fund", "ORG"),
        ("DOJ", "Department of Justice", "ORG"),
        ("FBI", "Federal Bureau of Investigation", "ORG"),
        ("TPP", "Trans-Pacific Partnership", "ORG"),
        ("U.S.", "United States", "GPE"),
        ("UE", "Union européenne", "ORG"),
        ("ONU", "Organisation des Nations unies", "ORG"),
    ],
)
def test_an_acronym_gets_the_words_that_it_stands_for(acronym: str, words: str, label: str) -> None:
    assert names(acronym, words, label=label) == [words, words]


def test_an_acronym_of_two_names_stays_itself() -> None:
    long = ["American Medical Association", "American Management Association"]
    assert names("AMA", *long, label="ORG") == ["AMA", *long]


def test_the_initials_of_a_person_are_no_acronym() -> None:
    assert [named.name for named in join([("JD", "ORG"), ("Jane Doe", "PERSON")])] == ["JD", "Jane Doe"]


@pytest.mark.parametrize("spelling", ["Apple Inc.", "APPLE", "Apple, Inc", "Apple Corporation"])
def test_spellings_of_one_name_are_one(spelling: str) -> None:
    assert names("Apple", "Apple", spelling, label="ORG") == ["Apple"] * 3


def test_the_legal_form_alone_is_a_name() -> None:
    assert names("Co.", label="ORG") == ["Co."]


def test_a_name_is_shown_in_capitals_only_when_nothing_else_is_there() -> None:
    assert names("JANE DOE", "Jane Doe") == ["Jane Doe"] * 2
    assert names("NATO", label="ORG") == ["NATO"]


def test_the_label_is_what_most_mentions_say() -> None:
    mentions = [("Lisbon", "ORG"), ("Lisbon", "GPE"), ("Lisbon", "GPE")]
    assert {named.label for named in join(mentions)} == {"GPE"}


def test_a_surname_taken_for_an_organisation_is_the_person_named_in_full() -> None:
    assert join([("Trump", "ORG"), ("Donald Trump", "PERSON")]) == [Named("Donald Trump", "PERSON")] * 2


def test_a_firm_with_the_name_of_its_founder_stays_a_firm() -> None:
    mentions = [("Ford", "ORG"), ("Ford", "ORG"), ("Henry Ford", "PERSON")]
    assert join(mentions) == [Named("Ford", "ORG")] * 2 + [Named("Henry Ford", "PERSON")]


def test_a_place_with_the_name_of_a_person_stays_a_place() -> None:
    mentions = [("Washington", "GPE"), ("Denzel Washington", "PERSON")]
    assert join(mentions) == [Named("Washington", "GPE"), Named("Denzel Washington", "PERSON")]


def test_is_part_keeps_the_order_of_words() -> None:
    assert is_part(("kim", "un"), ("kim", "jong", "un"))
    assert not is_part(("un", "kim"), ("kim", "jong", "un"))


WORDS = st.sampled_from(["Al", "Bo", "B.", "Jr.", "Inc", "al", "ﾞ", "É-É", "of", "BO", "&", "İ", "ß"])
TEXTS = st.lists(WORDS, max_size=4).map(lambda words: " ".join(["Al", *words]))


@given(st.lists(st.tuples(TEXTS, st.sampled_from(LEAST_TRUSTED_FIRST)), max_size=12))
def test_every_mention_gets_a_name_and_the_same_words_get_the_same(mentions: list[tuple[str, str]]) -> None:
    named = join(mentions)
    assert len(named) == len(mentions)
    assert all(one.name for one in named)
    by_key = {key_of(text): one for (text, _), one in zip(mentions, named, strict=True)}
    assert [by_key[key_of(text)] for text, _ in mentions] == named


@given(TEXTS)
def test_the_key_of_a_name_is_that_of_the_spelling_it_is_shown_in(text: str) -> None:
    [named] = join([(text, "ORG")])
    assert key_of(named.name) == key_of(text)


def test_hundreds_of_different_people_take_no_time() -> None:
    people = [f"{chr(97 + number % 26) * 3}{number} Doe" for number in range(800)]
    assert names(*people) == people
