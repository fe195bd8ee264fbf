"""Profiles of names, on every index."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest

from streams.errors import NotFoundError
from streams.index.entities import Day, leading, named, profile
from streams.index.search import Bucket, DocumentQuery, Index
from streams.records import Correction, Entity, GoesAs, StoryEntity
from tests.contract.test_search import a_story, stored
from tests.factories import NOON, document

ADA = Entity(id="e-ada", name="Ada Brandt", label="PERSON", count=2)
LYON = Entity(id="e-lyon", name="Lyon", label="GPE", count=1, country="FR")
PORT = Entity(id="e-port", name="Port Authority", label="ORG", count=1, passing=True)
DAY = timedelta(days=1)


@pytest.fixture
def news(index: Index) -> Index:
    stored(
        index,
        document(id="a", entities=[ADA, LYON, PORT], countries=["FR"], published=NOON),
        document(id="b", entities=[ADA], published=NOON),
        document(id="c", entities=[LYON], countries=["FR"], published=NOON - 3 * DAY),
        document(id="d", entities=[ADA], published=NOON - 3 * DAY),
    )
    return index


def test_a_profile_tells_articles_days_and_company(news: Index) -> None:
    found = profile(news, "ADA  brandt")
    assert (found.id, found.name, found.label, found.articles) == ("e-ada", "Ada Brandt", "PERSON", 3)
    assert found == profile(news, "e-ada")
    assert found.beside == {
        "people": [],
        "organisations": [],
        "places": [Bucket("Lyon", 1)],
        "countries": [Bucket("FR", 1)],
    }
    days: list[date] = [(NOON - 3 * DAY).date(), NOON.date()]
    assert found.days == [Day(days[0], 1), Day(days[1], 2)]


def test_a_place_has_its_country_and_names_in_passing_have_profiles_too(news: Index) -> None:
    assert profile(news, "lyon").country == "FR"
    assert profile(news, "Port Authority").articles == 1
    with pytest.raises(NotFoundError, match="Nobody"):
        profile(news, "Nobody")


def test_leading_are_those_that_articles_are_about_within_the_time(news: Index) -> None:
    assert leading(news)["people"] == [Bucket("Ada Brandt", 3)]
    assert leading(news)["organisations"] == []
    assert leading(news, NOON - DAY) == {
        "people": [Bucket("Ada Brandt", 2)],
        "organisations": [],
        "places": [Bucket("Lyon", 1)],
        "countries": [Bucket("FR", 1)],
    }


def test_what_is_stored_goes_by_what_people_decide_about_names(index: Index) -> None:
    port = StoryEntity(id="e-port", name="Port Authority", label="ORG", articles=2)
    ada = StoryEntity(id="e-ada", name="Ada Brandt", label="PERSON", articles=1)
    one = document(id="a", url="https://a.example/a", entities=[ADA, LYON, PORT], countries=["FR"], story_id="s")
    other = document(id="b", url="https://a.example/b", entities=[LYON], countries=["FR"], story_id="s", version=3)
    stored(index, one, other, a_story("s", entities=[port, ada], articles=2))
    ministry = GoesAs(id="e-min", name="Ministry of Ports", label="ORG", ids={"wikidata": "Q2"})

    stored(index, Correction(id="e-port", name="Port Authority", at=NOON, goes_as=ministry))
    stored(index, Correction(id="e-lyon", name="Lyon", at=NOON))

    after = [index.document("a"), index.document("b")]
    assert [(one.version, [each.id for each in one.entities], one.countries) for one in after if one] == [
        (1, ["e-ada", "e-min"], []),
        (3, [], []),
    ]
    assert profile(index, "Ministry of Ports").ids == {"wikidata": "Q2"}
    assert index.documents(DocumentQuery(), ["places"]).facets == {"places": []}
    kept = index.story("s")
    assert kept is not None
    assert [(each.id, each.articles) for each in kept.entities] == [("e-min", 2), ("e-ada", 1)]
    with pytest.raises(NotFoundError):
        profile(index, "Port Authority")
    stored(index, one)
    assert profile(index, "e-min").articles == 1


def test_what_was_decided_is_taken_back_in_what_is_stored(index: Index) -> None:
    entities = [Entity(id=f"e-{name}", name=name, label="ORG", count=1) for name in ("one", "two", "three")]
    story = a_story(
        "s", entities=[StoryEntity(id=one.id, name=one.name, label="ORG", articles=1) for one in entities]
    )
    stored(index, document(id="a", entities=entities, story_id="s"), story)
    stored(index, Correction(id="e-three", name="three", at=NOON))
    before = index.document("a"), index.story("s")
    into = Correction(id="e-one", name="one", at=NOON, goes_as=GoesAs(id="e-two", name="two", label="ORG"))

    stored(index, into)
    assert profile(index, "e-one").id == profile(index, "two").id == "e-two"
    with pytest.raises(NotFoundError):
        named(index, "e-one")
    stored(index, msgspec.structs.replace(into, undone=True))

    assert (index.document("a"), index.story("s")) == before
    assert profile(index, "one").id == "e-one"
    with pytest.raises(NotFoundError):
        profile(index, "e-three")
    stored(index, Correction(id="e-three", name="three", at=NOON, undone=True))
    assert profile(index, "three").articles == 1


def test_a_name_that_keeps_its_id_and_a_decision_carried_out_again_change_nothing_else(index: Index) -> None:
    stored(index, document(id="a", entities=[ADA]))
    called = Correction(
        id="e-ada", name="Ada Brandt", at=NOON, goes_as=GoesAs(id="e-ada", name="ADA", label="ORG")
    )
    stored(index, called)
    stored(index, called, called)

    found = profile(index, "e-ada")
    assert (found.name, found.label, found.articles) == ("ADA", "ORG", 1)
