"""Files of users' names: what they say, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.errors import NamesFileError
from streams.given import GivenName, load_names, read_names
from streams.records import Coordinates
from streams.seeds import seeds_folder

WHOLE = """
entities:
  - name: Kyiv
    type: place
    aliases: [Kiev, Kyjiw]
    country: UA
    coordinates: [50.45, 30.52]
    ids: {wikidata: Q1899}
  - {name: NATO, type: organisation, always: true}
  - {name: Privacy  Policy, never: true}
"""


def test_a_file_gives_its_names_in_order() -> None:
    assert read_names(WHOLE, "names.yml") == [
        GivenName(
            name="Kyiv",
            label="GPE",
            aliases=("Kiev", "Kyjiw"),
            country="UA",
            place=Coordinates(lat=50.45, lon=30.52),
            ids={"wikidata": "Q1899"},
        ),
        GivenName(name="NATO", label="ORG", where="always"),
        GivenName(name="Privacy Policy", where="never"),
    ]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        ("entitys: []", 1, "unknown key 'entitys': did you mean entities?"),
        ("- name: A1", 1, "type is missing: name and type are needed"),
        (
            "- name: A1\n  type: persen",
            2,
            "type: 'persen' is no type: take one of person, organisation, place, event",
        ),
        ("- name: A1\n  type: person\n  alias: [b]", 3, "unknown key 'alias': did you mean aliases?"),
        ("- name: '!!'\n  type: person", 1, "name: '!!' has no letter or digit"),
        ("- name: " + "x" * 101 + "\n  type: person", 1, "name: has 101 characters: take at most 100"),
        ("- name: A1\n  type: person\n  aliases: b", 3, "aliases: takes a list like [Kiev, Kyjiw]"),
        ("- name: A1\n  type: person\n  ids: [b]", 3, "ids: takes catalogues and ids like {wikidata: Q1899}"),
        ("- name: A1\n  type: place\n  country: ua", 3, "country: 'ua' is no country"),
        ("- name: A1\n  type: place\n  coordinates: [95, 3]", 3, "coordinates: takes degrees north and east"),
        ("- name: A1\n  type: place\n  coordinates: [.nan, 3]", 3, "coordinates: takes degrees north and east"),
        ("- name: A1\n  type: person\n  country: UA", 3, "country is for places: leave it out"),
        ("- name: A1\n  type: person\n  always: yes", 3, "always: 'yes' is neither true nor false"),
        ("- name: A1\n  never: true\n  ids: {a: b}", 3, "ids says nothing of what is never a name"),
        ("- {name: A1, type: person}\n- {name: a1, type: person}", 2, "'a1' is taken by the entry at names.yml:1"),
        (
            "- {name: A1, type: person, always: true}\n- {name: A1, never: true}",
            2,
            "'a1' is taken by the entry at names.yml:1",
        ),
    ],
)
def test_each_mistake_is_one_line_with_its_place_and_the_way_out(data: str, line: int, said: str) -> None:
    with pytest.raises(NamesFileError) as caught:
        read_names(data, "names.yml")

    (found,) = str(caught.value).splitlines()
    assert found.startswith(f"names.yml:{line}:")
    assert said in found


def test_one_spelling_may_be_a_name_of_two_types() -> None:
    assert len(read_names("- {name: Jordan, type: place}\n- {name: Jordan, type: person}", "names.yml")) == 2


def test_a_file_that_is_not_there_is_named_with_its_option(tmp_path: Path) -> None:
    with pytest.raises(NamesFileError, match=r"none\.yml: cannot be read: .*STREAMS_ENTITIES"):
        load_names(tmp_path / "none.yml")


def test_the_names_that_come_with_the_program_are_valid() -> None:
    names = load_names(None)

    assert len(names) > 50
    assert names == read_names((seeds_folder() / "entities.yml").read_bytes(), "entities.yml")
