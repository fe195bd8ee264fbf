"""Who owns which news sites: what several sites of one owner say was said once.

The list is `seeds/owners.yml`, which operators may add to: owners, each with the registrable domains of its sites.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec

from streams.errors import SettingsError
from streams.seeds import seeds_folder

FILE = "owners.yml"


def owner_of(domain: str) -> str:
    """The owner of a site; one that is not listed owns itself. Raises SettingsError when the list is not valid."""
    return _listed().get(domain, domain)


def read_owners(path: Path) -> Mapping[str, str]:
    """The owner of each listed domain. Raises SettingsError for a file that cannot be read or is ambiguous."""
    try:
        sites = msgspec.yaml.decode(path.read_bytes(), type=dict[str, list[str]])
    except (OSError, msgspec.DecodeError) as error:
        raise SettingsError(
            f"{path}: {error}; each line is an owner and its domains: `Owner: [a.example]`"
        ) from error
    owners: dict[str, str] = {}
    for owner, domains in sites.items():
        for domain in domains:
            other = owners.setdefault(domain.strip().casefold(), owner)
            if other != owner:
                raise SettingsError(f"{path}: {domain} belongs to {other} and {owner}: leave it with one of them")
    return owners


@cache
def _listed() -> Mapping[str, str]:
    return read_owners(seeds_folder() / FILE)
