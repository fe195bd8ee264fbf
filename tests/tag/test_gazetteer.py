from __future__ import annotations

import pytest

from streams.tag.gazetteer import NOTHING_KNOWN, Gazetteer, load_gazetteer


@pytest.fixture(scope="module")
def names() -> Gazetteer:
    return load_gazetteer()


@pytest.mark.parametrize(
    "name",
    [
        *("London", "New York", "Texas", "Norway", "Allemagne", "Africa", "Kyiv", "Kiev", "U.S.", "UK", "Gaza"),
        *("Ivory Coast", "South Korea", "Buenos Aires", "Bavaria", "LONDON"),
    ],
)
def test_countries_regions_and_cities_are_places(names: Gazetteer, name: str) -> None:
    assert names.is_place(name)


@pytest.mark.parametrize("name", ["london", "Northern", "Us", "IMF", "", " ", "Obama"])
def test_what_is_written_otherwise_or_names_nothing_is_no_place(names: Gazetteer, name: str) -> None:
    assert not names.is_place(name)


def test_people_are_known_by_first_names_and_surnames_of_many_countries(names: Gazetteer) -> None:
    assert all(map(names.is_first_name, ["Jane", "Vladimir", "Mohammed", "Giulia", "Björn"]))
    assert all(map(names.is_persons, ["Smith", "Müller", "García", "Rossi"]))
    assert not names.is_first_name("jane")


def test_nothing_is_known_beforehand() -> None:
    assert not NOTHING_KNOWN.is_place("London")
    assert not NOTHING_KNOWN.is_persons("Jane")
