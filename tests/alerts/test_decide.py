from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from streams.alerts.decide import KEPT, Decide
from streams.alerts.evidence import AlertState
from streams.records import Alert, Delivery, Hit, Record, Tick, Topic
from streams.stage import Output
from tests.factories import NOON, document, hit, rule

FIRST = int(NOON.timestamp())
"""The version of an alert that opens at noon."""
HALF_HOURLY = rule(throttle_s=1800.0)


def at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def story(name: str, minutes: float = 0, **fields: Any) -> Hit:
    """A hit of the half-hourly rule on a young article of a story, so many minutes after noon."""
    defaults = {"rule": HALF_HOURLY, "published": at(minutes), "title": f"{name} {minutes}"}
    return hit(story_id=name, fetched_at=at(minutes), **(defaults | fields))


def tick(minutes: float) -> Tick:
    return Tick(at=at(minutes))


def deliveries(outputs: Sequence[Output]) -> list[Delivery]:
    return [output.record for output in outputs if isinstance(output.record, Delivery)]


def alerts(outputs: Sequence[Output]) -> list[Alert]:
    return [output.record for output in outputs if isinstance(output.record, Alert)]


def told(outputs: Sequence[Output]) -> list[str]:
    return [delivery.alert.story_id for delivery in deliveries(outputs)]


def test_the_first_live_article_of_a_story_is_told_to_every_channel_of_the_rule() -> None:
    outputs = Decide({}).process([hit(rule=rule(channels=["log", "desk"]), story_id="s")])

    (alert,) = alerts(outputs)
    assert (alert.id, alert.delivery, alert.delivered_at) == ("bridge.s", "delivered", NOON)
    assert [(output.topic, output.key) for output in outputs] == [
        (Topic.ALERTS, "bridge.s"),
        (Topic.DELIVERIES, "log"),
        (Topic.DELIVERIES, "desk"),
    ]
    assert [(one.channel, one.alert, one.at) for one in deliveries(outputs)] == [
        ("log", alert, NOON),
        ("desk", alert, NOON),
    ]


def test_a_delivery_s_key_is_that_of_its_alert_and_channel_alone() -> None:
    two = rule(channels=["log", "desk"])
    first = deliveries(Decide({}).process([hit(rule=two, story_id="s"), hit(rule=two, story_id="t")]))
    again = deliveries(Decide({}).process([hit(rule=two, story_id="s", title="another", fetched_at=at(9))]))

    assert len({one.key for one in first}) == 4
    assert [one.key for one in again] == [one.key for one in first[:2]]


def test_more_articles_of_a_story_update_its_one_alert_and_tell_nobody_again() -> None:
    decide = Decide({})
    decide.process([story("s")])

    outputs = decide.process([story("s", 1), story("s", 2)])

    assert [(alert.id, alert.version, alert.article_count) for alert in alerts(outputs)] == [
        ("bridge.s", FIRST + 1, 2),
        ("bridge.s", FIRST + 2, 3),
    ]
    assert deliveries(outputs) == []


def test_each_rule_has_its_own_alert_of_a_story() -> None:
    outputs = Decide({}).process([hit(), hit(rule=rule(id="harbour"))])

    assert [alert.id for alert in alerts(outputs)] == ["bridge.story", "harbour.story"]
    assert len(deliveries(outputs)) == 2


def test_a_hit_that_comes_again_leads_to_nothing() -> None:
    decide = Decide({})
    decide.process([hit()])

    assert decide.process([hit()]) == []


def test_a_first_poll_of_five_hundred_old_items_records_alerts_and_tells_nobody() -> None:
    old = NOON - timedelta(days=30)
    hits = [hit(story_id=f"s{n}", title=f"{n}", backfill=True, published=old) for n in range(500)]

    outputs = Decide({}).process(hits)

    assert {alert.delivery_reason for alert in alerts(outputs)} == {"first poll or replay"}
    assert {alert.delivery for alert in alerts(outputs)} == {"recorded"}
    assert len(alerts(outputs)) == 500
    assert deliveries(outputs) == []


def test_a_first_poll_is_told_of_when_asked_but_not_what_is_old_in_it() -> None:
    young = hit(story_id="young", title="a", backfill=True)
    old = hit(story_id="old", title="b", backfill=True, published=NOON - timedelta(days=3))

    outputs = Decide({}, deliver_backfill=True).process([young, old])

    assert told(outputs) == ["young"]


@pytest.mark.parametrize(("age_s", "delivery"), [(0, "delivered"), (7200, "delivered"), (7201, "recorded")])
def test_an_article_older_than_the_rule_takes_is_recorded_only(age_s: float, delivery: str) -> None:
    published = NOON - timedelta(seconds=age_s)
    (alert,) = alerts(Decide({}).process([hit(rule=rule(max_age_s=7200.0), published=published)]))

    assert alert.delivery == delivery
    assert alert.delivery_reason.startswith("older than max_age: published 2 h before") == (delivery == "recorded")


def test_a_rule_without_channels_only_records() -> None:
    (output,) = Decide({}).process([hit(rule=rule(channels=[]))])

    assert isinstance(output.record, Alert)
    assert (output.record.delivery, output.record.delivery_reason) == ("recorded", "the rule names no channels")


