"""Deliveries wait until they are settled, and are told once, whatever comes again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from streams.alerts.decide import Decide
from streams.engines.cluster.deliveries import KEPT, Deliveries, Remembered, TopicOutbox
from streams.errors import ServiceError
from streams.records import Delivery, Record, Settled
from tests.factories import NOON, hit, rule


def deliveries(*channels: str, story: str = "story") -> list[Delivery]:
    """What DECIDE sends to these channels for one alert."""
    outputs = Decide({}).process([hit(rule=rule(channels=list(channels)), story_id=story)])
    return [output.record for output in outputs if isinstance(output.record, Delivery)]


def settled(delivery: Delivery, **fields: Any) -> Settled:
    """That it was made at noon."""
    known = {"key": delivery.key, "channel": delivery.channel, "alert_id": delivery.alert.id}
    return Settled(**(known | {"created_at": delivery.at, "at": NOON} | fields))


class Topic:
    """The deliveries' topic: what is sent is there to be read, unless it is away."""

    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.away = False

    async def send(self, settled: Sequence[Settled]) -> None:
        if self.away:
            raise ServiceError("away")
        self.sent += settled


def outbox(topic: Topic) -> TopicOutbox:
    box = TopicOutbox(topic.send, lambda: NOON)
    box.begin()
    return box


async def reported(box: TopicOutbox) -> None:
    """Let the outbox report once."""
    task = asyncio.create_task(box.report())
    await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def keys(found: Sequence[Delivery]) -> list[str]:
    return [one.key for one in found]


async def test_what_was_delivered_waits_no_longer_and_its_repeat_is_passed_over() -> None:
    topic, table = Topic(), dict[str, Remembered]()
    box = outbox(topic)
    stage = Deliveries(table, box)
    (first,) = deliveries("log")
    stage.process([first])
    assert keys(box.pending("log", 10)) == [first.key]
    assert box.take([first.key])
    assert box.pending("log", 10) == []
    box.done([first.key])
    assert box.pending("log", 10) == []
    assert box.channels() == []
    await reported(box)
    assert topic.sent == [settled(first)]
    stage.process([*topic.sent, first])
    assert box.channels() == []
    assert table[first.key].delivery is None


async def test_the_error_of_a_delivery_refused_for_good_is_noted() -> None:
    topic = Topic()
    box = outbox(topic)
    (first,) = deliveries("log")
    Deliveries({}, box).process([first])
    box.take([first.key])
    box.failed([first.key], "no such channel")
    await reported(box)
    assert topic.sent == [settled(first, state="failed", error="no such channel")]


async def test_what_waits_for_its_channel_says_so_once_and_goes_on_waiting() -> None:
    topic = Topic()
    box = outbox(topic)
    stage = Deliveries({}, box)
    (first,) = deliveries("log")
    stage.process([first])

    box.take([first.key])
    box.put_off([first.key], "no answer", 3, 8.0)
    await reported(box)
    await reported(box)
    stage.process(topic.sent)

    next_at = NOON + timedelta(seconds=8)
    assert topic.sent == [settled(first, state="pending", error="no answer", tries=3, next_at=next_at)]
    assert keys(box.pending("log", 10)) == [first.key]


async def test_what_was_delivered_is_noted_once_kafka_is_back_and_not_told_again_meanwhile() -> None:
    topic = Topic()
    box = outbox(topic)
    (first,) = deliveries("log")
    Deliveries({}, box).process([first])
    topic.away = True
    box.take([first.key])
    box.done([first.key])
    await reported(box)
    assert (topic.sent, box.channels()) == ([], [])
    topic.away = False
    await reported(box)
    assert len(topic.sent) == 1


def test_the_next_owner_goes_on_with_what_waits_oldest_first() -> None:
    table: dict[str, Remembered] = {}
    (old,), (young,) = deliveries("log", story="old"), deliveries("log", story="young")
    young = Delivery(key=young.key, channel="log", alert=young.alert, at=NOON + timedelta(hours=1))
    Deliveries(table, outbox(Topic())).process([young, old])
    box = outbox(Topic())
    Deliveries(table, box)
    assert keys(box.pending("log", 10)) == [old.key, young.key]
    assert keys(box.pending("log", 1)) == [old.key]


