from __future__ import annotations

from pathlib import Path

import pytest

from streams.domains import domain_of
from streams.errors import SettingsError
from streams.relate.owners import FILE, owner_of, read_owners
from streams.seeds import seeds_folder


def test_sites_of_one_owner_have_it_in_common_and_others_own_themselves() -> None:
    assert owner_of("mirror.co.uk") == owner_of("express.co.uk") != owner_of("bbc.co.uk")
    assert owner_of("herald.example") == "herald.example"
    assert owner_of("") == ""


def test_the_list_names_sites_by_their_registrable_domains() -> None:
    listed = read_owners(seeds_folder() / FILE)

    assert len(listed) > 200
    assert {domain for domain in listed if domain_of(f"https://www.{domain}/") != domain} == set()


def test_an_owner_of_one_site_is_not_listed() -> None:
    owners = list(read_owners(seeds_folder() / FILE).values())

    assert [owner for owner in set(owners) if owners.count(owner) < 2] == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"Herald Group: herald.example", "Expected `array`"),
        (b"- herald.example", "Expected `object`"),
        (b"Herald Group: [herald.example\n", "owners.yml"),
        (b"A: [herald.example]\nB: [herald.example]", "herald.example belongs to A and B"),
    ],
    ids=["no list", "no owner", "no YAML", "two owners"],
)
def test_a_list_that_is_not_valid_is_refused_with_its_name(tmp_path: Path, content: bytes, fault: str) -> None:
    file = tmp_path / "owners.yml"
    file.write_bytes(content)

    with pytest.raises(SettingsError, match=r"owners\.yml") as caught:
        read_owners(file)
    assert fault in str(caught.value)


def test_a_list_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"owners\.yml"):
        read_owners(tmp_path / "owners.yml")


def test_domains_are_compared_without_case_and_blanks(tmp_path: Path) -> None:
    (tmp_path / "owners.yml").write_text("Herald Group: [' Herald.example ', courier.example]")

    assert read_owners(tmp_path / "owners.yml") == {
        "herald.example": "Herald Group",
        "courier.example": "Herald Group",
    }
