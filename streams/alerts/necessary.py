"""The terms without which a document cannot match a query."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from sys import intern

from streams.query.nodes import And, AsWritten, Keyword, Near, Node, Or, Phrase, Word
from streams.query.tokens import fold


def necessary_terms(node: Node, share: Callable[[str], float]) -> frozenset[str] | None:
    """Terms of which every document that matches has at least one, and few others do: by the `share` of documents
    that have a term, those of the rarest part of the query.

    A term is a word, two words in a row (`harbour bridge`), the beginning of words (`elect*`) or an exact value
    (`lang:en`). None when the query has no such terms.
    """
    match node:
        case Word(token=token, prefix=prefix):
            return frozenset({intern(f"{token}*" if prefix else token)})
        case Phrase(tokens=tokens) | AsWritten(tokens=tokens):
            pairs = [f"{one} {other}" for one, other in pairwise(tokens)]
            return frozenset({intern(min(pairs or tokens, key=share))})
        case Keyword(field=field, value=value):
            return frozenset({keyword_term(field, fold(value))})
        case And(nodes=nodes) | Near(terms=nodes):
            parts = [terms for part in nodes if (terms := necessary_terms(part, share)) is not None]
            return min(parts, key=lambda terms: sum(map(share, terms)), default=None)
        case Or(nodes=nodes):
            alternatives = [necessary_terms(part, share) for part in nodes]
            known = [terms for terms in alternatives if terms is not None]
            return frozenset().union(*known) if len(known) == len(alternatives) else None
        case _:
            return None


def keyword_term(field: str, value: str) -> str:
    """An exact value as a term; a word has no colon in it."""
    return intern(f"{field}:{value}")


def prefix_length(term: str) -> int:
    """How many letters a beginning of words has; 0 for other terms."""
    return len(term) - 1 if term.endswith("*") and ":" not in term else 0
