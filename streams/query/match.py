"""Whether a document matches a query, and where: the reference meaning of the query language.

The indexes are held to this by tests. Made for many queries on each document: a query is turned into functions
once, and the work on a document's text is done once, in `Prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from sys import intern
from typing import NamedTuple, TypeAlias

from streams.query.nodes import (
    And,
    AsWritten,
    Copies,
    Everything,
    Keyword,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Published,
    Word,
)
from streams.query.prepared import Prepared
from streams.query.tokens import fold, is_unspaced
from streams.records import Span

MAX_SPANS = 50
"""Most places reported for one word or phrase of a query."""

Test: TypeAlias = Callable[[Prepared], bool]
Find: TypeAlias = Callable[[Prepared], list[Span]]
_NAMES = frozenset({"entity", "person", "org", "place"})


class Matcher:
    """A query, ready to be tried on documents."""

    __slots__ = ("_clues", "_node", "holds")

    def __init__(self, node: Node) -> None:
        self._node = node
        self._clues: tuple[_Clue, ...] | None = None
        self.holds: Test = prepare(node)
        """Whether a document matches."""

    def match(self, document: Prepared) -> dict[str, list[Span]] | None:
        """None if the document does not match, else where each word, phrase and entity that counted stands.

        The keys are the query's terms: `bridge`, `elect*`, `harbour bridge`, `harbour NEAR/3 bridge` (from the
        first to the last word), an entity's id or name. Terms under NOT and terms that name neither words nor
        entities give none, so the answer may be empty. Spans are in the title, then in the text; at most
        MAX_SPANS for each term.
        """
        return self.evidence(document) if self.holds(document) else None

    def evidence(self, document: Prepared) -> dict[str, list[Span]]:
        """The same of a document that is known to match."""
        if self._clues is None:
            self._clues = tuple(_clues(self._node))
        found: dict[str, list[Span]] = {}
        for name, find, counts in self._clues:
            if counts is not None and not counts(document):
                continue
            if spans := find(document):
                known = found.get(name)
                found[name] = _united(known, spans) if known else spans
        return found


class _Clue(NamedTuple):
    """A term that speaks for a match: its name in the evidence, and what finds its places. `counts` says whether
    the part of the query holds that it is in, where that is not certain.
    """

    name: str
    find: Find
    counts: Test | None = None


def prepare(node: Node) -> Test:  # noqa: C901 - one case for each kind of node
    """The function that says whether a document matches."""
    match node:
        case Word(token=token, prefix=False, field=None):
            word = intern(token)
            return lambda document: word in document.vocabulary
        case Phrase(tokens=(one, other), field=None):
            pair = intern(f"{one} {other}")
            return lambda document: pair in document.pairs
        case Phrase(tokens=tokens) | AsWritten(tokens=tokens):
            needed = frozenset(map(intern, tokens))
            return lambda document: needed <= document.vocabulary and _stands(node, document)
        case Word() | Near():
            return lambda document: _stands(node, document)
        case Keyword(field=field, value=value):
            folded = fold(value)
            return lambda document: folded in document.keywords[field]
        case Published():
            return lambda document: _is_published(node, document)
        case Copies(least=least, most=most):
            return lambda document: (
                least <= document.document.copies and (most is None or document.document.copies <= most)
            )
        case And(nodes=nodes):
            return _all_of(*_apart(nodes))
        case Or(nodes=nodes):
            return _any_of(*_apart(nodes))
        case Not(node=inner):
            holds = prepare(inner)
            return lambda document: not holds(document)
        case Everything():
            return lambda document: True


def _apart(nodes: Sequence[Node]) -> tuple[frozenset[str], tuple[Test, ...]]:
    """Single words, which are compared all at once, and tests for the rest."""
    words = {id(node): intern(node.token) for node in nodes if isinstance(node, Word) and _is_plain(node)}
    return frozenset(words.values()), tuple(prepare(node) for node in nodes if id(node) not in words)


def _is_plain(word: Word) -> bool:
    return not word.prefix and word.field is None


def _all_of(words: frozenset[str], tests: tuple[Test, ...]) -> Test:
    if not tests:
        return lambda document: words <= document.vocabulary
    if len(tests) == 1:
        (test,) = tests
        return lambda document: words <= document.vocabulary and test(document)

    def holds(document: Prepared) -> bool:
        return words <= document.vocabulary and all(test(document) for test in tests)

    return holds


def _any_of(words: frozenset[str], tests: tuple[Test, ...]) -> Test:
    if not tests:
        return lambda document: not words.isdisjoint(document.vocabulary)

    def holds(document: Prepared) -> bool:
        return not words.isdisjoint(document.vocabulary) or any(test(document) for test in tests)

    return holds


def _stands(node: Word | Phrase | AsWritten | Near, document: Prepared) -> bool:
    for field, text in document.texts.items():
        for _ in text.find(node, field):
            return True
    return False


def _is_published(span: Published, document: Prepared) -> bool:
    published = document.document.published
    return (span.since is None or span.since <= published) and (span.until is None or published < span.until)


def _clues(node: Node) -> Iterator[_Clue]:
    """What speaks for a node that holds."""
    match node:
        case Word() | Phrase() | AsWritten() | Near():
            yield _Clue(intern(label(node)), _finder(node))
        case And(nodes=nodes):
            for part in nodes:
                yield from _clues(part)
        case Or(nodes=nodes):
            for part in nodes:
                yield from _clues_of_choice(part)
        case Keyword(field=field, value=value) if field in _NAMES:
            yield _Clue(value, lambda document: _entity_spans(value, document))


def _finder(term: Word | Phrase | AsWritten | Near) -> Find:
    """The function that says where a term stands."""
    match term:
        case Word(token=token, prefix=False, field=None):
            return lambda document: document.places[token][:MAX_SPANS]
        case Phrase(tokens=tokens, field=None):
            return lambda document: document.spans_of_phrase(tokens)[:MAX_SPANS]
        case _:
            return lambda document: document.spans(term, MAX_SPANS)


def _clues_of_choice(part: Node) -> Iterator[_Clue]:
    """The same of a part of an OR: a single term that does not stand there has no places; of others it must be
    known whether they hold.
    """
    if not isinstance(part, And | Or | Keyword):
        yield from _clues(part)
        return
    holds = prepare(part)
    for clue in _clues(part):
        yield clue._replace(counts=_both(holds, clue.counts))


def _both(one: Test, other: Test | None) -> Test:
    return one if other is None else lambda document: one(document) and other(document)


def _united(some: list[Span], more: list[Span]) -> list[Span]:
    return list(dict.fromkeys([*some, *more]))[:MAX_SPANS]


def _entity_spans(value: str, document: Prepared) -> list[Span]:
    wanted = fold(value)
    found = [
        span
        for entity in document.document.entities
        if wanted in (fold(entity.id), fold(entity.name))
        for span in entity.spans
    ]
    return found[:MAX_SPANS]


def label(term: Node) -> str:
    """A word, a phrase or words near each other as evidence names them."""
    match term:
        case Word(token=token, prefix=prefix):
            return token + ("*" if prefix else "")
        case Phrase(tokens=tokens):
            return _spaced(tokens)
        case AsWritten(text=text):
            return text
        case Near(terms=terms, gaps=gaps):
            rest = (
                f" {'O' * gap.ordered}NEAR/{gap.words} {label(part)}"
                for gap, part in zip(gaps, terms[1:], strict=True)
            )
            return label(terms[0]) + "".join(rest)
        case Or(nodes=nodes):
            return f"({' OR '.join(map(label, nodes))})"
        case _:
            return ""


def _spaced(tokens: Sequence[str]) -> str:
    if all(map(str.isascii, tokens)):
        return " ".join(tokens)
    written = ""
    for before, token in zip(("", *tokens), tokens, strict=False):
        blank = before and not (is_unspaced(before) and is_unspaced(token))
        written += f" {token}" if blank else token
    return written
