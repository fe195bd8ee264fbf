"""Users' names as articles' names are resolved by: each spelling leads to the id and name of its entry."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from streams.given import GivenName, load_names
from streams.relate.naming import Canonical
from streams.tag.stage import entity_id


class Given:
    """`canonical.Known` over the names of a file: a spelling is its entry's wherever the type is."""

    def __init__(self, names: Iterable[GivenName]) -> None:
        self._fixed: dict[str, Canonical] = {}
        self._about: dict[str, GivenName] = {}
        for name in names:
            if name.where != "never":
                self._take(name)

    def fixed(self, tagged_id: str) -> Canonical | None:
        """The name that is given for what was tagged under this id."""
        return self._fixed.get(tagged_id)

    def about(self, canonical_id: str) -> GivenName | None:
        """The entry of the name that goes under this id."""
        return self._about.get(canonical_id)

    def _take(self, name: GivenName) -> None:
        one = Canonical(entity_id(name.label, name.name), name.name, name.label)
        self._about.setdefault(one.id, name)
        for spelling in name.spellings:
            self._fixed.setdefault(entity_id(name.label, spelling), one)


@cache
def load_given(path: Path | None) -> Given:
    """The names of a file, of the one that comes with the program where it is None; made once in a process.

    Raises NamesFileError.
    """
    return Given(load_names(path))