def test_of_a_channel_that_is_away_only_the_next_deliveries_are_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engines.cluster.deliveries.WHOLE", 2)
    table: dict[str, Remembered] = {}
    made = [one for number in range(5) for one in deliveries("log", story=str(number))]
    box = outbox(Topic())
    stage = Deliveries(table, box)
    stage.process([*made, *deliveries("file")])
    assert keys(box.pending("log", 10)) == keys(made[:2])
    assert len(box.pending("file", 10)) == 1
    assert not box.take([made[2].key])

    stage.process([settled(made[2])])  # by an owner before
    stage.process([settled(made[0])])
    assert keys(box.pending("log", 10)) == [made[1].key, made[3].key]

    again = outbox(Topic())
    stage = Deliveries(table, again)
    told: list[str] = []
    while found := again.pending("log", 10):
        told += keys(found)
        stage.process([settled(one) for one in found])
    assert sorted(told) == sorted([made[1].key, made[3].key, made[4].key])
    assert again.channels() == ["file"]


def test_nobody_is_told_before_all_is_read_that_may_say_that_they_were() -> None:
    box = TopicOutbox(Topic().send, lambda: NOON)
    (first,) = deliveries("log")
    stage = Deliveries({}, box)
    stage.process([first])
    assert (box.channels(), box.pending("log", 10), box.take([first.key])) == ([], [], False)
    stage.process([settled(first)])
    box.begin()
    assert box.channels() == []


def test_each_channel_has_its_own_queue() -> None:
    box = outbox(Topic())
    Deliveries({}, box).process([*deliveries("log", "file")])
    assert sorted(box.channels()) == ["file", "log"]
    (mine,) = box.pending("file", 10)
    assert mine.channel == "file"


def test_what_was_settled_long_ago_is_forgotten_and_what_waits_is_not() -> None:
    table: dict[str, Remembered] = {}
    stage = Deliveries(table, outbox(Topic()))
    (done,), (waiting,) = deliveries("log", story="settled"), deliveries("log", story="waiting")
    stage.process([done, waiting, settled(done)])
    later = NOON + KEPT + timedelta(seconds=1)
    stage.process([msgspec.structs.replace(settled(done), key="another", at=later)])
    assert set(table) == {waiting.key, "another"}


async def test_what_is_under_way_when_its_partition_goes_is_noted_and_nothing_more_is_begun() -> None:
    topic, table = Topic(), dict[str, Remembered]()
    box = outbox(topic)
    (first,), (second,) = deliveries("log", story="first"), deliveries("log", story="second")
    Deliveries(table, box).process([first, second])
    assert box.take([first.key])

    going = asyncio.create_task(box.hand_over())
    await asyncio.sleep(0)
    assert not box.take([second.key])
    assert not going.done()
    box.done([first.key])
    await going
    assert topic.sent == [settled(first)]

    Deliveries(table, box)  # the partition is back before what was noted is read
    assert box.pending("log", 10) == []
    box.begin()
    assert keys(box.pending("log", 10)) == [second.key]
    assert not box.take([first.key, second.key])


async def test_what_became_of_a_delivery_is_noted_once_though_others_read_it() -> None:
    topic = Topic()
    box = outbox(topic)
    (first,) = deliveries("log")
    Deliveries({}, box).process([first])
    box.take([first.key])
    box.done([first.key])
    await reported(box)
    await box.hand_over()
    await reported(box)
    assert topic.sent == [settled(first)]


async def test_what_takes_too_long_is_left_to_the_next_owner(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engines.cluster.deliveries.HAND_OVER_S", 0.04)
    topic = Topic()
    box = outbox(topic)
    (first,) = deliveries("log")
    Deliveries({}, box).process([first])
    box.take([first.key])
    await box.hand_over()
    assert topic.sent == []
    box.done([first.key])
    await reported(box)
    assert topic.sent == [settled(first)]


def test_a_delivery_settled_while_it_was_with_another_owner_changes_nothing() -> None:
    box = outbox(Topic())
    box.done(["unknown"])
    assert box.channels() == []
