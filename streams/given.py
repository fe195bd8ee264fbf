"""Names that users give in a file: what is found where, under which name it goes, and what is no name at all.

    entities:
      - name: Volodymyr Zelenskyy
        type: person
        aliases: [Zelensky, Zelenskiy]
        ids: {wikidata: Q3874799}
      - name: Kyiv
        type: place
        country: UA
        coordinates: [50.45, 30.52]
      - {name: NATO, type: organisation, always: true}
      - {name: Privacy Policy, never: true}

The file is `seeds/entities.yml` or what STREAMS_ENTITIES names. Everything wrong is told at once, each with file,
line and column.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
import yaml

from streams.errors import NamesFileError
from streams.records import Coordinates
from streams.seeds import seeds_folder
from streams.yaml_entries import Entry, Place, Problems, entries, text, texts

FILE = "entities.yml"
MAX_FILE_BYTES = 64_000_000
MAX_NAME_CHARS = 100
MAX_ALIASES = 200
MAX_ID_CHARS = 200
LABELS = {"person": "PERSON", "organisation": "ORG", "place": "GPE", "event": "EVENT"}
KEYS = ("name", "type", "aliases", "ids", "country", "coordinates", "always", "never")

Where = Literal["found", "always", "never"]
"""Whether a name counts where the tagger finds one of its type, wherever it is written, or nowhere."""


class GivenName(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry. `label` is empty for one that is `never` a name of any type; `country` is ISO 3166-1 alpha-2."""

    name: str
    label: str = ""
    aliases: tuple[str, ...] = ()
    ids: Mapping[str, str] = {}
    country: str | None = None
    place: Coordinates | None = None
    where: Where = "found"

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and its aliases."""
        return (self.name, *self.aliases)


@cache
def load_names(path: Path | None) -> Sequence[GivenName]:
    """The names of a file, of the one that comes with the program where it is None; read once in a process.

    Raises NamesFileError.
    """
    file = path or seeds_folder() / FILE
    try:
        return read_names(file.read_bytes(), str(file))
    except OSError as error:
        raise NamesFileError(
            f"{file}: cannot be read: {error.strerror}; STREAMS_ENTITIES names the file of names"
        ) from error


def read_names(data: bytes | str, file: str) -> list[GivenName]:
    """The names of one file, called `file` in messages. Raises NamesFileError with a line for each mistake."""
    problems = Problems(NamesFileError)
    taken: dict[tuple[str, str], Place] = {}
    names = []
    for entry in entries(data, file, "entities", problems, MAX_FILE_BYTES):
        name = _name(entry)
        for key in {(_scope(name), spelling.casefold()) for spelling in name.spellings}:
            if key in taken and key[1]:
                entry.wrong(f"{key[1]!r} is taken by the entry at {taken[key]}: give it to one of them")
            taken[key] = entry.place
        names.append(name)
    problems.refuse()
    return names


def _scope(name: GivenName) -> str:
    """Within what a spelling can mean one thing only."""
    return name.label if name.where == "found" else "wherever it is written"


def _name(entry: Entry) -> GivenName:
    never, always = entry.read("never", _flag, False), entry.read("always", _flag, False)
    entry.check_keys(KEYS, ("name",) if never else ("name", "type"))
    for key in ("ids", "country", "coordinates", "always") if never else ():
        if entry.has(key):
            entry.wrong_at(key, f"{key} says nothing of what is never a name: leave it out")
    label = entry.read("type", _label, "")
    for key in ("country", "coordinates"):
        if entry.has(key) and label not in ("GPE", ""):
            entry.wrong_at(key, f"{key} is for places: leave it out")
    return GivenName(
        name=entry.read("name", _spelling, ""),
        label=label,
        aliases=entry.read("aliases", _aliases, ()),
        ids=entry.read("ids", _ids, {}),
        country=entry.read("country", _country, None),
        place=entry.read("coordinates", _coordinates, None),
        where="never" if never else "always" if always else "found",
    )


def checked_name(written: str) -> str:
    """A name without superfluous blanks. Raises ValueError, saying why, for what can be none."""
    value = " ".join(written.split())
    if len(value) > MAX_NAME_CHARS:
        raise ValueError(f"has {len(value)} characters: take at most {MAX_NAME_CHARS}")
    if not any(map(str.isalnum, value)):
        raise ValueError(f"{value!r} has no letter or digit: a name needs one")
    if not value.isprintable():
        raise ValueError(f"{value!a} holds a control character: take it out")
    return value


def _spelling(node: yaml.Node) -> str:
    return checked_name(text(node))


def _aliases(node: yaml.Node) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or len(node.value) > MAX_ALIASES:
        raise ValueError(f"takes a list like [Kiev, Kyjiw], of at most {MAX_ALIASES}")
    return tuple(dict.fromkeys(_spelling(one) for one in node.value))


def _label(node: yaml.Node) -> str:
    value = text(node)
    if value not in LABELS:
        raise ValueError(f"{value[:40]!r} is no type: take one of {', '.join(LABELS)}")
    return LABELS[value]


def _ids(node: yaml.Node) -> Mapping[str, str]:
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("takes catalogues and ids like {wikidata: Q1899}")
    ids = {text(catalogue): text(identity) for catalogue, identity in node.value}
    if any(len(part) > MAX_ID_CHARS for pair in ids.items() for part in pair):
        raise ValueError(f"has one of more than {MAX_ID_CHARS} characters: shorten it")
    return ids


def _country(node: yaml.Node) -> str:
    value = text(node)
    if not re.fullmatch("[A-Z]{2}", value):
        raise ValueError(f"{value[:40]!r} is no country: take its two capitals of ISO 3166-1, as UA")
    return value


def _coordinates(node: yaml.Node) -> Coordinates:
    try:
        lat, lon = map(float, texts(node))
    except ValueError:
        lat = lon = float("nan")
    if not (-90 <= lat <= 90 and -180 <= lon <= 180):
        raise ValueError("takes degrees north and east like [50.45, 30.52]")
    return Coordinates(lat=lat, lon=lon)


def _flag(node: yaml.Node) -> bool:
    value = text(node)
    if value not in ("true", "false"):
        raise ValueError(f"{value[:40]!r} is neither true nor false")
    return value == "true"
