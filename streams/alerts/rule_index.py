"""Many rules, each tried only on documents that it could match.

Most rules have terms of which a document must hold one: for `"harbour bridge" AND (closed OR shut*)` either
`harbour`, or one of `closed` and `shut*`; the part likely to be rarest is taken. A rule is tried on a document
only if the two share such a term, as in the key method of Yan and Garcia-Molina, "Index
structures for selective dissemination of information under the Boolean model" (ACM TODS 19(2), 1994).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from typing import NamedTuple

from streams.query.match import Matcher
from streams.query.nodes import And, Node, Or, Phrase, Word
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Document, Rule, Span


class RuleMatch(NamedTuple):
    """A rule that a document matches, and where its words stand."""

    rule: Rule
    matches: dict[str, list[Span]]


class _Live(NamedTuple):
    rule: Rule
    matcher: Matcher
    terms: frozenset[str] | None


class RuleIndex:
    """The live rules, compiled."""

    def __init__(self) -> None:
        self._live: dict[str, _Live] = {}
        self._by_term: dict[str, set[str]] = {}
        self._prefix_lengths: Counter[int] = Counter()
        self._without_terms: set[str] = set()

    def put(self, rule: Rule) -> None:
        """Add a rule or change it. Raises QueryError, and changes nothing, for a query that cannot be parsed."""
        node = parse(rule.query)
        self.drop(rule.id)
        terms = necessary_terms(node)
        self._live[rule.id] = _Live(rule, Matcher(node), terms)
        if terms is None:
            self._without_terms.add(rule.id)
        else:
            for term in terms:
                self._by_term.setdefault(term, set()).add(rule.id)
                self._prefix_lengths[_prefix_length(term)] += 1

    def drop(self, rule_id: str) -> None:
        """Take a rule out, if it is there."""
        gone = self._live.pop(rule_id, None)
        if gone is None:
            return
        self._without_terms.discard(rule_id)
        for term in gone.terms or ():
            self._by_term[term].discard(rule_id)
            self._prefix_lengths[_prefix_length(term)] -= 1
            if not self._by_term[term]:
                del self._by_term[term]

    def match(self, document: Document) -> list[RuleMatch]:
        """All rules that the document matches, by rule id."""
        prepared = Prepared(document)
        found = []
        for rule_id in sorted(self._candidates(prepared.vocabulary)):
            live = self._live[rule_id]
            matches = live.matcher.match(prepared)
            if matches is not None:
                found.append(RuleMatch(live.rule, matches))
        return found

    def _candidates(self, vocabulary: Set[str]) -> Set[str]:
        lengths = [length for length, count in self._prefix_lengths.items() if length and count]
        prefixes = {f"{word[:length]}*" for word in vocabulary for length in lengths}
        shared = self._by_term.keys() & (vocabulary | prefixes)
        return self._without_terms.union(*(self._by_term[term] for term in shared))


def necessary_terms(node: Node) -> frozenset[str] | None:
    """Words and beginnings of words (`elect*`) of which every document that matches has at least one.

    None when the query has no such terms.
    """
    match node:
        case Word(token=token, prefix=prefix):
            return frozenset({f"{token}*" if prefix else token})
        case Phrase(tokens=tokens):
            return frozenset({min(tokens, key=_frequency)})
        case And(nodes=nodes):
            parts = [terms for part in nodes if (terms := necessary_terms(part)) is not None]
            return min(parts, key=lambda terms: sum(map(_frequency, terms)), default=None)
        case Or(nodes=nodes):
            alternatives = [necessary_terms(part) for part in nodes]
            known = [terms for terms in alternatives if terms is not None]
            return frozenset().union(*known) if len(known) == len(alternatives) else None
        case _:
            return None


def _prefix_length(term: str) -> int:
    """How many letters the beginning has; 0 for a whole word."""
    return len(term) - 1 if term.endswith("*") else 0


def _frequency(term: str) -> float:
    """A guess that needs no counts: the longer a word, the rarer (Zipf's law of abbreviation).

    A beginning counts as a word two letters shorter.
    """
    return 2.0 ** (3 * term.endswith("*") - len(term))
