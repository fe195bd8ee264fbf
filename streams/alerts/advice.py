"""What is odd about a query that can be parsed: for people who write rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

import msgspec
from rapidfuzz import fuzz, process

from streams.index.search import DocumentQuery, Search
from streams.query.nodes import And, AsWritten, Near, Node, Not, Or, Phrase, Word
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.query.sense import always, never
from streams.query.tokens import is_unspaced

LATELY = timedelta(days=30)
"""What is asked about the stored articles is asked about those of that time before the newest."""
LEAST_ARTICLES = 50
"""Fewer say nothing about a word that is not among them."""
MOST_SHARE = 0.5
"""A query that finds a greater share of the articles finds nearly everything."""
MOST_WORDS = 50
SAMPLE = 3000
"""Of the newest so many articles the words are taken that an unseen word may have been meant for."""
SPELLINGS = 3
_LEAST_ALIKE = 75.0


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to look at: the query can `never` match, matches nearly `everything`, or has an `unseen` word,
    with the spellings `near` it that there are, the likeliest first.
    """

    kind: Literal["never", "everything", "unseen"]
    message: str
    near: list[str] = []


def advise(query: str, search: Search | None) -> list[Advice]:
    """What is odd about a query, by itself and in view of what is stored. Raises QueryError."""
    node = parse(query)
    if never(node):
        return [Advice(kind="never", message="it can never match: its parts exclude each other")]
    if always(node):
        return [Advice(kind="everything", message="it matches every article")]
    return [] if search is None else _seen_with(search, query, node)


def _seen_with(search: Search, query: str, node: Node) -> list[Advice]:
    newest = search.documents(DocumentQuery(limit=1))
    if newest.total < LEAST_ARTICLES:
        return []
    since = newest.hits[0].published - LATELY
    articles = _count(search, "", since)
    found: list[Advice] = []
    if articles < LEAST_ARTICLES:
        return found
    share = _count(search, query, since) / articles
    if share > MOST_SHARE:
        message = f"it matches {share:.0%} of the articles of the last {LATELY.days} days"
        found.append(Advice(kind="everything", message=message))
    unseen = [word for word in islice(dict.fromkeys(_words(node)), MOST_WORDS) if not _count(search, word, since)]
    known = _vocabulary(search, since) if unseen else Counter[str]()
    return found + [_about_unseen(word, known) for word in unseen]


def _count(search: Search, query: str, since: datetime) -> int:
    return search.documents(DocumentQuery(query=query, since=since, limit=0)).total


def _words(node: Node) -> Iterator[str]:
    """The words of a query as queries of their own, but for single characters and words of two letters."""
    match node:
        case Word(token=token, prefix=prefix) if len(token) > 2:
            yield token + "*" * prefix
        case Phrase(tokens=tokens) | AsWritten(tokens=tokens):
            yield from (token for token in tokens if len(token) > 2 and not is_unspaced(token))
        case And(nodes=nodes) | Or(nodes=nodes) | Near(terms=nodes):
            for part in nodes:
                yield from _words(part)
        case Not(node=inner):
            yield from _words(inner)


def _vocabulary(search: Search, since: datetime) -> Counter[str]:
    newest = islice(search.scan(DocumentQuery(since=since)), SAMPLE)
    return Counter(word for document in newest for word in Prepared(document).vocabulary)


def _about_unseen(word: str, known: Counter[str]) -> Advice:
    token = word.rstrip("*")
    close = process.extract(token, known.keys(), scorer=fuzz.ratio, limit=None, score_cutoff=_LEAST_ALIKE)
    near = sorted(close, key=lambda one: (-round(one[1] / 5), -known[one[0]], one[0]))
    spellings = [spelling for spelling, _, _ in near[:SPELLINGS]]
    message = f"{word!r} was in no article of the last {LATELY.days} days"
    if spellings:
        message += f"; near it {'is' if len(spellings) == 1 else 'are'} {', '.join(spellings)}"
    return Advice(kind="unseen", message=message, near=spellings)
