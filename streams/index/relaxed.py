"""A query as an index can answer it by itself: exactly, or with more documents than match, which are then tried.

An index keeps tokens and their order, and of each text the words that are written with capitals. What it cannot
tell (how far apart three terms stand, signs and accents) is made wider where it is wanted and narrower where it
is excluded, so that nothing that matches is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product
from typing import NamedTuple

from msgspec.structs import replace

from streams.query.fields import TEXT_FIELDS
from streams.query.nodes import (
    NOTHING,
    And,
    AsWritten,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    TextField,
    Word,
)
from streams.query.prepared import forms

MAX_PAIRS = 64
"""Most pairs that `(a OR b …) NEAR (c OR d …)` is taken apart into."""


class Relaxed(NamedTuple):
    """What an index is asked for; `exact`: it finds no more than what matches."""

    node: Node
    exact: bool


def relaxed(node: Node, tells: Callable[[Near], bool]) -> Relaxed:
    """The query without what an index cannot answer; `tells` says of two words or phrases whether it can."""
    return _Bounds(tells).upper(node)


def is_plain_pair(near: Near) -> bool:
    """Whether it is about two words or phrases of one field, without stars, that cannot overlap."""
    if len(near.terms) != 2 or not all(isinstance(term, Word | Phrase) for term in near.terms):
        return False
    one, other = near.terms
    assert isinstance(one, Word | Phrase)
    assert isinstance(other, Word | Phrase)
    starred = any(isinstance(term, Word) and term.prefix for term in (one, other))
    return not starred and one.field == other.field and set(tokens(one)).isdisjoint(tokens(other))


def tokens(term: Word | Phrase) -> tuple[str, ...]:
    """The tokens of a word or phrase."""
    return term.tokens if isinstance(term, Phrase) else (term.token,)


class _Bounds:
    def __init__(self, tells: Callable[[Near], bool]) -> None:
        self._tells = tells

    def upper(self, node: Node) -> Relaxed:
        """Finds all that matches."""
        match node:
            case AsWritten():
                return Relaxed(node, True) if is_listed(node) else Relaxed(_wider(node), False)
            case Near():
                return self._near(node) or Relaxed(_together(node), False)
            case Not(node=inner):
                lower = self.lower(inner)
                return Relaxed(Not(lower.node), lower.exact)
            case And(nodes=nodes) | Or(nodes=nodes):
                return _joined(type(node), map(self.upper, nodes))
            case _:
                return Relaxed(node, True)

    def lower(self, node: Node) -> Relaxed:
        """Finds nothing that does not match."""
        match node:
            case AsWritten():
                return Relaxed(node, True) if is_listed(node) else Relaxed(NOTHING, False)
            case Near():
                return self._near(node) or Relaxed(NOTHING, False)
            case Not(node=inner):
                upper = self.upper(inner)
                return Relaxed(Not(upper.node), upper.exact)
            case And(nodes=nodes) | Or(nodes=nodes):
                return _joined(type(node), map(self.lower, nodes))
            case _:
                return Relaxed(node, True)

    def _near(self, near: Near) -> Relaxed | None:
        """The same in pairs that the index can tell, if it can all: NEAR is true of an OR as of any part."""
        choices = [_choices(term) for term in near.terms]
        if len(choices) != 2 or len(choices[0]) * len(choices[1]) > MAX_PAIRS:
            return None
        pairs = [Near(terms=pair, gaps=near.gaps) for pair in product(*choices)]
        if not all(map(self._tells, pairs)):
            return None
        return Relaxed(Or(tuple(pairs)) if len(pairs) > 1 else pairs[0], True)


def is_listed(term: AsWritten) -> bool:
    """Whether indexes have the term's form among those of a text's words that differ from their tokens."""
    return not term.exact and len(term.tokens) == 1 and forms(term.text) != term.tokens


def _wider(term: AsWritten) -> Node:
    """The term's tokens, and each of its words that is listed."""
    found, field = term.tokens, term.field
    plain: Node = Phrase(tokens=found, field=field) if len(found) > 1 else Word(token=found[0], field=field)
    pairs = zip(found, forms(term.text), strict=True)
    singles = [AsWritten(text=form, tokens=(token,), field=field) for token, form in pairs]
    listed = [single for single in singles if is_listed(single) and forms(single.text) == (single.text,)]
    return And((plain, *listed)) if listed else plain


def _together(near: Near) -> Node:
    """All of the terms in one field."""
    return Or(tuple(And(tuple(_in_field(term, field) for term in near.terms)) for field in TEXT_FIELDS))


def _in_field(term: Node, field: TextField) -> Node:
    match term:
        case Word() | Phrase() if term.field in (None, field):
            return replace(term, field=field)
        case AsWritten() if term.field in (None, field):
            scoped = replace(term, field=field)
            return scoped if is_listed(scoped) else _wider(scoped)
        case Or(nodes=nodes):
            return Or(tuple(_in_field(part, field) for part in nodes))
        case _:
            return NOTHING


def _choices(term: Node) -> list[Node]:
    return [choice for part in term.nodes for choice in _choices(part)] if isinstance(term, Or) else [term]


def _joined(kind: type[And] | type[Or], parts: Iterable[Relaxed]) -> Relaxed:
    found = list(parts)
    return Relaxed(kind(tuple(part.node for part in found)), all(part.exact for part in found))
