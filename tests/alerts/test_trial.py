"""Rules tried on stored articles, decided by the stages themselves."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from streams.alerts.decide import Decide
from streams.alerts.match import Match
from streams.alerts.samples import CONTEXT_CHARS, MOST_SAMPLES
from streams.alerts.trial import Trial, needs_stories, try_rule
from streams.errors import QueryError
from streams.records import Alert, Delivery, Document, Rule, Tick
from tests.factories import COURIER, NOON, document, rule
from tests.index.test_elastic_record import STORY

END = NOON + timedelta(days=30)
DESK = rule(channels=["desk"])


def article(number: int, minutes: float = 0, **fields: Any) -> Document:
    """A live article of a story of its own, read as it was published."""
    at = NOON + timedelta(minutes=minutes)
    defaults: dict[str, Any] = {"id": f"d{number:03}", "story_id": f"s{number}", "published": at, "fetched_at": at}
    return document(**(defaults | fields))


def tried(of: Rule, *documents: Document) -> Trial:
    return try_rule(of, documents, END)


def test_articles_stories_alerts_and_deliveries_are_counted() -> None:
    trial = tried(DESK, article(1), article(2, 1, story_id="s1"), article(3, 2))

    assert (trial.hits, trial.stories, trial.alerts, trial.deliveries) == (3, 2, 2, 2)


def test_a_throttle_a_channel_and_an_old_article_count_as_they_would_have() -> None:
    throttled = rule(channels=["desk", "log"], throttle_s=3600.0)

    assert tried(throttled, article(1), article(2, 1), article(3, 2)).deliveries == 6
    assert tried(rule(channels=[]), article(1)).deliveries == 0
    assert tried(DESK, article(1, published=NOON - timedelta(days=9))).deliveries == 0


def test_what_came_with_a_first_poll_counts_as_if_it_had_been_read_when_it_was_published() -> None:
    old = [article(n, n * 1440, backfill=True, fetched_at=END) for n in range(3)]

    assert tried(DESK, *old).deliveries == 3


def test_a_rule_that_counts_over_time_is_decided_by_its_windows() -> None:
    often = rule(kind="frequency", count=3, window_s=3600.0, channels=["desk"])
    bursts = [article(day * 10 + n, day * 1440 + n) for day in (0, 1) for n in range(4)]

    trial = tried(often, *bursts)

    assert (trial.hits, trial.alerts, trial.deliveries) == (8, 2, 2)


def test_a_silence_is_found_by_the_clock() -> None:
    silent = rule(kind="silence", window_s=86400.0, channels=["desk"])

    assert tried(silent, article(1), article(2, 60)).alerts == 1


def test_an_article_that_was_read_late_makes_no_silence_of_those_before() -> None:
    silent = rule(kind="silence", window_s=7200.0, channels=["desk"])
    hourly = [article(n, n * 60) for n in range(1, 10)]
    late = article(0, 30, fetched_at=hourly[-1].fetched_at)

    trial = try_rule(silent, sorted([*hourly, late], key=lambda one: one.published), hourly[-1].fetched_at)

    assert (trial.hits, trial.alerts) == (10, 0)


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "frequency", "count": 3, "window_s": 7200.0, "throttle_s": 3600.0},
        {"kind": "spike", "minimum": 3, "factor": 2.0, "window_s": 7200.0},
        {"throttle_s": 7200.0, "max_age_s": 14400.0},
        {"digest": "hourly", "escalate": [2]},
    ],
)
@pytest.mark.parametrize("seed", range(3))
def test_a_trial_comes_to_what_the_stages_came_to_when_articles_were_read_late(
    seed: int, options: dict[str, Any]
) -> None:
    chance, of = random.Random(seed), rule(query="harbour", **options)
    times = [sum(chance.choices([3, 10, 30, 60, 200], k=number)) for number in range(30)]
    documents = [
        article(n, at, fetched_at=NOON + timedelta(minutes=at + chance.randrange(300)), story_id=f"s{n % 7}")
        for n, at in enumerate(times)
    ]
    end = max(times) + 600
    ticks = [Tick(at=NOON + timedelta(minutes=minute)) for minute in range(0, end, 2)]
    records: list[Document | Tick] = [*documents, *ticks]
    match, decide = Match({}), Decide({})
    match.process([of])
    decide.process([of])
    live = [
        sent.record
        for record in sorted(records, key=lambda one: one.at if isinstance(one, Tick) else one.fetched_at)
        for output in match.process([record])
        for sent in decide.process([output.record])
    ]

    trial = try_rule(of, sorted(documents, key=lambda one: one.published), NOON + timedelta(minutes=end))

    assert trial.alerts == len({one.id for one in live if isinstance(one, Alert)})
    assert trial.deliveries == sum(isinstance(one, Delivery) for one in live)


def test_a_new_story_is_told_when_its_articles_had_enough_publishers() -> None:
    new = rule(kind="new_story", publishers=2, window_s=3600.0, channels=["desk"])
    other = document().source.__class__(name="Other", domain="other.example")
    mine = article(1)
    second = article(2, 30, story_id="s1", source=other)

    assert needs_stories(new)
    assert try_rule(new, [mine], END, rest=lambda _: [(STORY, [second])]).deliveries == 1
    assert try_rule(new, [mine], END, rest=lambda _: [(STORY, [])]).deliveries == 0
    assert try_rule(new, [mine, second], END, rest=lambda _: [(STORY, [])]).deliveries == 1


@pytest.mark.parametrize("late", [1, 2])
def test_a_story_is_new_by_when_its_articles_were_published_however_late_they_were_read(late: int) -> None:
    new = rule(kind="new_story", publishers=2, window_s=3600.0, channels=["desk"])
    articles = [article(1), article(2, 30, story_id="s1", source=COURIER)]
    articles[late - 1] = replace(articles[late - 1], fetched_at=NOON + timedelta(hours=5))

    assert try_rule(new, articles, END, rest=lambda _: [(STORY, [])]).deliveries == 1


def test_the_noisiest_days_come_first() -> None:
    days = [(0, 1), (1, 3), (2, 2)]
    documents = [article(day * 10 + n, day * 1440 + n) for day, count in days for n in range(count)]

    trial = tried(DESK, *documents)

    assert [(one.day, one.articles) for one in trial.days] == [
        ("2026-03-03", 3),
        ("2026-03-04", 2),
        ("2026-03-02", 1),
    ]
    assert trial.articles_per_day == 3.0


def test_samples_are_the_newest_hits_with_the_words_around_the_match() -> None:
    text = f"{'before ' * 40}the old bridge stands {'after ' * 40}"
    documents = [article(n, n, text=text, title=f"n{n}") for n in range(MOST_SAMPLES + 3)]

    samples = tried(rule(query="text:bridge"), *documents).samples

    assert [one.title for one in samples] == ["n7", "n6", "n5", "n4", "n3"]
    context = samples[0].context
    assert context.startswith("… before before")
    assert "the old bridge stands after" in context
    assert context.endswith("after …")
    assert len(context) < 2 * CONTEXT_CHARS + 20


def test_a_match_of_the_title_has_no_context() -> None:
    (sample,) = tried(rule(query="title:bridge"), article(1)).samples

    assert sample.context == ""


def test_a_rule_without_hits_says_so() -> None:
    assert tried(DESK) == Trial(
        rule_id="bridge", hits=0, stories=0, alerts=0, deliveries=0, articles_per_day=0.0, days=[], samples=[]
    )


def test_what_changes_against_the_live_rule_is_counted_both_ways() -> None:
    now = [article(n, n, title="bridge" if n in (1, 4) else "harbour bridge", text="") for n in (1, 2, 4, 6)]
    lost = [article(n, n, title="harbour", text="") for n in (3, 5, 7)]

    trial = try_rule(DESK, now, END, before=rule(query="harbour"), lost=lost)

    assert (trial.appears, trial.disappears) == (2, 3)
    assert [one.document_id for one in trial.new_samples] == ["d004", "d001"]
    assert [one.document_id for one in trial.lost_samples] == ["d007", "d005", "d003"]


def test_a_query_that_cannot_be_parsed_is_an_error() -> None:
    with pytest.raises(QueryError):
        tried(rule(query="("))
