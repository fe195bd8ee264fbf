"""What a story names, looked up by words: what an article's names may stand for in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from streams.records import StoryEntity
from streams.tag.names import Key, is_part, key_of

Keyed = tuple[StoryEntity, Key]
"""What a story names, with the words of the name."""


class StoryNames:
    """The names of a story; `people` and `organisations` are those of that kind, in the story's order."""

    def __init__(self, entities: Iterable[StoryEntity]) -> None:
        self.people: list[Keyed] = []
        self.organisations: list[Keyed] = []
        self._by_key: defaultdict[Key, list[StoryEntity]] = defaultdict(list)
        self._by_word: defaultdict[str, list[Keyed]] = defaultdict(list)
        for one in entities:
            key = key_of(one.name)
            self._by_key[key].append(one)
            if one.label == "PERSON":
                self.people.append((one, key))
                for word in set(key):
                    self._by_word[word].append((one, key))
            elif one.label == "ORG":
                self.organisations.append((one, key))

    def of_key(self, key: Key) -> Sequence[StoryEntity]:
        """All of exactly these words, of whatever kind."""
        return self._by_key.get(key, ())

    def fuller(self, key: Key) -> list[StoryEntity]:
        """The people of whose names of several words this one is a part."""
        # A word that is no initial must stand in the fuller name, which few of a story's names have.
        word = next((word for word in key if len(word) > 1), None)
        near = self.people if word is None else self._by_word.get(word, ())
        return [one for one, of in near if len(of) > 1 and is_part(key, of)]
