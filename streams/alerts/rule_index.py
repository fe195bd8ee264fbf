"""Many rules, each tried only on documents that it could match.

Most rules have words that a document must hold one of: for `"harbour bridge" AND (closed OR shut)` any one of
these parts will do, and the one likely to be rarest is taken. A rule is tried on a document only if the two
share such a word. This is the candidate step of stored-query systems (percolators; Yan and Garcia-Molina,
"Index structures for selective dissemination of information under the Boolean model", 1994).
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from typing import NamedTuple

from streams.query.match import Matcher, Prepared
from streams.query.nodes import And, Node, Or, Phrase, Word
from streams.query.parse import parse
from streams.records import Document, Rule, Span


class RuleMatch(NamedTuple):
    """A rule that a document matches, and where its words stand."""

    rule: Rule
    matches: dict[str, list[Span]]


class _Live(NamedTuple):
    rule: Rule
    matcher: Matcher
    words: frozenset[str] | None


class RuleIndex:
    """The live rules, compiled."""

    def __init__(self) -> None:
        self._live: dict[str, _Live] = {}
        self._by_word: dict[str, set[str]] = {}
        self._wordless: set[str] = set()

    def put(self, rule: Rule) -> None:
        """Add a rule or change it. Raises QueryError, and changes nothing, for a query that cannot be parsed."""
        node = parse(rule.query)
        self.drop(rule.id)
        words = necessary_words(node)
        self._live[rule.id] = _Live(rule, Matcher(node), words)
        if words is None:
            self._wordless.add(rule.id)
        else:
            for word in words:
                self._by_word.setdefault(word, set()).add(rule.id)

    def drop(self, rule_id: str) -> None:
        """Take a rule out, if it is there."""
        gone = self._live.pop(rule_id, None)
        if gone is None:
            return
        self._wordless.discard(rule_id)
        for word in gone.words or ():
            self._by_word[word].discard(rule_id)
            if not self._by_word[word]:
                del self._by_word[word]

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

    def _candidates(self, vocabulary: Set[str]) -> Iterable[str]:
        return self._wordless.union(*(self._by_word[word] for word in self._by_word.keys() & vocabulary))


def necessary_words(node: Node) -> frozenset[str] | None:
    """Words of which every document that matches has at least one; None when the query has no such words."""
    match node:
        case Word(token=token, prefix=False):
            return frozenset({token})
        case Phrase(tokens=tokens):
            return frozenset({min(tokens, key=_frequency)})
        case And(nodes=nodes):
            parts = [words for part in nodes if (words := necessary_words(part)) is not None]
            return min(parts, key=lambda words: sum(map(_frequency, words)), default=None)
        case Or(nodes=nodes):
            alternatives = [necessary_words(part) for part in nodes]
            known = [words for words in alternatives if words is not None]
            return frozenset().union(*known) if len(known) == len(alternatives) else None
        case _:
            return None


def _frequency(word: str) -> float:
    """A guess that needs no counts: the longer a word, the rarer (Zipf's law of abbreviation)."""
    return 2.0 ** -len(word)
