"""Whether a document matches a query, and where: the reference meaning of the query language.

The indexes are held to this by tests. Made for many queries on each document: the work on its text is done
once, in `Prepared`.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, takewhile

from streams.query.fields import TEXT_FIELDS, keywords
from streams.query.nodes import (
    And,
    Everything,
    Keyword,
    KeywordField,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    TextField,
    Word,
)
from streams.query.tokens import Token, fold, is_unspaced, tokenize, words
from streams.records import Document, Span

MAX_SPANS = 50
"""Most places reported for one word or phrase of a query."""


class Matcher:
    """A query, ready to be tried on documents."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def match(self, document: Prepared) -> dict[str, list[Span]] | None:
        """None if the document does not match, else where each word, phrase and entity that counted stands.

        The keys are the query's terms: `bridge`, `elect*`, `harbour bridge`, an entity's id or name. Terms
        under NOT and terms that name neither words nor entities give none, so the answer may be empty. Spans
        are in the title, then in the text; at most MAX_SPANS for each term.
        """
        if not _holds(self._node, document):
            return None
        found: dict[str, dict[Span, None]] = {}
        for term, spans in _evidence(self._node, document):
            found.setdefault(term, {}).update(dict.fromkeys(spans))
        return {term: list(spans)[:MAX_SPANS] for term, spans in found.items() if spans}


class Prepared:
    """A document as matchers read it."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self._texts = {field: Text(getattr(document, field)) for field in TEXT_FIELDS}

    def texts(self, field: TextField | None) -> Iterator[tuple[TextField, Text]]:
        """The one text, or title and text for None."""
        return ((name, text) for name, text in self._texts.items() if field in (None, name))

    @property
    def vocabulary(self) -> set[str]:
        """The distinct tokens of title and text."""
        return set().union(*(text.distinct() for text in self._texts.values()))

    @cached_property
    def keywords(self) -> Mapping[KeywordField, frozenset[str]]:
        """The folded values of each exact field."""
        return keywords(self.document)


class Text:
    """The tokens of one field and where each stands; positions count tokens."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._words = words(text)
        self._positions: dict[str, list[int]] = {}
        for position, word in enumerate(self._words):
            self._positions.setdefault(word, []).append(position)

    def distinct(self) -> Iterable[str]:
        """Each token once."""
        return self._positions.keys()

    def find(self, term: Word | Phrase) -> Iterator[int]:
        """The positions at which the term begins, in order."""
        if isinstance(term, Phrase):
            return self._find_phrase(list(term.tokens))
        if term.prefix:
            return iter(sorted(place for word in self._beginning(term.token) for place in self._positions[word]))
        return iter(self._positions.get(term.token, ()))

    def span(self, field: TextField, position: int, length: int) -> Span:
        """The characters of `length` tokens."""
        return Span(field=field, start=self._tokens[position].start, end=self._tokens[position + length - 1].end)

    def _find_phrase(self, phrase: Sequence[str]) -> Iterator[int]:
        size = len(phrase)
        starts = self._positions.get(phrase[0], ())
        return (start for start in starts if self._words[start : start + size] == phrase)

    def _beginning(self, prefix: str) -> Iterator[str]:
        first = bisect_left(self._vocabulary, prefix)
        return takewhile(lambda word: word.startswith(prefix), islice(self._vocabulary, first, None))

    @cached_property
    def _vocabulary(self) -> list[str]:
        return sorted(self._positions)

    @cached_property
    def _tokens(self) -> list[Token]:
        return tokenize(self._text)


def _holds(node: Node, document: Prepared) -> bool:
    match node:
        case Word() | Phrase():
            return any(True for _, text in document.texts(node.field) for _ in text.find(node))
        case Keyword(field=field, value=value):
            return fold(value) in document.keywords[field]
        case Published(since=since, until=until):
            published = document.document.published
            return (since is None or since <= published) and (until is None or published < until)
        case And(nodes=nodes):
            return all(_holds(part, document) for part in nodes)
        case Or(nodes=nodes):
            return any(_holds(part, document) for part in nodes)
        case Not(node=inner):
            return not _holds(inner, document)
        case Everything():
            return True


def _evidence(node: Node, document: Prepared) -> Iterator[tuple[str, Iterable[Span]]]:
    """The terms of a node that holds, with what speaks for each."""
    match node:
        case Word() | Phrase():
            yield _label(node), islice(_spans(node, document), MAX_SPANS)
        case Keyword(field="entity" | "person" | "org" | "place"):
            yield node.value, islice(_entity_spans(node, document), MAX_SPANS)
        case And(nodes=nodes) | Or(nodes=nodes):
            for part in nodes:
                if _holds(part, document):
                    yield from _evidence(part, document)


def _spans(term: Word | Phrase, document: Prepared) -> Iterator[Span]:
    length = len(term.tokens) if isinstance(term, Phrase) else 1
    for field, text in document.texts(term.field):
        for position in text.find(term):
            yield text.span(field, position, length)


def _entity_spans(keyword: Keyword, document: Prepared) -> Iterator[Span]:
    wanted = fold(keyword.value)
    for entity in document.document.entities:
        if wanted in (fold(entity.id), fold(entity.name)):
            yield from entity.spans


def _label(term: Word | Phrase) -> str:
    if isinstance(term, Word):
        return term.token + ("*" if term.prefix else "")
    label = ""
    for before, token in zip(("", *term.tokens), term.tokens, strict=False):
        blank = before and not (is_unspaced(before) and is_unspaced(token))
        label += f" {token}" if blank else token
    return label
