"""From the query language to Elasticsearch's query DSL. The meaning is that of streams.query.match.

Only words and phrases count for relevance, as in the embedded index: all else filters.
"""

from __future__ import annotations

from collections.abc import Sequence

from streams.errors import QueryError
from streams.index.elastic_mapping import QUERY, Json, capitals_field
from streams.index.moments import micros
from streams.index.relaxed import is_plain_pair, tokens
from streams.index.search import AlertQuery, StoryQuery
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

TITLE_WEIGHT = 2.0
"""How much more a word counts in the title than in the text when results are sorted by relevance."""

MAX_DEPTH = 30
"""How deep Elasticsearch takes queries (`indices.query.bool.max_nested_depth`)."""


def to_dsl(node: Node, *, copies: bool = True) -> Json:
    """The query that finds what the node matches, with or without copies.

    Takes nodes of which `tells` is true, as `relaxed` gives them.
    Raises QueryError when it is nested deeper than Elasticsearch takes.
    """
    query = _node(node)
    if not copies:
        query = _bool(must=[query], must_not=[{"exists": {"field": "copy_of"}}])
    if _depth(query) > MAX_DEPTH:
        raise QueryError("brackets and NOTs are nested too deep for Elasticsearch: write the query flatter", 0)
    return query


def tells(near: Near) -> bool:
    """Whether Elasticsearch can tell that these stand near each other: two words or phrases."""
    return is_plain_pair(near)


def stories_dsl(query: StoryQuery) -> Json:
    """Stories that are not merged into another and meet the query."""
    wanted: list[Json] = [{"range": {"articles": {"gte": query.min_articles}}}]
    if query.state:
        wanted.append({"term": {"state": query.state}})
    if query.since:
        wanted.append({"range": {f"{QUERY}.last_seen": {"gte": micros(query.since)}}})
    if query.recurring:
        wanted.append({"exists": {"field": "recurs"}})
    return {"bool": {"filter": wanted, "must_not": [{"exists": {"field": "merged_into"}}]}}


def alerts_dsl(query: AlertQuery) -> Json:
    """Alerts that meet the query."""
    wanted: list[Json] = []
    if query.rule is not None:
        wanted.append({"term": {"rule_id": query.rule}})
    if query.story is not None:
        wanted.append({"term": {"story_id": query.story}})
    if query.since:
        wanted.append({"range": {f"{QUERY}.updated_at": {"gte": micros(query.since)}}})
    return {"bool": {"filter": wanted}}


def _node(node: Node) -> Json:
    match node:
        case Word() | Phrase() | AsWritten():
            return _text(node)
        case Near():
            return _near(node)
        case Keyword(field=field, value=value):
            return _unscored({"term": {f"{QUERY}.{field}": fold(value)}})
        case Published():
            return _unscored(_published(node))
        case Copies(least=least, most=most):
            bounds = {"gte": least} | ({} if most is None else {"lte": most})
            return _unscored({"range": {"copies": bounds}})
        case And(nodes=nodes):
            excluded = [part.node for part in nodes if isinstance(part, Not)]
            required = [part for part in nodes if not isinstance(part, Not)]
            return _bool(must=[_node(part) for part in required], must_not=[_node(part) for part in excluded])
        case Or(nodes=nodes):
            return {"bool": {"should": [_node(part) for part in nodes]}}
        case Not(node=inner):
            return _negated(inner)
        case Everything():
            return {"match_all": {"boost": 0}}


def _negated(node: Node) -> Json:
    """What the node does not find. Each two NOTs in a row are none: they would only nest."""
    negated = True
    while isinstance(node, Not):
        node, negated = node.node, not negated
    query = _node(node)
    return _bool(must_not=[query]) if negated else _unscored(query)


def _near(near: Near) -> Json:
    """Intervals, whose gaps count the words between two terms of fixed length."""
    (gap,) = near.gaps
    terms = [term for term in near.terms if isinstance(term, Word | Phrase)]
    rules = [{"match": {"query": " ".join(tokens(term)), "ordered": True, "max_gaps": 0}} for term in terms]
    rule = {"all_of": {"intervals": rules, "ordered": gap.ordered, "max_gaps": gap.words}}
    fields = [terms[0].field] if terms[0].field else TEXT_FIELDS
    return {"bool": {"should": [{"intervals": {f"{QUERY}.{field}": rule}} for field in fields]}}


def _text(term: Word | Phrase | AsWritten) -> Json:
    if term.field:
        return _in_field(term.field, term, 1.0)
    weights = zip(TEXT_FIELDS, (TITLE_WEIGHT, 1.0), strict=True)
    return {"bool": {"should": [_in_field(field, term, weight) for field, weight in weights]}}


def _in_field(field: str, term: Word | Phrase | AsWritten, weight: float) -> Json:
    name = f"{QUERY}.{field}"
    if isinstance(term, AsWritten):
        (form,) = forms(term.text)
        return {"term": {f"{QUERY}.{capitals_field(field)}": {"value": form, "boost": weight}}}
    if isinstance(term, Phrase):
        return {"match_phrase": {name: {"query": " ".join(term.tokens), "boost": weight}}}
    if term.prefix:
        return {"prefix": {name: {"value": term.token, "boost": weight}}}
    return {"term": {name: {"value": term.token, "boost": weight}}}


def _published(span: Published) -> Json:
    bounds: Json = {}
    if span.since:
        bounds["gte"] = micros(span.since)
    if span.until:
        bounds["lt"] = micros(span.until)
    return {"range": {f"{QUERY}.published": bounds}}


def _bool(*, must: Sequence[Json] = (), must_not: Sequence[Json] = ()) -> Json:
    """What all of `must` (or everything) and none of `must_not` find."""
    parts = {"must": must, "must_not": must_not}
    return {"bool": {name: queries for name, queries in parts.items() if queries}}


def _unscored(query: Json) -> Json:
    return {"constant_score": {"filter": query, "boost": 0}}


def _depth(query: Json) -> int:
    """How many queries stand in each other, this one counted."""
    ((kind, body),) = query.items()
    if kind == "constant_score":
        return 1 + _depth(body["filter"])
    inside = [part for clause in body.values() for part in clause] if kind == "bool" else []
    return 1 + max(map(_depth, inside), default=0)
