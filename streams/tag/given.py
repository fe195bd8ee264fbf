"""Users' names in a text: those that always are one, wherever they are written, and those that never are.

Names are found with an Aho-Corasick automaton (A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to
bibliographic search", 1975) over texts and names in small letters with blanks for all signs, a blank at each end:
so one is found between whole words only, a hundred thousand as fast as one. A capital of the name has to be one in
the text; other letters may be capitals too, as in headlines.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from streams.given import GivenName
from streams.tag.mentions import PLACES
from streams.tag.tagger import FindsMentions, Mention, searchable

_SIGN = re.compile(r"\W")


class Mark(NamedTuple):
    """Where a given name stands: characters `start` to `end` (exclusive)."""

    start: int
    end: int
    given: GivenName


class WithGiven:
    """A tagger that knows users' names as well, in any language; the same as the other where none are given."""

    def __init__(self, tagger: FindsMentions, names: Iterable[GivenName]) -> None:
        self._tagger = tagger
        self._names = GivenMentions(names)

    @property
    def packages(self) -> Mapping[str, str]:
        """The model package of each language that has one."""
        return self._tagger.packages

    @property
    def max_chars(self) -> int:
        """How much of a text is searched."""
        return self._tagger.max_chars

    def tag(self, texts: Sequence[tuple[str, str]]) -> list[list[Mention]]:
        """The mentions of each (text, language code), in the texts' order."""
        found = self._tagger.tag(texts)
        if not self._names:
            return found
        return [
            self._names.put(text, searchable(text, self.max_chars), mentions)
            for (text, _), mentions in zip(texts, found, strict=True)
        ]


class GivenMentions:
    """Puts users' names into the mentions of a text."""

    def __init__(self, names: Iterable[GivenName]) -> None:
        anywhere = (name for name in names if name.where != "found")
        self._spelled = [(name, spelling) for name in anywhere for spelling in name.spellings]
        self._automaton = AhoCorasick(
            [_folded(spelling) for _, spelling in self._spelled],
            MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def __len__(self) -> int:
        return len(self._spelled)

    def put(self, text: str, searched: str, mentions: Sequence[Mention]) -> list[Mention]:
        """The mentions of a text, in its order, after what users say of its first part, which is `searched`.

        A name given as `always` takes the place of the mentions that it meets, but for a longer one around it
        (`New York Times` around `New York`); mentions within one given as `never` go.
        """
        marks = self._marks(searched)
        if not marks:
            return list(mentions)
        dropped: set[int] = set()
        added = []
        ends = [mention.end for mention in mentions]
        for mark in marks:
            first = bisect_left(ends, mark.start + 1)
            met = [number for number in range(first, len(ends)) if mentions[number].start < mark.end]
            if mark.given.where == "never":
                dropped.update(number for number in met if _within(mentions[number], mark))
            elif not any(_around(mentions[number], mark) for number in met):
                dropped.update(met)
                written = text[mark.start : mark.end]
                added.append(Mention(mark.start, mark.end, mark.given.label, written, mark.given.name))
        return sorted([one for number, one in enumerate(mentions) if number not in dropped] + added)

    def _marks(self, text: str) -> list[Mark]:
        """The names that stand in a text; where some overlap the first one, and of its beginnings the longest."""
        marks: list[Mark] = []
        for mark in sorted(self._all(text), key=lambda mark: (mark.start, -mark.end)):
            if not marks or mark.start >= marks[-1].end:
                marks.append(mark)
        return marks

    def _all(self, text: str) -> Iterator[Mark]:
        for number, start, end in self._automaton.find_matches_as_indexes(_folded(text), overlapping=True):
            name, spelling = self._spelled[number]
            mark = Mark(start, end - 2, name)  # Without the blanks at both ends, of which the text's own is one.
            if _is_written(spelling, text[mark.start : mark.end]):
                yield mark


def _folded(text: str) -> str:
    """The text in small letters, with a blank for each sign and one at each end."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(lower if len(lower := letter.lower()) == 1 else letter for letter in text)
    return f" {_SIGN.sub(' ', small)} "


def _is_written(spelling: str, written: str) -> bool:
    """Whether capitals are where the name has some, on one line."""
    if spelling == written:
        return True
    capitals = all(
        not letter.isupper() or found.isupper() for letter, found in zip(spelling, written, strict=True)
    )
    return capitals and "\n" not in written


def _within(mention: Mention, mark: Mark) -> bool:
    label = mark.given.label
    of_type = not label or label == mention.label or {label, mention.label} <= PLACES
    return of_type and mark.start <= mention.start and mention.end <= mark.end


def _around(mention: Mention, mark: Mark) -> bool:
    return mention.start <= mark.start and mark.end <= mention.end and len(mention.text) > mark.end - mark.start
