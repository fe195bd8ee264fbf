"""Names that are known beforehand: of places and of people, from data that packages ship.

Small models see where a name is more often than what it names; a list of names settles many of those cases. Names
are as they are written: `Jordan` is a country and a first name, and only the text can tell which.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import NamedTuple

LANGUAGES = ("en", "fr")
"""The languages in which territories are known by name: those that have a model by default."""

_ALSO_CALLED = """
    America,Bosnia,Britain,Burma,Calcutta,Catalonia,Congo,Czech Republic,D.C.,England,Europe,Gaza,Holland
    Ivory Coast,Kashmir,Kiev,Latin America,Macedonia,Middle East,Myanmar,North Korea,Palestine,Scotland,South Korea
    Taiwan,Tibet,Turkey,U.K.,U.S.,U.S.A.,UAE,UK,US,USA,Ukraine,Vatican,Wales,West Bank
"""
"""What news call places beside their names in the lists."""
_NOT_BY_THEMSELVES = frozenset(
    {"Capital", "Central", "District", "Eastern", "Federal", "Islands", "Northern", "Southern", "Western"}
)
"""Names of regions in the lists that by themselves name nothing."""


_ALLIANCES = frozenset({"EU", "EZ", "UN"})
"""Codes in CLDR's list of territories that stand for organisations."""


class Gazetteer(NamedTuple):
    """Known names: `places` whole, people's word by word."""

    places: frozenset[str]
    first_names: frozenset[str]
    surnames: frozenset[str]

    def is_place(self, name: str) -> bool:
        """Whether a place has this name, in capitals too when it is long enough to be no acronym."""
        return name in self.places or (len(name) > 3 and name.isupper() and name.title() in self.places)

    def is_first_name(self, word: str) -> bool:
        """Whether people have this first name."""
        return word in self.first_names

    def is_persons(self, word: str) -> bool:
        """Whether people have this word as a first name or a surname."""
        return word in self.first_names or word in self.surnames


NOTHING_KNOWN = Gazetteer(frozenset(), frozenset(), frozenset())


@cache
def load_gazetteer() -> Gazetteer:
    """All that the packages know; takes about a second and 40 MB, once in a process."""
    also = re.findall(r"[^\s,][^\n,]*", _ALSO_CALLED)
    places = frozenset(_names([*_cities_and_regions(), *_territories(), *also]))
    providers = list(_providers())
    return Gazetteer(
        places=places - _NOT_BY_THEMSELVES,
        first_names=frozenset(_names(_listed(providers, "first_names"))),
        surnames=frozenset(_names(_listed(providers, "last_names"))),
    )


def _names(candidates: Iterable[str]) -> Iterator[str]:
    """Those that can be told from other words: with a capital, and more than an initial."""
    return (name for name in candidates if len(name) > 1 and name[0].isupper())


def _cities_and_regions() -> Iterator[str]:
    """Cities that have an airport with an IATA code, and their regions."""
    import airportsdata

    for airport in airportsdata.load("IATA").values():
        yield from (name for name in (airport["city"], airport["subd"]) if len(name) > 2)


def _territories() -> Iterator[str]:
    """Countries, continents and the cities that time zones are named after, of CLDR and the tz database."""
    from babel import Locale
    from babel.core import get_global

    for zone in get_global("zone_territories"):
        yield zone.rpartition("/")[2].replace("_", " ")
    for language in LANGUAGES:
        territories = Locale(language).territories.items()
        yield from (name for code, name in territories if len(name) > 2 and code not in _ALLIANCES)


def _providers() -> Iterator[type]:
    """The lists of people's names, of each country."""
    import faker.providers.person as countries

    for country in pkgutil.iter_modules(countries.__path__):
        yield importlib.import_module(f"{countries.__name__}.{country.name}").Provider


def _listed(providers: Iterable[type], kind: str) -> Iterator[str]:
    """Names of a kind: lists by sex and by how rare they are, each of names or of names with their weights."""
    for provider in providers:
        for attribute in dir(provider):
            listed = getattr(provider, attribute)
            if attribute.startswith(kind) and isinstance(listed, (tuple, list, Mapping)):
                yield from listed
