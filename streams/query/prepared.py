"""A document as queries see it: its text prepared once, for all matchers and for what is put into an index."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from streams.query.fields import TEXT_FIELDS, keywords
from streams.query.nodes import AsWritten, KeywordField, Near, Node, Or, Phrase, TextField, Word
from streams.query.tokens import cased, offsets, words
from streams.records import Document, Span

MAX_SPANS = 50
"""Most places reported for one word or phrase of a query."""


class Place(NamedTuple):
    """Tokens `start` to `end` (exclusive) of a text."""

    start: int
    end: int


class Prepared:
    """The tokens and exact values of a document, each made when first asked for."""

    def __init__(self, document: Document) -> None:
        self.document = document

    @cached_property
    def texts(self) -> Mapping[TextField, Text]:
        """Title and text."""
        return {field: Text(getattr(self.document, field)) for field in TEXT_FIELDS}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """The distinct tokens of title and text."""
        return frozenset().union(*(text.words for text in self.texts.values()))

    @cached_property
    def pairs(self) -> frozenset[str]:
        """The distinct pairs of tokens in a row: `harbour bridge`."""
        return frozenset().union(*(map(" ".join, pairwise(text.words)) for text in self.texts.values()))

    @cached_property
    def keywords(self) -> Mapping[KeywordField, frozenset[str]]:
        """The folded values of each exact field."""
        return keywords(self.document)

    @cached_property
    def terms(self) -> set[str]:
        """The vocabulary and the pairs: all that a rule can ask for by one comparison of strings."""
        # No frozen set: the keys of a dictionary are only with a set intersected from the smaller side.
        return {*self.vocabulary, *self.pairs}

    @cached_property
    def places(self) -> Mapping[str, list[Span]]:
        """Where each of the terms stands, first in the title, at most MAX_SPANS: found when first asked for, as
        many queries ask for the same ones.
        """
        return _Places(self.texts)

    def spans(self, term: Node) -> list[Span]:
        """Where words, phrases or words near each other stand, first in the title: at most MAX_SPANS."""
        found = (text.span(field, at) for field, text in self.texts.items() for at in text.find(term, field))
        return list(islice(found, MAX_SPANS))


class _Places(dict[str, list[Span]]):
    """Places by term, each found when first asked for."""

    def __init__(self, texts: Mapping[TextField, Text]) -> None:
        self._texts = texts

    def __missing__(self, term: str) -> list[Span]:
        tokens = tuple(term.split(" "))
        found = [span for field, text in self._texts.items() for span in text.spans(field, tokens)][:MAX_SPANS]
        self[term] = found
        return found


class Text:
    """The tokens of one field and where each stands; positions count tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.words = words(text)

    @property
    def capitals(self) -> set[str]:
        """The words of which another form than the token stands in the text, as written but for their accents."""
        plain = {form for word, form in zip(self.words, self._forms, strict=True) if form != word}
        return plain - {""}

    def find(self, term: Node, field: TextField) -> Iterator[Place]:
        """Where the term stands in this text, which is the document's `field`, in order.

        Nothing is found for what has no places.
        """
        match term:
            case Word() | Phrase() | AsWritten():
                return self._find_term(term) if term.field in (None, field) else iter(())
            case Or(nodes=nodes):
                return iter(sorted({place for node in nodes for place in self.find(node, field)}))
            case Near():
                return iter(_near(term, [list(self.find(part, field)) for part in term.terms]))
            case _:
                return iter(())

    def span(self, field: TextField, place: Place) -> Span:
        """The characters of the tokens."""
        return Span(field=field, start=self._offsets[place.start][0], end=self._offsets[place.end - 1][1])

    def spans(self, field: TextField, tokens: tuple[str, ...]) -> list[Span]:
        """The characters wherever these tokens follow each other."""
        offsets, last = self._offsets, len(tokens) - 1
        return [Span(field=field, start=offsets[at][0], end=offsets[at + last][1]) for at in self._starts(tokens)]

    def _find_term(self, term: Word | Phrase | AsWritten) -> Iterator[Place]:
        match term:
            case Phrase(tokens=tokens):
                return self._find_phrase(tokens)
            case AsWritten():
                return (place for place in self._find_phrase(term.tokens) if self._is_written(term, place))
            case Word(token=token, prefix=True):
                starts = sorted(start for word in self._beginning(token) for start in self._positions[word])
                return (Place(start, start + 1) for start in starts)
            case Word(token=token):
                return (Place(start, start + 1) for start in self._positions.get(token, ()))

    def _find_phrase(self, tokens: tuple[str, ...]) -> Iterator[Place]:
        size = len(tokens)
        return (Place(start, start + size) for start in self._starts(tokens))

    def _starts(self, tokens: tuple[str, ...]) -> Sequence[int]:
        """The positions from which on these tokens follow each other."""
        starts = self._positions.get(tokens[0], ())
        if len(tokens) == 1:
            return starts
        phrase, size = list(tokens), len(tokens)
        return [start for start in starts if self.words[start : start + size] == phrase]

    def _is_written(self, term: AsWritten, place: Place) -> bool:
        if not term.exact:
            return tuple(self._forms[place.start : place.end]) == forms(term.text)
        start, end = self._offsets[place.start][0], self._offsets[place.end - 1][1]
        return _same_characters(self._text[start:end], term.text)

    def _beginning(self, prefix: str) -> Iterator[str]:
        first = bisect_left(self._sorted, prefix)
        return takewhile(lambda word: word.startswith(prefix), islice(self._sorted, first, None))

    @cached_property
    def _positions(self) -> dict[str, list[int]]:
        """Each token and where it stands, in order."""
        positions: dict[str, list[int]] = {}
        for position, word in enumerate(self.words):
            positions.setdefault(word, []).append(position)
        return positions

    @cached_property
    def _sorted(self) -> list[str]:
        return sorted(self._positions)

    @cached_property
    def _offsets(self) -> list[tuple[int, int]]:
        return offsets(self._text)

    @cached_property
    def _forms(self) -> list[str]:
        return [cased(self._text[start:end]) for start, end in self._offsets]


@lru_cache(maxsize=1000)
def forms(text: str) -> tuple[str, ...]:
    """The words of a text with their capitals; one for each token."""
    return tuple(cased(text[start:end]) for start, end in offsets(text))


def _same_characters(one: str, other: str) -> bool:
    return one == other or unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def _near(near: Near, found: Sequence[list[Place]]) -> list[Place]:
    """From the first term to the last: for each place of the last one, what begins nearest before or after it.

    Each term goes on from those places of the one before that are reached themselves, so the work grows with the
    number of places and not with that of their combinations.
    """
    reached = {place: place for place in found[0]}  # a place of the latest term: what it is the end of
    for gap, places in zip(near.gaps, found[1:], strict=True):
        by_start = sorted(reached)
        by_end = sorted(reached, key=lambda place: place.end)
        starts, ends = [place.start for place in by_start], [place.end for place in by_end]
        then: dict[Place, Place] = {}
        for place in places:
            # The nearest one that ends before this one, else the nearest that begins after it.
            before = bisect_left(ends, place.start + 1) - 1
            after = bisect_left(starts, place.end)
            if before >= 0 and place.start - ends[before] <= gap.words:
                then[place] = _cover(reached[by_end[before]], place)
            elif not gap.ordered and after < len(starts) and starts[after] - place.end <= gap.words:
                then[place] = _cover(reached[by_start[after]], place)
        reached = then
    return sorted(set(reached.values()))


def _cover(one: Place, other: Place) -> Place:
    return Place(min(one.start, other.start), max(one.end, other.end))
