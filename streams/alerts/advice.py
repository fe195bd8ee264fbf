"""What is odd about a query that can be parsed: for people who write rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

import msgspec
from rapidfuzz import fuzz, process

from streams.index.search import DocumentQuery, Search
from streams.query.nodes import And, AsWritten, Keyword, KeywordField, Near, Node, Not, Or, Phrase, Word
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.query.sense import always, never
from streams.query.slips import slips
from streams.query.tokens import fold, is_unspaced
from streams.query.write import to_text

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
    """One thing to look at: the query has a `slip`, hardly says what is meant; can `never` match; matches nearly
    `everything`; or has an `unseen` word or value, with those `near` it that there are, the likeliest first.
    """

    kind: Literal["slip", "never", "everything", "unseen"]
    message: str
    near: list[str] = []


def advise(query: str, search: Search | None) -> list[Advice]:
    """What is odd about a query, by itself and in view of what is stored. Raises QueryError."""
    node = parse(query)
    found = [Advice(kind="slip", message=message) for message in slips(query)]
    if never(node):
        return [*found, Advice(kind="never", message="it can never match: its parts exclude each other")]
    if always(node):
        return [*found, Advice(kind="everything", message="it matches every article")]
    return found if search is None else [*found, *_seen_with(search, query, node)]


def _seen_with(search: Search, query: str, node: Node) -> Iterator[Advice]:
    newest = search.documents(DocumentQuery(limit=1))
    if newest.total < LEAST_ARTICLES:
        return
    since = newest.hits[0].published - LATELY
    articles = _count(search, "", since)
    if articles < LEAST_ARTICLES:
        return
    share = _count(search, query, since) / articles
    if share > MOST_SHARE:
        message = f"it matches {share:.0%} of the articles of the last {LATELY.days} days"
        yield Advice(kind="everything", message=message)
    looked_at = islice(dict.fromkeys(_parts(node)), MOST_WORDS)
    unseen = [part for part in looked_at if not _count(search, to_text(part), since)]
    known = _known(search, since, {_field(part) for part in unseen}) if unseen else {}
    for part in unseen:
        yield _about_unseen(part, known[_field(part)])


def _count(search: Search, query: str, since: datetime) -> int:
    return search.documents(DocumentQuery(query=query, since=since, limit=0)).total


def _parts(node: Node) -> Iterator[Word | Keyword]:
    """The exact values of a query, and its words but for single characters and words of two letters."""
    match node:
        case Word(token=token, prefix=prefix) if len(token) > 2:
            yield Word(token=token, prefix=prefix)
        case Phrase(tokens=tokens) | AsWritten(tokens=tokens):
            yield from (Word(token=token) for token in tokens if len(token) > 2 and not is_unspaced(token))
        case Keyword():
            yield node
        case And(nodes=nodes) | Or(nodes=nodes) | Near(terms=nodes):
            for part in nodes:
                yield from _parts(part)
        case Not(node=inner):
            yield from _parts(inner)


def _field(part: Word | Keyword) -> KeywordField | None:
    return part.field if isinstance(part, Keyword) else None


def _known(
    search: Search, since: datetime, fields: Collection[KeywordField | None]
) -> Mapping[KeywordField | None, Counter[str]]:
    """In how many of the newest articles each value of these fields is; of None: each word."""
    known: dict[KeywordField | None, Counter[str]] = {field: Counter() for field in fields}
    for document in islice(search.scan(DocumentQuery(since=since)), SAMPLE):
        prepared = Prepared(document)
        for field, counts in known.items():
            counts.update(prepared.vocabulary if field is None else prepared.keywords[field])
    return known


def _about_unseen(part: Word | Keyword, known: Counter[str]) -> Advice:
    # Of a name a part is enough to be near it.
    wanted, scorer = (
        (fold(part.value), fuzz.token_set_ratio) if isinstance(part, Keyword) else (part.token, fuzz.ratio)
    )
    close = process.extract(wanted, known.keys(), scorer=scorer, limit=None, score_cutoff=_LEAST_ALIKE)
    near = sorted(close, key=lambda one: (-round(one[1] / 5), -known[one[0]], one[0]))
    spellings = [spelling for spelling, _, _ in near[:SPELLINGS]]
    said = to_text(part) if isinstance(part, Keyword) else repr(to_text(part))
    message = f"{said} was in no article of the last {LATELY.days} days"
    if spellings:
        message += f"; near it {'is' if len(spellings) == 1 else 'are'} {', '.join(spellings)}"
    return Advice(kind="unseen", message=message, near=spellings)
