"""Users' names across articles: each spelling under one name, with what was given of it."""

from __future__ import annotations

from streams.given import GivenName
from streams.records import Coordinates, Entity
from streams.relate.canonical import Names
from streams.relate.given import Given
from streams.tag.atlas import load_atlas
from streams.tag.stage import entity_id
from tests.relate.news import documents, run, stage
from tests.relate.test_canonical import article

KYIV = GivenName(
    name="Kyiv", label="GPE", aliases=("Kiev",), country="UA", place=Coordinates(lat=50.45, lon=30.52)
)
ZELENSKYY = GivenName(
    name="Volodymyr Zelenskyy", label="PERSON", aliases=("Zelensky",), ids={"wikidata": "Q3874799"}
)
HAMAS = GivenName(name="Hamas", label="ORG", where="always")


def told(*articles: str) -> list[list[Entity]]:
    """The entities of articles about other things, one after another."""
    relate = stage(names=Names(Given([KYIV, ZELENSKYY, HAMAS]), load_atlas()))
    numbered = enumerate(articles, 1)
    return [documents(run(relate, article(number, names, apart=True)))[0].entities for number, names in numbered]


def test_each_spelling_goes_under_the_given_name_with_its_ids() -> None:
    found = told("p:Volodymyr Zelenskyy", "p:Zelensky", "p:ZELENSKY")

    assert {(one.id, one.name) for [one] in found} == {
        (entity_id("PERSON", "Volodymyr Zelenskyy"), "Volodymyr Zelenskyy")
    }
    assert all(one.ids == {"wikidata": "Q3874799"} for [one] in found)


def test_a_place_lies_where_it_is_said_to_lie() -> None:
    [[kyiv]] = told("g:Kiev")

    assert (kyiv.name, kyiv.country, kyiv.place) == ("Kyiv", "UA", Coordinates(lat=50.45, lon=30.52))


def test_a_spelling_of_another_type_is_another_name() -> None:
    [[place], [person]] = told("o:Zelensky", "p:Kiev")

    assert (place.name, person.name) == ("Zelensky", "Kiev")


def test_two_spellings_in_one_article_are_one() -> None:
    [[one]] = told("p:Zelensky|p:Volodymyr Zelenskyy")

    assert one.count == 2


def test_what_leads_to_a_spelling_leads_to_the_given_name() -> None:
    found = told("p:Volodymyr Zelenskyy", "p:Volodymyr Zelenskiy")

    assert [one.name for [one] in found] == ["Volodymyr Zelenskyy"] * 2
