"""Whether a document matches a query, and where: the reference meaning of the query language.

The indexes are held to this by tests. Made for many queries on each document: a query is turned into functions
once, and the work on a document's text is done once, in `Prepared`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain, pairwise
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
from streams.query.prepared import MAX_SPANS, Prepared
from streams.query.tokens import fold, is_unspaced
from streams.records import Span

Test: TypeAlias = Callable[[Prepared], bool]
_NAMES = frozenset({"entity", "person", "org", "place"})
_SILENT = (Not, Published, Copies, Everything)
"""What gives no evidence."""


class Matcher:
    """A query, ready to be tried on documents.

    Most are words and pairs of words of which all must be there, perhaps with a part that needs more: so a
    document matches when its terms hold all that are `needed`, and the `rest`, where there is one, is true of it.
    """

    __slots__ = ("_either", "_more", "_plain", "needed", "rest")

    def __init__(self, node: Node) -> None:
        self._plain, rest = _apart(node.nodes if isinstance(node, And) else (node,))
        either = [_alternatives(part) for part in rest]
        self._either = tuple(chain.from_iterable(either))
        speaking = (part for part, terms in zip(rest, either, strict=True) if not terms)
        self._more = tuple(part for part in speaking if not isinstance(part, _SILENT))
        self.needed = self._plain + tuple(term for part in rest for term in _needed(part))
        self.rest: Test | None = _all_of([prepare(part) for part in rest]) if rest else None

    def holds(self, document: Prepared) -> bool:
        """Whether a document matches."""
        return document.terms.issuperset(self.needed) and (self.rest is None or self.rest(document))

    def match(self, document: Prepared) -> dict[str, list[Span]] | None:
        """None if the document does not match, else where each word, phrase and entity that counted stands.

        The keys are the query's terms: `bridge`, `elect*`, `harbour bridge`, `harbour NEAR/3 bridge` (from the
        first to the last word), an entity's id or name. Terms under NOT and terms that name neither words nor
        entities give none, so the answer may be empty. Spans are in the title, then in the text; at most
        MAX_SPANS for each term.
        """
        return self.evidence(document) if self.holds(document) else None

    def evidence(self, document: Prepared) -> dict[str, list[Span]]:
        """The same of a document that is known to match. The lists are shared with other queries' evidence."""
        places = document.places
        found = {term: places[term] for term in self._plain}
        for term in self._either:
            if term in document.terms:
                found[term] = places[term]
        for part in self._more:
            _gather(part, document, found)
        return found


def prepare(node: Node) -> Test:  # noqa: C901 - one case for each kind of node
    """The function that says whether a document matches."""
    match node:
        case Word(token=token, prefix=False, field=None):
            word = intern(token)
            return lambda document: word in document.terms
        case Phrase(tokens=(one, other), field=None):
            pair = intern(f"{one} {other}")
            return lambda document: pair in document.terms
        case Phrase() | AsWritten():
            needed = _needed(node)
            return lambda document: document.terms.issuperset(needed) and _stands(node, document)
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
            return _all_of([prepare(part) for part in nodes])
        case Or(nodes=nodes):
            return _any_of(nodes)
        case Not(node=inner):
            holds = prepare(inner)
            return lambda document: not holds(document)
        case Everything():
            return lambda document: True


def _term(node: Node) -> str | None:
    """The term of a document that a word or a pair of words is, which is its name in evidence too."""
    match node:
        case Word(token=token, prefix=False, field=None):
            return intern(token)
        case Phrase(tokens=(_, _) as tokens, field=None):
            name = _spaced(tokens)
            return intern(name) if " " in name else None
        case _:
            return None


def _apart(nodes: Sequence[Node]) -> tuple[tuple[str, ...], tuple[Node, ...]]:
    """The terms among them, and all else."""
    terms = [(node, _term(node)) for node in nodes]
    return (
        tuple(term for _, term in terms if term is not None),
        tuple(node for node, term in terms if term is None),
    )


def _alternatives(node: Node) -> tuple[str, ...]:
    """The terms of which one must be there, where that is all there is to a node."""
    terms, rest = _apart(node.nodes) if isinstance(node, Or) else ((), ())
    return () if rest else terms


def _needed(node: Node) -> tuple[str, ...]:
    """Terms that every document that matches has all of."""
    match node:
        case Word(token=token, prefix=False):
            return (intern(token),)
        case Phrase(tokens=tokens) | AsWritten(tokens=tokens):
            return tuple(intern(f"{one} {other}") for one, other in pairwise(tokens)) or (intern(tokens[0]),)
        case And(nodes=nodes) | Near(terms=nodes):
            return tuple(term for part in nodes for term in _needed(part))
        case _:
            return ()


def _all_of(tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return lambda document: all(test(document) for test in tests)


def _any_of(nodes: Sequence[Node]) -> Test:
    """Words and pairs are compared all at once."""
    alternatives, rest = _apart(nodes)
    terms, tests = frozenset(alternatives), tuple(map(prepare, rest))
    if not tests:
        return lambda document: not terms.isdisjoint(document.terms)
    return lambda document: not terms.isdisjoint(document.terms) or any(test(document) for test in tests)


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
            _note(token, document.places[token], found)
        case Word() | Phrase() | AsWritten() | Near():
            _note(label(node), document.spans(node), found)
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
