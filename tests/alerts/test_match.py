from __future__ import annotations

from typing import Any

import msgspec
import pytest

from streams.alerts.match import MOST_SPANS, MOST_TERMS, Match
from streams.errors import RecordError
from streams.records import Hit, Record, Revised, Rule, Span, Story, StoryChange, Tick, Topic
from streams.stage import Output
from tests.factories import COURIER, NOON, document, rule

STORY = Story(
    id="s",
    version=1,
    title="",
    state="active",
    first_seen=NOON,
    last_seen=NOON,
    created_at=NOON,
    articles=1,
    copies=0,
    publishers=1,
)


def hits(outputs: list[Output]) -> list[Hit]:
    return [output.record for output in outputs if isinstance(output.record, Hit)]


def test_a_matching_document_gives_a_hit_that_says_all_that_deciding_needs() -> None:
    bridge = rule()
    article = document(
        title="Bridge closed",
        text="No way over.",
        revision=3,
        version=5,
        story_id="s1",
        source=COURIER,
        copy_of="d0",
        backfill=True,
    )

    outputs = Match({}).process([bridge, article])

    assert outputs[:-1] == [
        Output(
            Topic.HITS,
            "bridge",
            Hit(
                rule=bridge,
                document_id=article.id,
                revision=3,
                story_id="s1",
                title="Bridge closed",
                url=article.url,
                source=COURIER,
                language="en",
                published=NOON,
                fetched_at=NOON,
                copy_of="d0",
                backfill=True,
                matches={"bridge": [Span(field="title", start=0, end=6)]},
            ),
        )
    ]


def test_each_matching_rule_gives_its_hit() -> None:
    rules: list[Record] = [rule(id="b"), rule(id="a", query="closed"), rule(id="c", query="ferry")]

    outputs = Match({}).process([*rules, document()])

    assert [output.key for output in outputs] == ["a", "b"]


def test_a_document_that_comes_again_gives_its_hits_again() -> None:
    match = Match({"bridge": rule()})

    assert match.process([document()]) == match.process([document()]) != []


def test_a_revision_that_no_longer_matches_gives_no_hit_and_says_that_it_went_through() -> None:
    ferry = document(revision=2, title="Ferry", text="Ferry")

    (output,) = Match({"bridge": rule()}).process([ferry])

    revised = Revised(document_id=ferry.id, revision=2, story_id=ferry.story_id, at=NOON)
    assert output == Output(Topic.HITS, "", revised)


def test_that_a_revision_went_through_is_said_after_its_hits() -> None:
    outputs = Match({"bridge": rule()}).process([document(revision=2)])

    assert [type(output.record) for output in outputs] == [Hit, Revised]


def test_rules_are_kept_in_the_table_and_live_on_in_a_stage_made_anew() -> None:
    table: dict[str, Rule] = {}
    Match(table).process([rule()])

    assert table == {"bridge": rule()}
    assert len(Match(table).process([document()])) == 1


def test_a_changed_rule_counts_from_the_next_document_on() -> None:
    table = {"bridge": rule()}

    outputs = Match(table).process([document(), rule(query="ferry"), document()])

    assert len(outputs) == 1
    assert table == {"bridge": rule(query="ferry")}


def test_a_rule_of_coverage_is_not_about_articles() -> None:
    rules: dict[str, Rule] = {}
    stage = Match(rules)
    stage.process([rule(query="bridge")])
    stage.process([rule(kind="coverage", query="")])
    assert rules.keys() == {"bridge"}
    assert hits(stage.process([document()])) == hits(Match(rules).process([document()])) == []


def test_a_deleted_rule_is_forgotten_even_when_it_is_deleted_again() -> None:
    table = {"bridge": rule()}

    outputs = Match(table).process([rule(deleted=True), rule(deleted=True), document()])

    assert (outputs, table) == ([], {})


def test_a_rule_with_a_wrong_query_is_refused_and_the_last_one_stays() -> None:
    table = {"bridge": rule()}
    match = Match(table)

    with pytest.raises(RecordError, match=r"rule bridge: query, line 1, column 8: .*"):
        match.process([rule(query="bridge )")])

    assert table == {"bridge": rule()}
    assert len(match.process([document()])) == 1


def test_a_stored_rule_that_no_longer_parses_does_not_stop_the_others() -> None:
    match = Match({"old": rule(id="old", query="(((")} | {"bridge": rule()})

    assert [hit.rule.id for hit in hits(match.process([document()]))] == ["bridge"]


@pytest.mark.parametrize("fields", [{"state": "closed"}, {"recurs": "old"}, {"merged_into": "other"}])
def test_a_story_goes_on_when_alerts_must_know_of_its_change(fields: dict[str, Any]) -> None:
    story = msgspec.structs.replace(STORY, **fields)

    (output,) = Match({}).process([story])

    change: dict[str, Any] = {
        "story_id": "s",
        "version": 1,
        "state": "active",
        "at": NOON,
        "began_at": NOON,
        "publishers": 1,
    }
    assert output == Output(Topic.HITS, "", StoryChange(**(change | fields)))


def test_every_change_of_a_story_goes_on_while_a_rule_counts_its_publishers() -> None:
    counting = rule(kind="new_story", publishers=3, window_s=3600.0)
    match = Match({"bridge": counting})

    assert len(match.process([STORY])) == 1
    assert match.process([rule(kind="new_story", deleted=True), STORY]) == []


def test_ticks_go_on_and_stories_that_mean_nothing_to_alerts_do_not() -> None:
    tick = Tick(at=NOON)

    assert Match({}).process([STORY, tick]) == [Output(Topic.HITS, "", tick)]


def test_the_evidence_of_one_hit_is_bounded() -> None:
    query = " OR ".join(f"word{n}" for n in range(2 * MOST_TERMS))
    text = " ".join(f"word{n}" for n in range(2 * MOST_TERMS)) + " word0" * 2 * MOST_SPANS

    (hit,) = hits(Match({"bridge": rule(query=query)}).process([document(text=text)]))

    assert len(hit.matches) == MOST_TERMS
    assert len(hit.matches["word0"]) == MOST_SPANS


def test_hostile_text_is_matched_like_any_other() -> None:
    text = "\ud800 bridge \x00 bridge\u202e " + "x" * 100_000

    (hit,) = hits(Match({"bridge": rule()}).process([document(title="", text=text)]))

    assert [text[span.start : span.end] for span in hit.matches["bridge"]] == ["bridge", "bridge"]
