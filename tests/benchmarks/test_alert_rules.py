from __future__ import annotations

from itertools import islice
from pathlib import Path

from benchmarks.alert_rules import LEAD_WORDS, Clauses, long_articles, read, rules
from streams.query.nodes import And, Not, Or, Phrase, Word
from streams.query.parse import parse

CORPUS = [Path(__file__).parents[1] / "quality" / "stream.jsonl"]


def test_rules_come_in_the_mixture_and_the_same_each_time() -> None:
    articles = read(CORPUS, 1000)
    made = list(islice(rules(articles, 200), 200))
    nodes = [parse(one.query()) for one in made]
    kinds = [type(node) for node in nodes]
    assert kinds.count(Phrase) == 50
    assert kinds.count(And) == 150
    inner = [{type(part) for part in node.nodes} for node in nodes if isinstance(node, And)]
    assert (inner.count({Word, Or}), inner.count({Phrase, Word})) == (50, 30)
    assert sum(Not in kinds for kinds in inner) == 20
    assert made == list(rules(articles, 200))


def test_a_rule_is_one_line_for_lucene() -> None:
    assert Clauses(["New York", "bus"], ["a"], ["b"]).line("r1") == "r1\t+new york\t+bus\t?a\t-b"


def test_articles_are_as_long_as_they_are_said_to_be() -> None:
    articles = read(CORPUS, 5)
    assert max(len(one.text.split()) for one in articles) <= LEAD_WORDS
    assert [len(one.text.split()) for one in long_articles(articles, 3, 800)] == [800] * 3
