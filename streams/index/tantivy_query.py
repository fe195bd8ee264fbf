"""From the query language to tantivy's queries. The meaning is that of streams.query.match."""

from __future__ import annotations

from collections.abc import Sequence

import tantivy
from tantivy import Occur, Query

from streams.index.moments import micros
from streams.index.tantivy_schema import COPY, PUBLISHED
from streams.query.fields import TEXT_FIELDS
from streams.query.nodes import And, Everything, Keyword, Node, Not, Or, Phrase, Published, Word
from streams.query.tokens import fold

TITLE_WEIGHT = 2.0
"""How much more a word counts in the title than in the text when results are sorted by relevance."""


def to_query(schema: tantivy.Schema, node: Node) -> Query:
    """The tantivy query that finds what the node matches. Only words and phrases count for relevance."""
    match node:
        case Word() | Phrase():
            return _text(schema, node)
        case Keyword(field=field, value=value):
            return _unscored(Query.term_query(schema, field, fold(value)))
        case Published(since=since, until=until):
            return between(schema, micros(since) if since else None, micros(until) - 1 if until else None)
        case And(nodes=nodes):
            return all_of([to_query(schema, part) for part in nodes])
        case Or(nodes=nodes):
            return Query.boolean_query([(Occur.Should, to_query(schema, part)) for part in nodes])
        case Not(node=inner):
            return Query.boolean_query([(Occur.Must, _everything()), (Occur.MustNot, to_query(schema, inner))])
        case Everything():
            return _everything()


def all_of(queries: Sequence[Query]) -> Query:
    """What all of the queries find."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def between(schema: tantivy.Schema, first: int | None, last: int | None) -> Query:
    """Published from `first` to `last`, both inclusive, in microseconds since 1970."""
    if first is None and last is None:
        return _everything()
    integer = tantivy.FieldType.Integer
    return _unscored(Query.range_query(schema, PUBLISHED, integer, lower_bound=first, upper_bound=last))


def originals(schema: tantivy.Schema) -> Query:
    """Documents that are no copies."""
    return _unscored(Query.term_query(schema, COPY, 0))


def _text(schema: tantivy.Schema, term: Word | Phrase) -> Query:
    if term.field:
        return _in_field(schema, term.field, term)
    title, text = (_in_field(schema, field, term) for field in TEXT_FIELDS)
    return Query.boolean_query([(Occur.Should, Query.boost_query(title, TITLE_WEIGHT)), (Occur.Should, text)])


def _in_field(schema: tantivy.Schema, field: str, term: Word | Phrase) -> Query:
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
