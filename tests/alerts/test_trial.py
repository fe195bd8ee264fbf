from __future__ import annotations

from datetime import timedelta

import pytest

from streams.alerts.trial import MOST_TITLES, RuleTrial, try_rules
from streams.errors import QueryError
from streams.records import Document
from tests.factories import NOON, document, rule


def test_a_trial_counts_articles_and_stories_for_each_rule() -> None:
    documents = [
        document(title=f"Bridge {n}", url=f"https://herald.example/{n}", story_id=f"s{n % 2}", published=day)
        for n in range(4)
        for day in [NOON + timedelta(days=n / 1.5)]
    ]

    trials = try_rules([rule(), rule(id="ferry", query="ferry")], documents)

    assert trials == [
        RuleTrial(
            rule_id="bridge",
            hits=4,
            stories=2,
            articles_per_day=2.0,
            titles=["Bridge 0", "Bridge 1", "Bridge 2", "Bridge 3"],
        ),
        RuleTrial(rule_id="ferry", hits=0, stories=0, articles_per_day=0.0, titles=[]),
    ]


def test_the_days_are_those_of_all_documents_and_their_order_is_of_no_interest() -> None:
    documents = [
        document(title="Ferry", text="", published=NOON),
        document(published=NOON - timedelta(days=2)),
        document(title="Ferry", text="", published=NOON - timedelta(days=4)),
    ]

    assert try_rules([rule()], documents)[0].articles_per_day == 0.25


@pytest.mark.parametrize("documents", [[], [document()]])
def test_less_than_a_day_counts_as_one(documents: list[Document]) -> None:
    assert try_rules([rule()], documents)[0].articles_per_day == float(len(documents))


def test_only_a_few_titles_are_shown() -> None:
    assert len(try_rules([rule()], [document()] * 50)[0].titles) == MOST_TITLES


def test_no_rules_give_no_results() -> None:
    assert try_rules([], [document()]) == []


def test_a_wrong_query_is_an_error() -> None:
    with pytest.raises(QueryError):
        try_rules([rule(query="(")], [])