def test_a_recorded_alert_is_told_of_once_a_live_article_joins() -> None:
    decide = Decide({})
    decide.process([hit(title="a", backfill=True)])

    outputs = decide.process([hit(title="b", fetched_at=at(5)), hit(title="c", fetched_at=at(6))])

    assert [(one.at, one.alert.version, one.alert.article_count) for one in deliveries(outputs)] == [
        (at(5), FIRST + 1, 2)
    ]


def test_a_revision_of_a_recorded_article_is_no_news() -> None:
    decide = Decide({})
    decide.process([hit(backfill=True)])

    outputs = decide.process([hit(revision=2, fetched_at=at(5))])

    assert [alert.delivery for alert in alerts(outputs)] == ["recorded"]
    assert deliveries(outputs) == []


def test_while_the_throttle_runs_other_stories_are_held_and_say_until_when() -> None:
    outputs = Decide({}).process([story("a"), story("b", 10)])

    assert told(outputs) == ["a"]
    held = alerts(outputs)[-1]
    assert (held.story_id, held.delivery, held.held_until) == ("b", "held", at(30))
    assert held.delivery_reason.startswith("throttled")


def test_the_first_tick_after_the_throttle_lets_the_held_go_as_they_then_stand() -> None:
    decide = Decide({})
    decide.process([story("a"), story("b", 10), story("c", 11), story("b", 12)])

    assert decide.process([tick(29)]) == []
    outputs = decide.process([tick(30)])

    assert told(outputs) == ["b", "c"]
    assert [(one.alert.article_count, one.at) for one in deliveries(outputs)] == [(2, at(30)), (1, at(30))]
    assert [(alert.version, alert.delivery, alert.held_until) for alert in alerts(outputs)] == [
        (FIRST + 602, "delivered", None),
        (FIRST + 661, "delivered", None),
    ]
    assert decide.process([tick(31)]) == []


def test_a_hit_after_the_throttle_lets_the_held_go_and_opens_the_next_wait() -> None:
    decide = Decide({})
    decide.process([story("a"), story("b", 10)])

    outputs = decide.process([story("c", 35)])

    assert told(outputs) == ["b"]
    assert alerts(outputs)[-1].held_until == at(65)


def test_a_hit_of_the_held_story_itself_goes_out_with_it() -> None:
    decide = Decide({})
    decide.process([story("a"), story("b", 10)])

    (delivery,) = deliveries(decide.process([story("b", 40)]))

    assert (delivery.alert.story_id, delivery.alert.article_count, delivery.at) == ("b", 2, at(40))


def test_articles_of_one_poll_are_throttled_though_they_have_the_same_time() -> None:
    assert told(Decide({}).process([story("a"), story("b"), story("c")])) == ["a"]


def test_the_throttle_of_one_rule_does_not_hold_another_s_alerts() -> None:
    other = rule(id="harbour", throttle_s=1800.0)

    assert told(Decide({}).process([story("a"), story("b", 1, rule=other)])) == ["a", "b"]


def test_without_a_throttle_nothing_is_held_even_when_time_goes_back() -> None:
    free = rule(throttle_s=0.0)

    assert told(Decide({}).process([story("a", 5, rule=free), story("b", 1, rule=free)])) == ["a", "b"]


def test_an_article_fetched_before_the_last_delivery_is_throttled_too() -> None:
    outputs = Decide({}).process([story("a", 5), story("b", 1)])

    assert (told(outputs), alerts(outputs)[-1].held_until) == (["a"], at(35))


def test_a_silent_article_does_not_start_the_throttle() -> None:
    assert told(Decide({}).process([story("a", backfill=True), story("b", 1)])) == ["b"]


def test_a_throttle_beyond_all_calendars_is_no_crash() -> None:
    for_ever = rule(throttle_s=1e300, max_age_s=1e300)

    assert told(Decide({}).process([story("a", rule=for_ever), story("b", 1, rule=for_ever)])) == ["a"]


def test_a_stage_made_anew_goes_on_where_the_last_one_stopped() -> None:
    table: dict[str, AlertState] = {}
    Decide(table).process([story("a"), story("b", 10)])

    held = Decide(table).process([story("c", 11), tick(29)])
    let_go = Decide(table).process([tick(30)])

    assert (told(held), told(let_go)) == ([], ["b", "c"])


def test_a_tick_that_was_carried_out_in_part_lets_only_the_rest_go() -> None:
    table: dict[str, AlertState] = {}
    Decide(table).process([story("a"), story("b", 10), story("c", 11)])
    whole = dict(table)
    Decide(whole).process([tick(30)])
    table["bridge.b"] = whole["bridge.b"]

    assert told(Decide(table).process([tick(30)])) == ["c"]
    assert table == whole


def test_alerts_are_forgotten_long_after_their_story_ended() -> None:
    table: dict[str, AlertState] = {}
    decide = Decide(table)
    decide.process([story("a"), story("b", 30), story("a", 60)])

    decide.process([Tick(at=at(59) + KEPT)])
    assert list(table) == ["bridge.a"]
    decide.process([Tick(at=at(61) + KEPT)])
    assert list(table) == []
    assert told(decide.process([story("a", 99 + KEPT / timedelta(minutes=1))])) == ["a"]


def test_other_records_are_passed_over() -> None:
    batch: list[Record] = [document(), rule()]

    assert Decide({}).process(batch) == []
