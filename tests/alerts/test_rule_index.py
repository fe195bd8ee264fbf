from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alerts.rule_index import RuleIndex, necessary_words
from streams.errors import QueryError
from streams.query.match import Matcher, Prepared
from streams.query.nodes import And, Everything, Keyword, Node, Not, Or, Phrase, Published, Word
from streams.query.parse import parse
from streams.records import Document
from tests.factories import NOON, document, rule


@pytest.mark.parametrize(
    ("query", "words"),
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
        ("bridge OR elect*", None),
        ("elect*", None),
        ("NOT bridge", None),
        ("lang:en", None),
        ("*", None),
        ("published:2026-03-01", None),
    ],
)
def test_the_words_that_a_match_cannot_do_without(query: str, words: set[str] | None) -> None:
    assert necessary_words(parse(query)) == words


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


@pytest.mark.parametrize("query", ["bridge", "NOT ferry"])
def test_a_dropped_rule_matches_no_more_and_may_be_dropped_again(query: str) -> None:
    index = RuleIndex()
    index.put(rule(query=query))
    index.drop("bridge")
    index.drop("bridge")

    assert ids(index, document(title="bridge")) == []


WORDS = st.sampled_from(["ant", "bee", "crow", "dove", "eel"])
NODES: st.SearchStrategy[Node] = st.recursive(
    st.one_of(
        st.builds(Word, token=WORDS, prefix=st.booleans(), field=st.sampled_from([None, "title", "text"])),
        st.builds(Phrase, tokens=st.tuples(WORDS, WORDS)),
        st.just(Keyword(field="lang", value="en")),
        st.just(Published(since=NOON)),
        st.just(Everything()),
    ),
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, min_size=2, max_size=3)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=3)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)
TEXTS = st.lists(WORDS, max_size=4).map(" ".join)


@given(NODES, TEXTS, TEXTS)
def test_no_document_that_matches_lacks_all_necessary_words(node: Node, title: str, text: str) -> None:
    prepared = Prepared(document(title=title, text=text))
    words = necessary_words(node)

    if Matcher(node).match(prepared) is not None and words is not None:
        assert words & prepared.vocabulary
