"""Profiles of names, on every index."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from streams.errors import NotFoundError
from streams.index.entities import Day, leading, profile
from streams.index.search import Bucket, Index
from streams.records import Entity
from tests.contract.test_search import stored
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
