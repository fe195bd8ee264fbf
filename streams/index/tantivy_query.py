"""From the query language to tantivy's queries. The meaning is that of streams.query.match."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import Occur, Query

from streams.index.moments import micros
from streams.index.relaxed import is_plain_pair, tokens
from streams.index.tantivy_schema import COPIES, COPY, PUBLISHED, capitals_field
from streams.query.fields import TEXT_FIELDS
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
from streams.query.prepared import forms
from streams.query.tokens import fold

MAX_GAP = 20
"""How far apart two terms may be for all widths of the gap to be asked for."""

TITLE_WEIGHT = 2.0
"""How much more a word counts in the title than in the text when results are sorted by relevance."""


def to_query(schema: tantivy.Schema, node: Node) -> Query:
    """The tantivy query that finds what the node matches. Only words and phrases count for relevance.

    Takes nodes of which `tells` is true, as `relaxed` gives them.
    """
    match node:
        case Word() | Phrase() | AsWritten():
            return _text(schema, node)
        case Near():
            return _near(schema, node)
        case Keyword(field=field, value=value):
            return _unscored(Query.term_query(schema, field, fold(value)))
        case Published(since=since, until=until):
            return between(schema, micros(since) if since else None, micros(until) - 1 if until else None)
        case Copies(least=least, most=most):
            return _in_range(schema, COPIES, least, most)
        case And(nodes=nodes):
            return all_of([to_query(schema, part) for part in nodes])
        case Or(nodes=nodes):
            return Query.boolean_query([(Occur.Should, to_query(schema, part)) for part in nodes])
        case Not(node=inner):
            return Query.boolean_query([(Occur.Must, _everything()), (Occur.MustNot, to_query(schema, inner))])
        case Everything():
            return _everything()


def tells(near: Near) -> bool:
    """Whether tantivy can tell that these stand near each other: two words or phrases not too far apart."""
    return is_plain_pair(near) and near.gaps[0].words <= MAX_GAP


def all_of(queries: Sequence[Query]) -> Query:
    """What all of the queries find."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def between(schema: tantivy.Schema, first: int | None, last: int | None) -> Query:
    """Published from `first` to `last`, both inclusive, in microseconds since 1970."""
    if first is None and last is None:
        return _everything()
    return _in_range(schema, PUBLISHED, first, last)


def originals(schema: tantivy.Schema) -> Query:
    """Documents that are no copies."""
    return _unscored(Query.term_query(schema, COPY, 0))


def _in_range(schema: tantivy.Schema, column: str, first: int | None, last: int | None) -> Query:
    integer = tantivy.FieldType.Integer
    return _unscored(Query.range_query(schema, column, integer, lower_bound=first, upper_bound=last))


def _near(schema: tantivy.Schema, near: Near) -> Query:
    """A phrase with a gap for each width of the gap. (tantivy's slop also lets words change places.)"""
    (gap,) = near.gaps
    one, other = (term for term in near.terms if isinstance(term, Word | Phrase))
    fields = [one.field] if one.field else TEXT_FIELDS
    orders = [(one, other)] if gap.ordered else [(one, other), (other, one)]
    phrases = [_with_gap(*order, width) for order in orders for width in range(gap.words + 1)]
    queries = (Query.phrase_query(schema, field, list(phrase)) for field in fields for phrase in phrases)
    return Query.boolean_query([(Occur.Should, query) for query in queries])


def _with_gap(one: Word | Phrase, other: Word | Phrase, width: int) -> list[tuple[int, str]]:
    """The tokens of both with their places, `width` places between them free."""
    first, then = tokens(one), tokens(other)
    return list(enumerate(first)) + list(enumerate(then, len(first) + width))


def _text(schema: tantivy.Schema, term: Word | Phrase | AsWritten) -> Query:
    if term.field:
        return _in_field(schema, term.field, term)
    title, text = (_in_field(schema, field, term) for field in TEXT_FIELDS)
    return Query.boolean_query([(Occur.Should, Query.boost_query(title, TITLE_WEIGHT)), (Occur.Should, text)])


def _in_field(schema: tantivy.Schema, field: str, term: Word | Phrase | AsWritten) -> Query:
    if isinstance(term, AsWritten):
        return Query.term_query(schema, capitals_field(field), *forms(term.text))
    if isinstance(term, Phrase):
        return Query.phrase_query(schema, field, list(term.tokens))
    if term.prefix:
        # A token has no character that means something in a regular expression.
        return Query.regex_query(schema, field, f"{term.token}.*")
    return Query.term_query(schema, field, term.token)


def _everything() -> Query:
    return _unscored(Query.all_query())


def _unscored(query: Query) -> Query:
    return Query.const_score_query(query, 0.0)
