"""Which country a place is in, and where: from airports' cities and regions, CLDR's territories and time zones.

Only places that these know have a country. A city that a time zone is named after is the one of its name that
news means. Of other places with one name the article decides, by the countries that its other places are in,
then the publisher's country; without such a hint it is the one that most is known of: a country, a region, the
city with most airports.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from statistics import median
from typing import NamedTuple

from streams.query.tokens import fold
from streams.records import Coordinates

LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
"""The languages in which countries and large cities are known by name; the first is the one shown."""

_ALSO_CALLED = """
    BA Bosnia|CD Congo|CI Ivory Coast|CZ Czech Republic|GB Britain|GB Great Britain|GB U.K.|GB UK|GB England
    GB Scotland|GB Wales|GB Northern Ireland|KP North Korea|KR South Korea|MK Macedonia|MM Burma|MM Myanmar
    NL Holland|PS Gaza|PS West Bank|PS Gaza Strip|PS Palestine|TR Turkey|US America|US U.S.|US U.S.A.|US US|US USA
    US D.C.|US Washington|VA Vatican|AE UAE|IL Jerusalem|IN Kashmir|CN Tibet|UA Crimea|ES Catalonia
    CN Peking|IN Bombay|US Manhattan|US Brooklyn|US Silicon Valley|GB Westminster
"""
"""What news calls places beside their names in the lists."""
_PARTS_OF_COUNTRIES = """
    England|Scotland|Wales|Northern Ireland|Gaza|West Bank|Gaza Strip|D.C.|Washington|Jerusalem|Kashmir|Tibet
    Crimea|Catalonia|Peking|Bombay|Manhattan|Brooklyn|Silicon Valley|Westminster
"""
_PARTS = frozenset(re.findall(r"[^\s|][^\n|]*", _PARTS_OF_COUNTRIES))
"""Those of them that are not whole countries."""
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
_OLDER = {
    "Asia/Ho_Chi_Minh": "Asia/Saigon",
    "Asia/Kathmandu": "Asia/Katmandu",
    "Asia/Kolkata": "Asia/Calcutta",
    "Asia/Yangon": "Asia/Rangoon",
    "Europe/Kyiv": "Europe/Kiev",
}
"""Zones that CLDR knows by the name that they had before."""
_COUNTRY, _ZONE_CITY, _REGION = 1000, 900, 90
"""How much more is known of a country, a time zone's city and a region than of a city with one airport."""


class Spot(NamedTuple):
    """A place: its name as shown, its country (ISO 3166-1 alpha-2) and where it is, as far as known."""

    name: str
    country: str
    place: Coordinates | None
    weight: int


class Atlas:
    """Finds places by name, in any writing; `countries` has the name of each by its code."""

    def __init__(self, spots: Mapping[str, Sequence[Spot]], countries: Mapping[str, str]) -> None:
        self._spots, self.countries = spots, countries

    def candidates(self, name: str) -> Sequence[Spot]:
        """All places of this name, one a country, what most is known of first."""
        return self._spots.get(fold(name), ())

    def find(self, name: str, near: Collection[str] = (), source: str | None = None) -> Spot | None:
        """The place that is meant beside places in the countries `near`, by a publisher of the country `source`.

        None for a name that is not known or says too little. The name shown has the country where the place is
        not the one that the name alone stands for.
        """
        spots = self.candidates(name)
        if not spots:
            return None
        first = spots[0]
        if first.weight == _ZONE_CITY or first.country in near or len(spots) == 1:
            return first
        chosen = next((spot for spot in spots if spot.country in near), None)
        chosen = chosen or next((spot for spot in spots if spot.country == source), None)
        if chosen is first or (chosen is None and first.weight > spots[1].weight):
            return first
        if chosen is None:
            return None
        return chosen._replace(name=f"{chosen.name}, {self.countries[chosen.country]}")


NO_ATLAS = Atlas({}, {})


