"""Which names the remembered articles used for whom: what a new article's names are compared with.

A fold over the decisions about articles: counts go up when one is taken and down when it is forgotten, so aliases
fade with the articles that used them, and there are never more than those hold.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple, TypeVar

import msgspec

from streams.records import StoryEntity
from streams.relate.sounds import sound_of
from streams.tag.names import Key, key_of

K = TypeVar("K")
V = TypeVar("V")


class Canonical(msgspec.Struct, frozen=True, array_like=True):
    """The id, name and label under which a name goes."""

    id: str
    name: str
    label: str


class Usual(NamedTuple):
    """What most articles mean by a name: whom, in how many of them, and in how many it is anybody."""

    who: str
    articles: int
    of: int

    @property
    def share(self) -> float:
        """Of the articles, those that mean this one."""
        return self.articles / self.of


class Naming:
    """Counts of articles, by canonical id and by what leads to it."""

    def __init__(self) -> None:
        self._many: Counter[StoryEntity] | None = None
        self._names: defaultdict[str, Counter[Canonical]] = defaultdict(Counter)
        self._by_key: defaultdict[Key, Counter[str]] = defaultdict(Counter)
        self._by_surname: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._by_sound: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._aliases: defaultdict[str, Counter[str]] = defaultdict(Counter)

    def add(self, entities: Iterable[StoryEntity], aliases: Mapping[str, str], times: int = 1) -> None:
        """Count an article's names and the acronyms that it explained; `times=-1` takes it back."""
        if self._many is not None and times == 1:
            self._many.update(entities)
            entities = ()
        self._count_entities(entities, times)
        for alias, meant in aliases.items():
            _count(self._aliases, alias, meant, times)

    @contextmanager
    def adding_many(self) -> Iterator[None]:
        """The body adds articles' names; those that many of them have are counted once, at the end."""
        self._many = Counter()
        yield
        many, self._many = self._many, None
        for entity, times in many.items():
            self._count_entities([entity], times)

    def _count_entities(self, entities: Iterable[StoryEntity], times: int) -> None:
        for entity in entities:
            one = Canonical(entity.id, entity.name, entity.label)
            _count(self._names, one.id, one, times)
            key = key_of(one.name)
            _count(self._by_key, key, one.id, times)
            if one.label == "PERSON" and len(key) > 1:
                _count(self._by_surname, key[-1], one.id, times)
                _count(self._by_sound, sound_of(key), one.id, times)

    def called(self, canonical_id: str) -> Canonical | None:
        """How one is usually called; None when no remembered article has it."""
        names = self._names.get(canonical_id)
        if not names:
            return None
        one, *others = names
        return min(names, key=lambda one: (-names[one], one.name, one.label)) if others else one

    def articles(self, canonical_id: str) -> int:
        """How many remembered articles name it."""
        return self._names[canonical_id].total() if canonical_id in self._names else 0

    def of_key(self, key: Key) -> Usual | None:
        """Who or what most articles mean by exactly these words, of whatever kind."""
        return _usual(self._by_key.get(key))

    def of_surname(self, surname: str) -> Usual | None:
        """Who of this surname is named by most articles."""
        return _usual(self._by_surname.get(surname))

    def namesakes(self, key: Key) -> Collection[str]:
        """Everybody whose first and last names sound like those of a person's name."""
        return self._by_sound.get(sound_of(key), ())

    def of_sound(self, key: Key) -> Usual | None:
        """Who most articles mean by a person's name that sounds like this."""
        return _usual(self._by_sound.get(sound_of(key)))

    def of_alias(self, alias: str) -> Usual | None:
        """What most articles that explained this acronym meant by it."""
        return _usual(self._aliases.get(alias))


def _count(counts: defaultdict[K, Counter[V]], key: K, value: V, times: int) -> None:
    counter = counts[key]
    counter[value] += times
    if not counter[value]:
        del counter[value]
        if not counter:
            del counts[key]


def _usual(counts: Counter[str] | None) -> Usual | None:
    if not counts:
        return None
    who, *others = counts
    if others:
        who = min(counts, key=lambda one: (-counts[one], one))
    return Usual(who, counts[who], counts.total())
