"""Many rules, each tried only on documents that it could match.

Most rules have terms of which a document must hold one: for `"harbour bridge" AND (closed OR shut*)` either
`harbour`, or one of `closed` and `shut*`; the part that is rarest in the documents of late is taken. A rule is
tried on a document only if the two share such a term, as in the key method of Yan and Garcia-Molina, "Index
structures for selective dissemination of information under the Boolean model" (ACM TODS 19(2), 1994), and if the
document has all the words and pairs of words that the rule cannot do without.

What is rare changes, and is not known when the rules are loaded: so now and then the rules of the terms that led
to most trials are put under the terms that are rarest by then, a bounded number at a time. What is found does not
depend on it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from heapq import nlargest
from itertools import chain, islice
from typing import NamedTuple

from streams.alerts.necessary import keyword_term, necessary_terms, prefix_length
from streams.alerts.term_statistics import TermStatistics
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Document, Rule, Span

REVIEWED_AFTER = 500
"""Documents between two looks at the terms."""
SAMPLED = 100
"""The last of them, by which trials are estimated."""
MOST_MOVED = 1000
MOST_TERMS = 100
"""Rules and terms gone through at one look, so that it takes a few milliseconds."""
WORTH_MOVING = 4
"""Rules under a term from which on it is watched."""


class RuleMatch(NamedTuple):
    """A rule that a document matches, and where its words stand."""

    rule: Rule
    matches: dict[str, list[Span]]


class _Live:
    """A rule, ready to be tried, and where the index keeps it.

    That is under each of its `terms`, and there under `second` if the rule needs another term as well. `share` is
    how often the terms came when they were last chosen: their shares of all documents, added up.
    """

    __slots__ = ("matcher", "node", "rule", "second", "share", "terms")

    def __init__(self, rule: Rule) -> None:
        self.rule, self.node = rule, parse(rule.query)
        self.matcher = Matcher(self.node)
        self.terms: frozenset[str] | None = None
        self.second: str | None = None
        # What a rule stands under when it is loaded may be a guess: it is looked at once in any case.
        self.share = 0.0

    def choose(self, terms: frozenset[str] | None, share: Callable[[str], float]) -> None:
        """Stand under these terms from now on, and the rarest of the others that it cannot do without."""
        self.terms = terms
        others = [term for term in self.matcher.needed if term not in (terms or ())]
        self.second = min(others, key=share, default=None)


class RuleIndex:
    """The live rules, compiled."""

    def __init__(self) -> None:
        self._live: dict[str, _Live] = {}
        self._under: dict[str, dict[str, list[_Live]]] = {}
        self._without_terms: set[_Live] = set()
        self._prefix_lengths: Counter[int] = Counter()
        self._keywords = 0
        self._statistics = TermStatistics()
        self._met: Counter[str] = Counter()
        self._until_review = REVIEWED_AFTER

    def put(self, rule: Rule) -> None:
        """Add a rule or change it. Raises QueryError, and changes nothing, for a query that cannot be parsed."""
        live = _Live(rule)
        self.drop(rule.id)
        live.choose(necessary_terms(live.node, self._statistics.share), self._statistics.share)
        self._live[rule.id] = live
        self._enter(live)

    def drop(self, rule_id: str) -> None:
        """Take a rule out, if it is there."""
        gone = self._live.pop(rule_id, None)
        if gone is not None:
            self._leave(gone)

    def match(self, document: Document) -> list[RuleMatch]:
        """All rules that the document matches, by rule id."""
        prepared = Prepared(document)
        found = {live.rule.id: live for live in self._candidates(prepared) if live.matcher.holds(prepared)}
        matches = [
            RuleMatch(live.rule, live.matcher.evidence(prepared)) for live in map(found.__getitem__, sorted(found))
        ]
        self._until_review -= 1
        if not self._until_review:
            self._review()
        return matches

    def _candidates(self, prepared: Prepared) -> Iterator[_Live]:
        """The rules of each of the document's terms, and those without terms; some come twice."""
        terms = self._terms(prepared)
        shared = self._under.keys() & terms
        # There is no end of pairs and beginnings: those that no rule stands under are not counted.
        self._statistics.add(prepared.vocabulary | shared)
        if self._until_review <= SAMPLED:
            self._met.update(shared)
        groups = map(self._under.__getitem__, shared)
        within = (live for group in groups for second in group.keys() & terms for live in group[second])
        return chain(self._without_terms, within)

    def _terms(self, prepared: Prepared) -> set[str]:
        """The document's terms of those kinds that rules stand under."""
        more: set[str] = set()
        for length in self._prefix_lengths:
            more.update(f"{word[:length]}*" for word in prepared.vocabulary if len(word) >= length)
        if self._keywords:
            more.update(
                keyword_term(field, value) for field, values in prepared.keywords.items() for value in values
            )
        return prepared.terms | more if more else prepared.terms

    def _enter(self, live: _Live) -> None:
        if live.terms is None:
            self._without_terms.add(live)
        for term in live.terms or ():
            self._under.setdefault(term, {}).setdefault(live.second or term, []).append(live)
            self._count(term, 1)

    def _leave(self, live: _Live) -> None:
        self._without_terms.discard(live)
        for term in live.terms or ():
            group, second = self._under[term], live.second or term
            group[second].remove(live)
            if not group[second]:
                del group[second]
            if not group:
                del self._under[term]
            self._count(term, -1)

    def _count(self, term: str, change: int) -> None:
        if length := prefix_length(term):
            self._prefix_lengths[length] += change
            if not self._prefix_lengths[length]:
                del self._prefix_lengths[length]
        elif ":" in term:
            self._keywords += change

    def _review(self) -> None:
        """Put rules that are often tried under terms that have become rarer."""
        self._until_review = REVIEWED_AFTER
        share = self._statistics.share
        for live in islice(self._often_tried(), MOST_MOVED):
            terms = necessary_terms(live.node, share)
            if terms is not None and terms != live.terms:
                self._leave(live)
                live.choose(terms, share)
                self._enter(live)
            live.share = sum(map(share, live.terms or ()))
        self._met.clear()

    def _often_tried(self) -> Iterator[_Live]:
        """Rules whose terms have become twice as common since they were last looked at, the costliest first."""
        share = self._statistics.share
        for term in nlargest(MOST_TERMS, self._met, key=self._trials):
            for live in list(chain.from_iterable(self._under.get(term, {}).values())):
                if live.terms is not None and sum(map(share, live.terms)) > 2 * live.share:
                    yield live

    def _trials(self, term: str) -> int:
        """How many trials a term led to lately, at most; a few rules under a term are not worth moving."""
        rules = sum(map(len, self._under.get(term, {}).values()))
        return self._met[term] * rules if rules > WORTH_MOVING else 0
