from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.alerts.rule_index import RuleIndex, necessary_terms
from streams.errors import QueryError
from streams.query.match import Matcher
from streams.query.nodes import And, Keyword, Node, Not, Or, Phrase, Published, Word
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.query.write import to_text
from streams.records import Document
from tests.factories import NOON, document, rule


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("bridge", {"bridge"}),
        ("title:bridge", {"bridge"}),
        ('"the harbour bridge"', {"harbour"}),
        ("bridge OR ferry", {"bridge", "ferry"}),
        ("the inspection", {"inspection"}),
        ("the (inspection OR inspectors)", {"inspection", "inspectors"}),
        ("bridge NOT ferry", {"bridge"}),
        ("bridge lang:en", {"bridge"}),
        ("bridge (elect* OR ferry)", {"bridge"}),
        ("bridge OR elect*", {"bridge", "elect*"}),
        ("bridge elections*", {"elections*"}),
        ("bridges elect*", {"bridges"}),
        ("elect* OR lang:en", None),
        ("NOT bridge", None),
        ("lang:en", None),
        ("published:2026-03-01", None),
    ],
)
def test_the_terms_that_a_match_cannot_do_without(query: str, terms: set[str] | None) -> None:
    assert necessary_terms(parse(query)) == terms


def ids(index: RuleIndex, found: Document) -> list[str]:
    return [one.rule.id for one in index.match(found)]


def test_matches_come_by_rule_id_with_the_places_of_the_words() -> None:
    index = RuleIndex()
    for rule_id, query in [("z", "bridge"), ("a", "lang:en"), ("m", "ferry"), ("k", "NOT ferry")]:
        index.put(rule(id=rule_id, query=query))

    found = index.match(document(title="Bridge", text=""))

    assert [one.rule.id for one in found] == ["a", "k", "z"]
    assert [(span.start, span.end) for span in found[2].matches["bridge"]] == [(0, 6)]


def test_a_changed_rule_matches_by_its_new_query_alone() -> None:
    index = RuleIndex()
    index.put(rule(query="bridge"))
    index.put(rule(query="ferry"))

    assert ids(index, document(title="bridge")) == []
    assert ids(index, document(title="ferry")) == ["bridge"]


def test_a_query_that_cannot_be_parsed_leaves_the_rule_as_it_was() -> None:
    index = RuleIndex()
    index.put(rule(query="bridge"))

    with pytest.raises(QueryError):
        index.put(rule(query="(ferry"))

    assert ids(index, document(title="bridge")) == ["bridge"]


@pytest.mark.parametrize("query", ["bridge", "bri*", "NOT ferry"])
def test_a_dropped_rule_matches_no_more_and_may_be_dropped_again(query: str) -> None:
    index = RuleIndex()
    index.put(rule(query=query))
    index.drop("bridge")
    index.drop("bridge")

    assert ids(index, document(title="bridge")) == []


WORDS = st.sampled_from(["ant", "anteater", "bee", "beech", "crow"])
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        st.builds(Word, token=WORDS, prefix=st.booleans(), field=st.sampled_from([None, "title", "text"])),
        st.builds(Phrase, tokens=st.tuples(WORDS, WORDS)),
        st.just(Keyword(field="lang", value="en")),
        st.just(Published(since=NOON)),
    ),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@settings(max_examples=60)
@given(st.lists(NODES, max_size=6), TEXTS, TEXTS)
def test_the_index_finds_what_trying_every_rule_finds(nodes: list[Node], title: str, text: str) -> None:
    index = RuleIndex()
    for number, node in enumerate(nodes):
        index.put(rule(id=str(number), query=to_text(node)))
    article = document(title=title, text=text)

    alone = [str(n) for n, node in enumerate(nodes) if Matcher(node).match(Prepared(article)) is not None]
    assert ids(index, article) == alone


@settings(max_examples=30)
@given(st.lists(NODES, min_size=1, max_size=4))
def test_dropped_rules_leave_nothing_behind(nodes: list[Node]) -> None:
    index = RuleIndex()
    for number, node in enumerate(nodes):
        index.put(rule(id=str(number), query=to_text(node)))
        index.put(rule(id=str(number), query="ant*"))
    for number in range(len(nodes)):
        index.drop(str(number))

    assert ids(index, document(title="anteater", text="")) == []
