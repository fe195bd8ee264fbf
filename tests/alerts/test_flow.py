"""Both stages together: documents in, alerts and deliveries out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from streams.alerts.decide import Decide
from streams.alerts.match import Match
from streams.records import Alert, Delivery, Document, Record, Tick
from tests.factories import COURIER, NOON, document, rule


class Flow:
    """MATCH and DECIDE as an engine joins them."""

    def __init__(self, *rules: Record) -> None:
        self._match, self._decide = Match({}), Decide({})
        self._match.process(rules)

    def send(self, *records: Record) -> list[Record]:
        hits = [output.record for output in self._match.process(records)]
        return [output.record for output in self._decide.process(hits)]


def deliveries(records: Sequence[Record]) -> list[Delivery]:
    return [record for record in records if isinstance(record, Delivery)]


def old_items(count: int) -> list[Document]:
    return [
        document(
            title=f"Bridge {number} closed",
            url=f"https://herald.example/{number}",
            published=NOON - timedelta(days=number),
            backfill=True,
        )
        for number in range(count)
    ]


def test_subscribing_to_feeds_with_500_old_items_makes_no_delivery() -> None:
    sent = Flow(rule()).send(*old_items(500))

    assert len({record.id for record in sent if isinstance(record, Alert)}) == 500
    assert deliveries(sent) == []


def test_what_comes_live_after_a_first_poll_is_delivered() -> None:
    flow = Flow(rule())
    first, *_ = old_items(3)
    flow.send(*old_items(3))

    sent = flow.send(document(title="Bridge shut", story_id=first.story_id, source=COURIER, published=NOON))

    (delivery,) = deliveries(sent)
    assert [one.title for one in delivery.alert.articles] == ["Bridge 0 closed", "Bridge shut"]
    assert delivery.alert.publishers == 2


def test_a_tick_passes_through_both_stages_and_lets_the_held_go() -> None:
    flow = Flow(rule(throttle_s=600.0))
    flow.send(document(), document(url="https://courier.example/2", title="Another bridge"))

    (delivery,) = deliveries(flow.send(Tick(at=NOON + timedelta(minutes=10))))

    assert delivery.alert.title == "Another bridge"
