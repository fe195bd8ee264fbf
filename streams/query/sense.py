"""Queries that make no sense whatever the documents are: those that nothing and those that everything matches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import product

from msgspec.structs import replace

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
from streams.query.tokens import fold

MAX_CASES = 500
"""Ways in which a query could match that are looked at; one with more is taken to make sense."""

_SINGLE_VALUED = frozenset({"lang", "story", "feed", "domain"})
_BEGINNING, _END = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)

_Case = tuple[frozenset[Node], frozenset[Node]]
"""What must hold, and what must not."""


class _TooManyError(Exception):
    pass


def never(node: Node) -> bool:
    """Whether no document can match, as `bridge -bridge`. False where that is not seen."""
    try:
        return not any(map(_possible, _cases(node, wanted=True)))
    except _TooManyError:
        return False


def always(node: Node) -> bool:
    """Whether every document matches, as `bridge OR -bridge`. False where that is not seen."""
    return never(Not(node))


def _cases(node: Node, *, wanted: bool) -> list[_Case]:
    """The query as an OR of ANDs."""
    match node:
        case Everything():
            return [(frozenset(), frozenset())] if wanted else []
        case Not(node=inner):
            return _cases(inner, wanted=not wanted)
        case And(nodes=nodes) | Or(nodes=nodes):
            parts = [_cases(part, wanted=wanted) for part in nodes]
            return _every(parts) if isinstance(node, And) == wanted else _any(parts)
        case _:
            alone, nothing = frozenset({node}), frozenset[Node]()
            return [(alone, nothing) if wanted else (nothing, alone)]


def _any(parts: Sequence[list[_Case]]) -> list[_Case]:
    _refuse(sum(map(len, parts)))
    return [case for part in parts for case in part]


def _every(parts: Sequence[list[_Case]]) -> list[_Case]:
    found: list[_Case] = [(frozenset(), frozenset())]
    for part in parts:
        _refuse(len(found) * len(part))
        found = [(one[0] | other[0], one[1] | other[1]) for one, other in product(found, part)]
    return found


def _refuse(cases: int) -> None:
    if cases > MAX_CASES:
        raise _TooManyError


def _possible(case: _Case) -> bool:
    wanted, unwanted = case
    implied = {one for node in wanted for one in _implied(node)}
    if any(_excluded(node, implied) for node in unwanted):
        return False
    values: dict[str, str] = {}
    for node in implied:
        if not isinstance(node, Keyword) or node.field not in _SINGLE_VALUED:
            continue
        if values.setdefault(node.field, node.value) != node.value:
            return False
    return _bounds_meet(implied)


def _implied(node: Node) -> Iterator[Node]:
    """The node and what holds wherever it does; exact values folded."""
    match node:
        case Keyword(value=value):
            yield replace(node, value=fold(value))
        case AsWritten(tokens=tokens, field=field):
            yield from (node, *_implied(Phrase(tokens=tokens, field=field)))
        case Phrase(tokens=tokens, field=field):
            yield node
            yield replace(node, field=None)
            for token in tokens:
                yield from _implied(Word(token=token, field=field))
        case Near(terms=terms):
            yield node
            for term in terms:
                yield from () if isinstance(term, Or) else _implied(term)
        case Word():
            yield node
            yield replace(node, field=None)
        case _:
            yield node


def _excluded(unwanted: Node, implied: set[Node]) -> bool:
    if isinstance(unwanted, Keyword):
        return replace(unwanted, value=fold(unwanted.value)) in implied
    if isinstance(unwanted, Word) and unwanted.prefix:
        words = (one for one in implied if isinstance(one, Word) and one.field == unwanted.field)
        return any(word.token.startswith(unwanted.token) for word in words)
    return unwanted in implied


def _bounds_meet(implied: set[Node]) -> bool:
    times = [one for one in implied if isinstance(one, Published)]
    since = max((one.since or _BEGINNING for one in times), default=_BEGINNING)
    until = min((one.until or _END for one in times), default=_END)
    copies = [one for one in implied if isinstance(one, Copies)]
    least = max((one.least for one in copies), default=0)
    return since < until and all(one.most is None or least <= one.most for one in copies)
