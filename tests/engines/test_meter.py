"""What is counted and logged of the records that a stage carried out."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from streams import logs
from streams.alerts.decide import Decide
from streams.engines.meter import Meter, item_id
from streams.errors import ServiceError
from streams.identify.identity import article_id
from streams.records import DeadLetter, Decision, Delivery, Record, Settled, Tick, Topic
from streams.relate.reasons import about_return
from streams.relate.returns import Return
from streams.settings import load
from streams.stage import Output
from tests.counted import Counted
from tests.factories import NOON, article, document, hit, raw_item, rule, tagged
from tests.test_explain import story

LETTER = DeadLetter(stage="tag", error="boom", topic="articles", key="k", offset=1, value=b"x", at=NOON)


def meter(stage: str, findable_s: float = 1.0) -> Meter:
    return Meter(stage, lambda: NOON + timedelta(seconds=10), findable_s)


def out(topic: Topic, record: Record) -> Output:
    return Output(topic, "k", record)


def test_records_are_counted_as_they_come_in_and_go_out() -> None:
    taken = Counted("streams_records_in_total", stage="tag")
    sent = Counted("streams_records_out_total", stage="tag", topic="tagged")
    meter("tag").carried_out([article(), article()], [out(Topic.TAGGED, tagged())] * 2)
    assert (taken(), sent()) == (2, 2)


@pytest.mark.parametrize("taken", [[], [article()]], ids=["undecodable", "crashes the stage"])
def test_a_record_that_is_put_aside_came_in_and_is_a_dead_letter(taken: list[Record]) -> None:
    came, aside = (
        Counted("streams_records_in_total", stage="tag"),
        Counted("streams_dead_letters_total", stage="tag"),
    )
    meter("tag").carried_out(taken, [out(Topic.DEAD_LETTERS, LETTER)])
    assert (came(), aside()) == (1, 1)


def test_items_that_lead_to_no_article_are_repeats() -> None:
    repeats = Counted("streams_repeats_total")
    items = [raw_item(), raw_item(), Tick(at=NOON)]
    meter("identify").carried_out(items, [out(Topic.ARTICLES, article()), out(Topic.ARTICLES, Tick(at=NOON))])
    meter("decide").carried_out([hit()], [])
    assert repeats() == 1


RETURNS = about_return(Return("earlier", 0.9))


@pytest.mark.parametrize(
    ("record", "metric", "label"),
    [
        (document(), "streams_documents_total", {"kind": "original"}),
        (document(copy_of="other"), "streams_documents_total", {"kind": "copy"}),
        (document(version=2, copy_of="other"), "streams_documents_total", {"kind": "changed"}),
        (document(), "streams_stories_total", {"what": "begun"}),
        (document(trace=[RETURNS]), "streams_stories_total", {"what": "returned"}),
        (story(version=7, merged_into="older"), "streams_stories_total", {"what": "merged"}),
    ],
)
def test_documents_and_stories_are_counted_by_what_they_are(
    record: Record, metric: str, label: dict[str, str]
) -> None:
    counted = Counted(metric, **label)
    meter("relate").carried_out([tagged()], [out(Topic.DOCUMENTS, record)])
    meter("match").carried_out([record], [])
    assert counted() == 1


def test_a_story_begins_with_the_first_version_of_its_own_article_only() -> None:
    begun = Counted("streams_stories_total", what="begun")
    sent = [document(story_id="other"), document(version=2), story(version=1), story(version=2)]
    meter("relate").carried_out([tagged()], [out(Topic.DOCUMENTS, one) for one in sent])
    assert begun() == 0


def test_alerts_are_counted_as_they_are_sent_on_and_as_they_are_told() -> None:
    alerts, told = (
        Counted("streams_alerts_total", delivery="delivered"),
        Counted("streams_told_total", reason="opened"),
    )
    sent = Decide({}).process([hit(story_id="s"), hit(story_id="s", document_id="second")])
    meter("decide").carried_out([hit()], sent)
    assert (alerts(), told()) == (2, 1)


def test_a_new_article_is_timed_from_its_fetch_until_the_index_finds_it() -> None:
    of = "streams_fetch_to_searchable_seconds"
    count, total = Counted(f"{of}_count"), Counted(f"{of}_sum")
    old, again = document(backfill=True), document(version=2)
    meter("index", findable_s=5).carried_out([document(), old, again, Tick(at=NOON)], [])
    meter("match").carried_out([document()], [])
    assert count() == 1
    assert total() == pytest.approx(15)


def test_a_clock_that_is_behind_the_readers_gives_no_time_below_zero() -> None:
    total = Counted("streams_fetch_to_searchable_seconds_sum")
    meter("index").carried_out([document(fetched_at=NOON + timedelta(minutes=1))], [])
    assert total() == 0


def test_waiting_is_counted_and_holds_the_stage_up_until_a_batch_is_carried_out() -> None:
    waits, watched = Counted("streams_service_waits_total", stage="index"), meter("index")
    watched.waits(ServiceError("Elasticsearch is away"))
    assert waits() == 1
    assert watched.work.held_up() == "index waits: Elasticsearch is away"
    watched.carried_out([], [])
    assert watched.work.held_up() is None


def test_processing_is_timed_even_when_it_fails() -> None:
    batches = Counted("streams_batch_seconds_count", stage="tag")
    with pytest.raises(ZeroDivisionError), meter("tag").attempt():
        raise ZeroDivisionError
    assert batches() == 1


DELIVERY = next(one.record for one in Decide({}).process([hit(story_id="s")]) if isinstance(one.record, Delivery))


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (raw_item(), article_id(raw_item()).id),
        (article(id="a"), "a"),
        (tagged(id="a"), "a"),
        (document(id="a"), "a"),
        (hit(document_id="a"), "a"),
        (DELIVERY, DELIVERY.alert.id),
        (Settled(key="k", channel="c", alert_id="x", created_at=NOON, at=NOON), "x"),
        (Tick(at=NOON), None),
        (rule(), None),
    ],
)
def test_a_record_is_known_by_the_id_that_the_item_has_at_every_stage(
    record: Record, expected: str | None
) -> None:
    assert item_id(record) == expected


def test_at_the_debug_level_every_decision_is_logged_with_the_id_of_its_item(
    capsys: pytest.CaptureFixture[str],
) -> None:
    logs.configure(load(log_level="debug", log_json=True))
    trace = [
        Decision(stage="identify", what="new", why="first seen"),
        Decision(stage="tag", what="searched", why="with a model", numbers={"entities": 3}),
    ]
    meter("tag").carried_out([article(id="a")], [out(Topic.TAGGED, tagged(id="a", trace=trace))])
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line["stage"], line["item"]) for line in lines] == [
        ("taken", "tag", "a"),
        ("sent on", "tag", "a"),
        ("decided", "tag", "a"),
    ]
    assert (lines[2]["what"], lines[2]["why"], lines[2]["entities"]) == ("searched", "with a model", 3)


def test_at_other_levels_nothing_is_logged_of_records_that_are_well(capsys: pytest.CaptureFixture[str]) -> None:
    logs.configure(load(log_json=True))
    meter("tag").carried_out([article()], [out(Topic.TAGGED, tagged())])
    assert capsys.readouterr().err == ""
