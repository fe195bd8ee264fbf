"""Limits of translating a query; what queries mean is tested on the real node in test_meaning."""

from __future__ import annotations

import pytest

from streams.errors import QueryError
from streams.index.elastic_query import MAX_DEPTH, to_dsl
from streams.query.nodes import Not, Word
from streams.query.parse import parse


def alternating(depth: int) -> str:
    query = "a"
    for level in range(depth):
        query = f"({query} {'OR' if level % 2 else 'AND'} b)"
    return query


def test_a_query_as_deep_as_elasticsearch_takes_is_translated_and_a_deeper_one_refused() -> None:
    deepest = MAX_DEPTH - 2  # a word in title or text is two deep
    assert to_dsl(parse(alternating(deepest)))
    with pytest.raises(QueryError, match="nested too deep"):
        to_dsl(parse(alternating(deepest + 1)))
    with pytest.raises(QueryError, match="nested too deep"):
        to_dsl(parse(alternating(deepest)), copies=False)


@pytest.mark.parametrize(
    ("nots", "kind"), [(1, "bool"), (2, "constant_score"), (99, "bool"), (100, "constant_score")]
)
def test_negations_of_negations_do_not_nest(nots: int, kind: str) -> None:
    node: Not | Word = Word(token="a", field="title")
    for _ in range(nots):
        node = Not(node)
    assert list(to_dsl(node)) == [kind]


def test_an_excluded_word_stands_beside_the_required_ones() -> None:
    query = to_dsl(parse("title:a -title:b"))["bool"]
    assert (len(query["must"]), len(query["must_not"])) == (1, 1)
