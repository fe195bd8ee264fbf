from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.alerts import rule_index
from streams.alerts.necessary import necessary_terms
from streams.alerts.rule_index import RuleIndex
from streams.alerts.term_statistics import TermStatistics
from streams.errors import QueryError
from streams.query.match import Matcher
from streams.query.nodes import And, Keyword, Node, Not, Or, Phrase, Published, Word
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.query.write import to_text
from streams.records import Document
from tests.factories import NOON, document, rule


def by_length(term: str) -> float:
    """A share that needs no counts; a beginning counts as a shorter word."""
    return 2.0 ** (3 * term.endswith("*") - len(term))


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("bridge", {"bridge"}),
        ("title:bridge", {"bridge"}),
        ('"the harbour bridge"', {"harbour bridge"}),
        ("bridge OR ferry", {"bridge", "ferry"}),
        ("the inspection", {"inspection"}),
        ("the (inspection OR inspectors)", {"inspection", "inspectors"}),
        ("bridge NOT ferry", {"bridge"}),
        ("inspection lang:en", {"inspection"}),
        ("bridge (elect* OR ferry)", {"bridge"}),
        ("bridge OR elect*", {"bridge", "elect*"}),
        ("bridge elections*", {"elections*"}),
        ("bridges elect*", {"bridges"}),
        ("elect* OR lang:EN", {"elect*", "lang:en"}),
        ("elect* OR published:2026", None),
        ("the NEAR/3 inspection", {"inspection"}),
        ("bridge NEAR/3 (inspectors OR ferry)", {"bridge"}),
        ('case:"The Bridge"', {"the bridge"}),
        ('person:"Jane Doe" bridge', {"person:jane doe"}),
        ("copies:>3", None),
        ("NOT bridge", None),
        ("lang:en", {"lang:en"}),
        ("published:2026-03-01", None),
    ],
)
def test_the_terms_that_a_match_cannot_do_without(query: str, terms: set[str] | None) -> None:
    assert necessary_terms(parse(query), by_length) == terms


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


@settings(max_examples=60, deadline=None)
@given(st.lists(NODES, max_size=6), TEXTS, TEXTS)
def test_the_index_finds_what_trying_every_rule_finds(nodes: list[Node], title: str, text: str) -> None:
    index = RuleIndex()
    for number, node in enumerate(nodes):
        index.put(rule(id=str(number), query=to_text(node)))
    article = document(title=title, text=text)

    alone = [str(n) for n, node in enumerate(nodes) if Matcher(node).match(Prepared(article)) is not None]
    assert ids(index, article) == alone


@settings(max_examples=30, deadline=None)
@given(st.lists(NODES, min_size=1, max_size=4))
def test_dropped_rules_leave_nothing_behind(nodes: list[Node]) -> None:
    index = RuleIndex()
    for number, node in enumerate(nodes):
        index.put(rule(id=str(number), query=to_text(node)))
        index.put(rule(id=str(number), query="ant*"))
    for number in range(len(nodes)):
        index.drop(str(number))

    assert ids(index, document(title="anteater", text="")) == []


def test_a_rule_stands_under_the_term_that_is_rarest_of_late() -> None:
    statistics = TermStatistics()
    for _ in range(1000):
        statistics.add({"parliament", "the"})
    assert necessary_terms(parse("parliament bus"), statistics.share) == frozenset({"bus"})


def test_rules_move_to_rarer_terms_as_documents_go_by_and_are_found_as_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rule_index, "REVIEWED_AFTER", 20)
    index = RuleIndex()
    for number in range(30):
        index.put(rule(id=f"r{number:02}", query=f"parliament x{number}"))
    common = document(title="Parliament", text="x7 is debated")
    found = [ids(index, common) for _ in range(100)]
    assert found == [["r07"]] * 100
    assert len(list(index._candidates(Prepared(common)))) == 1


def test_counts_of_long_ago_fade(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.alerts.term_statistics.HALVED_AFTER", 100)
    statistics = TermStatistics()
    for _ in range(99):
        statistics.add({"olympics"})
    before = statistics.share("olympics")
    for _ in range(500):
        statistics.add({"election"})
    assert statistics.share("olympics") < before / 10


def test_words_that_are_common_in_general_are_so_before_any_document_was_seen() -> None:
    statistics = TermStatistics()
    assert necessary_terms(parse("international zyx"), statistics.share) == frozenset({"zyx"})
    assert necessary_terms(parse('"new york" international'), statistics.share) == frozenset({"new york"})
