from __future__ import annotations

import pytest

from streams.tag.atlas import load_atlas


@pytest.mark.parametrize(
    ("name", "shown", "country"),
    [
        ("Germany", "Germany", "DE"),
        ("Allemagne", "Germany", "DE"),
        ("Deutschland", "Germany", "DE"),
        ("GERMANY", "Germany", "DE"),
        ("U.S.", "United States", "US"),
        ("UK", "United Kingdom", "GB"),
        ("Scotland", "Scotland", "GB"),
        ("Kiev", "Kyiv", "UA"),
        ("Londres", "London", "GB"),
        ("Texas", "Texas", "US"),
        ("Mumbai", "Mumbai", "IN"),
        ("Calcutta", "Kolkata", "IN"),
    ],
)
def test_places_are_known_in_several_languages_and_shown_in_one(name: str, shown: str, country: str) -> None:
    spot = load_atlas().find(name)
    assert spot
    assert (spot.name, spot.country) == (shown, country)


def test_of_places_of_one_name_the_article_decides_and_the_other_one_is_shown_with_its_country() -> None:
    atlas = load_atlas()
    shown = {near: spot.name for near in ("GE", "US", "FR") if (spot := atlas.find("Georgia", [near]))}
    assert shown == {"GE": "Georgia", "US": "Georgia, United States", "FR": "Georgia"}


def test_a_city_that_all_the_world_knows_is_meant_whatever_else_the_article_names() -> None:
    assert {spot.country for near in ("US", "CA") if (spot := load_atlas().find("London", [near]))} == {"GB"}


def test_a_publishers_country_decides_between_a_country_and_a_region_but_not_about_a_capital() -> None:
    atlas = load_atlas()
    assert [atlas.find(name, source="US").country for name in ("Georgia", "Paris")] == ["US", "FR"]  # type: ignore[union-attr]


@pytest.mark.parametrize("name", ["Port Kells", "", "Europe", "Cambridge", "European Union", "Lorem"])
def test_what_is_no_place_of_one_country_or_could_be_several_has_none(name: str) -> None:
    assert load_atlas().find(name) is None


def test_every_place_has_a_country_of_iso_3166_and_lies_on_the_globe() -> None:
    atlas = load_atlas()
    assert len(atlas.countries) > 240
    for name in ("Paris", "Germany", "Texas", "Mumbai"):
        for spot in atlas.candidates(name):
            assert spot.country in atlas.countries
            assert spot.place is None or (-90 <= spot.place.lat <= 90 and -180 <= spot.place.lon <= 180)
