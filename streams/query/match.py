"""Whether a document matches a query, and where: the reference meaning of the query language.

The indexes are held to this by tests. Made for many queries on each document: a query is turned into functions
once, and the work on a document's text is done once, in `Prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from sys import intern
from typing import TypeAlias

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
_NAMES = frozenset({"entity", "person", "org", "place"})


class Matcher:
    """A query, ready to be tried on documents."""

    __slots__ = ("_node", "holds")

    def __init__(self, node: Node) -> None:
        self._node = node
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
        found: dict[str, list[Span]] = {}
        _gather(self._node, document, found)
        return found


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


def _gather(node: Node, document: Prepared, found: dict[str, list[Span]]) -> None:
    """Add what speaks for a node that holds, by the names of its terms."""
    match node:
        case Word(token=token, prefix=False, field=None):
            _note(token, document.places[token][:MAX_SPANS], found)
        case Phrase(tokens=tokens, field=None):
            _note(_spaced(tokens), document.spans_of_phrase(tokens)[:MAX_SPANS], found)
        case Word() | Phrase() | AsWritten() | Near():
            _note(label(node), document.spans(node, MAX_SPANS), found)
        case And(nodes=nodes):
            for part in nodes:
                _gather(part, document, found)
        case Or(nodes=nodes):
            for part in nodes:
                # A single term that does not stand there has no places; of others it must be known.
                if not isinstance(part, And | Or | Keyword) or prepare(part)(document):
                    _gather(part, document, found)
        case Keyword(field=field, value=value) if field in _NAMES:
            _note(value, _entity_spans(value, document), found)


def _note(term: str, spans: list[Span], found: dict[str, list[Span]]) -> None:
    if spans:
        known = found.get(term)
        found[term] = list(dict.fromkeys([*known, *spans]))[:MAX_SPANS] if known else spans


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
