"""Deliveries wait until they were made or refused, each by its key."""

from __future__ import annotations

from datetime import timedelta
from unittest.mock import Mock

import pytest

from streams.engines.outbox import SqliteOutbox
from streams.engines.sqlite import Store
from streams.records import Alert, Delivery, Topic
from streams.stage import Output
from tests.factories import NOON


def delivery(key: str, channel: str = "log", alert_id: str = "bridge.story", minute: int = 0) -> Delivery:
    alert = Alert(
        id=alert_id,
        version=1,
        rule_id="bridge",
        rule_name="Bridge",
        story_id="story",
        title="Harbour bridge closed",
        opened_at=NOON,
        updated_at=NOON,
        created_at=NOON,
        articles=[],
        article_count=1,
        copies=0,
        publishers=1,
        delivery="delivered",
        delivery_reason="young enough",
    )
    return Delivery(key=key, channel=channel, alert=alert, at=NOON + timedelta(minutes=minute))


def outbox(store: Store, *deliveries: Delivery) -> SqliteOutbox:
    store.append(Output(Topic.DELIVERIES, one.channel, one) for one in deliveries)
    return SqliteOutbox(store, lambda: NOON)


def test_what_waits_is_given_by_channel_the_oldest_first(store: Store) -> None:
    late, early, other = delivery("late", minute=2), delivery("early", minute=1), delivery("other", "desk")
    box = outbox(store, late, early, other)
    assert sorted(box.channels()) == ["desk", "log"]
    assert box.pending("log", 10) == [early, late]
    assert box.pending("log", 1) == [early]
    assert box.pending("nosuch", 10) == []


def test_what_was_made_or_refused_waits_no_more(store: Store) -> None:
    box = outbox(store, delivery("made"), delivery("refused", minute=1), delivery("waits", minute=2))
    box.done(["made"])
    box.failed(["refused"], "404 Not Found")
    assert [one.key for one in box.pending("log", 10)] == ["waits"]
    assert [(row.state, row.error, row.tries) for row in box.of_alert("bridge.story")] == [
        ("done", None, 1),
        ("failed", "404 Not Found", 1),
        ("pending", None, 0),
    ]
    assert box.of_alert("another") == []


def test_what_is_put_off_waits_and_says_why_and_until_when(store: Store) -> None:
    box = outbox(store, delivery("one"))

    box.put_off(["one"], "no answer", 2, 4.0)

    (row,) = box.of_alert("bridge.story")
    assert (row.channel, row.state, row.error) == ("log", "pending", "no answer")
    assert (row.tries, row.next_at) == (2, NOON + timedelta(seconds=4))
    assert [one.key for one in box.pending("log", 10)] == ["one"]
    box.done(["one"])
    (row,) = box.of_alert("bridge.story")
    assert (row.state, row.error, row.tries, row.next_at) == ("done", None, 3, None)


def test_a_key_that_comes_again_stays_as_it_is(store: Store) -> None:
    box = outbox(store, delivery("one"))
    box.done(["one"])
    assert outbox(store, delivery("one", minute=5)).pending("log", 10) == []
    assert box.channels() == []


def test_deliveries_of_one_message_are_settled_in_one_transaction(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    box = outbox(store, *(delivery(key, alert_id=key) for key in "abc"))
    transaction, begun = store.transaction, Mock()
    monkeypatch.setattr(store, "transaction", lambda: begun() and transaction())
    box.put_off(["a", "b"], "no answer", 1, 4.0)
    box.done(["a", "b"])
    assert begun.call_count == 2
    assert [box.of_alert(key)[0].state for key in "abc"] == ["done", "done", "pending"]
