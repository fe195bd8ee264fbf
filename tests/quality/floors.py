"""Floors: what each quality figure may not fall below, and on which data that was measured.

A figure fails below its floor, and also far above it: then the floor has to be raised, or the next loss would go
unseen. A floor also fails when its data has changed since: the figures are others then, to be looked at and
written down anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from tests.quality.scores import Score

FILE = Path(__file__).with_name("floors.toml")

BELOW = 0.01
"""How far below what was measured a floor is set. The last digits are the machine's: the order of spaCy's sums
differs between processors, which turns a name here or there (one of the sample's is .002)."""

ABOVE = 0.03
"""How far above its floor a figure may stand before the floor has to follow."""


class Floors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of one data set; `sha256` is that of its files, one after the other."""

    sha256: str
    figures: dict[str, Score]


def read() -> dict[str, Floors]:
    """The floors of each data set by its name."""
    return msgspec.toml.decode(FILE.read_bytes(), type=dict[str, Floors])


def faults(floors: Floors, sha256: str, measured: Mapping[str, Score]) -> list[str]:
    """What is wrong, a line each: nothing, if all is as the floors say."""
    if sha256 != floors.sha256:
        return [f"the data has changed: measure again, and write sha256 {sha256} with the new floors"]
    if measured.keys() != floors.figures.keys():
        return [f"figures without a floor or floors without a figure: {measured.keys() ^ floors.figures.keys()}"]
    return [fault for name, floor in floors.figures.items() for fault in _compare(name, floor, measured[name])]


def _compare(name: str, floor: Score, score: Score) -> Iterator[str]:
    for part, least, value in zip(Score._fields, floor, score, strict=True):
        if value < least:
            yield f"{name}: {part} {value:.3f} is below its floor {least}"
        elif value > least + ABOVE:
            yield f"{name}: {part} {value:.3f} is far above its floor {least}: raise that"