@cache
def load_atlas() -> Atlas:
    """All that the packages know; takes a fifth of a second and 15 MB, once in a process."""
    from babel import Locale

    airports = _airports()
    names = Locale(LANGUAGES[0]).territories
    countries = {code: name for code, name in names.items() if len(code) == 2 and code.isalpha()}
    countries = {code: name for code, name in countries.items() if code not in _NO_COUNTRIES}
    found: defaultdict[str, dict[str, Spot]] = defaultdict(dict)
    for name, spot in [*_territories(countries, airports), *_zone_cities(airports), *_listed(airports)]:
        known = found[fold(name)].get(spot.country)
        if spot.country in countries and (known is None or known.weight < spot.weight):
            found[fold(name)][spot.country] = spot
    ordered = {
        name: sorted(spots.values(), key=lambda spot: (-spot.weight, spot.country))
        for name, spots in found.items()
    }
    return Atlas(ordered, countries)


class _Airport(NamedTuple):
    city: str
    region: str
    country: str
    at: Coordinates


def _airports() -> list[_Airport]:
    import airportsdata

    return [
        _Airport(one["city"], one["subd"], one["country"], Coordinates(lat=one["lat"], lon=one["lon"]))
        for one in airportsdata.load("IATA").values()
    ]


def _middle(airports: Iterable[_Airport]) -> Coordinates | None:
    """Where most of a place's airports are: in the middle of them, to a hundredth of a degree."""
    at = [airport.at for airport in airports]
    if not at:
        return None
    return Coordinates(lat=round(median(one.lat for one in at), 2), lon=round(median(one.lon for one in at), 2))


def _territories(countries: Mapping[str, str], airports: Sequence[_Airport]) -> Iterator[tuple[str, Spot]]:
    from babel import Locale

    by_country: defaultdict[str, list[_Airport]] = defaultdict(list)
    for airport in airports:
        by_country[airport.country].append(airport)
    spots = {code: Spot(name, code, _middle(by_country[code]), _COUNTRY) for code, name in countries.items()}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if code in spots:
                yield name, spots[code]
    for line in _ALSO_CALLED.replace("\n", "|").split("|"):
        code, _, name = line.strip().partition(" ")
        if name:
            yield name, Spot(name, code, None, _ZONE_CITY) if name in _PARTS else spots[code]


def _zone_cities(airports: Sequence[_Airport]) -> Iterator[tuple[str, Spot]]:
    """The cities that time zones are named after, in each language: capitals and what is as large."""
    from babel import Locale
    from babel.core import get_global

    by_city: defaultdict[tuple[str, str], list[_Airport]] = defaultdict(list)
    for airport in airports:
        by_city[fold(airport.city), airport.country].append(airport)
    exemplars = [Locale(language).time_zones for language in LANGUAGES]
    for zone, country in get_global("zone_territories").items():
        if "/" not in zone or zone.startswith("Etc/"):
            continue
        keys = (zone, _OLDER.get(zone, zone))
        of_zone = [key.rpartition("/")[2].replace("_", " ") for key in keys]
        first, *cities = [
            [city for key in keys if (city := zones.get(key, {}).get("city"))] for zones in exemplars
        ]
        names = dict.fromkeys([*first, *of_zone, *chain.from_iterable(cities)])
        shown = next(iter(names))
        places = next((there for name in names if (there := by_city.get((fold(name), country)))), ())
        for name in names:
            yield name, Spot(shown, country, _middle(places), _ZONE_CITY)


def _listed(airports: Sequence[_Airport]) -> Iterator[tuple[str, Spot]]:
    """Cities that have an airport with an IATA code, and their regions."""
    cities: defaultdict[tuple[str, str, str], list[_Airport]] = defaultdict(list)
    regions: defaultdict[tuple[str, str], list[_Airport]] = defaultdict(list)
    for airport in airports:
        if len(airport.city) > 2:
            cities[airport.city, airport.country, airport.region].append(airport)
        if len(airport.region) > 2:
            regions[airport.region, airport.country].append(airport)
    most = Counter((city, country) for city, country, _ in cities)
    for (city, country, _), there in cities.items():
        # Where a country has several of a name, none is known well enough to say where it is.
        yield city, Spot(city, country, _middle(there) if most[city, country] == 1 else None, len(there))
    for (region, country), there in regions.items():
        yield region, Spot(region, country, _middle(there), _REGION)
