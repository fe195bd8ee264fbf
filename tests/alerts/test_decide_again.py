"""Whatever is cut short or comes again, the alerts and what people are told end up the same."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from streams.alerts.decide import Decide
from streams.alerts.evidence import AlertState
from streams.records import Delivery, Hit, Record, Tick
from streams.stage import Output
from tests.factories import NOON, hit, rule

RULES = [rule(id="slow", throttle_s=1800.0), rule(id="free", channels=["log", "desk"])]


@st.composite
def hits(draw: st.DrawFn, minutes: int) -> Hit:
    story = draw(st.sampled_from("abcd"))
    now = NOON + timedelta(minutes=minutes)
    return hit(
        rule=draw(st.sampled_from(RULES)),
        story_id=story,
        document_id=f"{story}{draw(st.integers(0, 3))}",
        revision=draw(st.integers(1, 2)),
        backfill=draw(st.booleans()),
        fetched_at=now,
        published=now - timedelta(hours=draw(st.sampled_from([0, 47, 49]))),
    )


@st.composite
def logs(draw: st.DrawFn) -> list[Record]:
    """Hits and ticks over some hours, in the order of their times."""
    times = sorted(draw(st.lists(st.integers(0, 120), max_size=20)))
    ticks = st.booleans()
    return [
        Tick(at=NOON + timedelta(minutes=minutes)) if draw(ticks) else draw(hits(minutes)) for minutes in times
    ]


class Journal(dict[str, AlertState]):
    """A table that notes its writes in order, so that a crash can lose the last of them."""

    def __init__(self, before: dict[str, AlertState]) -> None:
        super().__init__(before)
        self.writes: list[tuple[str, AlertState]] = []

    def __setitem__(self, key: str, value: AlertState) -> None:
        self.writes.append((key, value))
        super().__setitem__(key, value)


def told(outputs: Sequence[Output]) -> list[Delivery]:
    return [output.record for output in outputs if isinstance(output.record, Delivery)]


def straight(log: Sequence[Record]) -> tuple[dict[str, AlertState], list[Delivery]]:
    table: dict[str, AlertState] = {}
    return table, told(Decide(table).process(log))


@given(logs(), st.data())
def test_a_batch_whose_writes_were_kept_in_part_ends_the_same_when_it_comes_again(
    log: list[Record], data: st.DataObject
) -> None:
    table, expected = straight(log)
    begin = data.draw(st.integers(0, len(log)))
    journal = Journal({})
    sent = told(Decide(journal).process(log[:begin]))
    at_work = Journal(journal)
    sent += told(Decide(at_work).process(log[begin:]))
    survived = dict(journal)
    survived.update(at_work.writes[: data.draw(st.integers(0, len(at_work.writes)))])

    sent += told(Decide(survived).process(log[begin:]))

    assert survived == table
    assert {one.key: one for one in sent} == {one.key: one for one in expected}
    assert all(one in expected for one in sent)


@given(logs(), st.lists(st.integers(0, 20)))
def test_restarts_change_nothing(log: list[Record], stops: list[int]) -> None:
    table: dict[str, AlertState] = {}
    outputs: list[Output] = []
    bounds = sorted({0, len(log), *(stop for stop in stops if stop < len(log))})
    for begin, end in itertools.pairwise(bounds):
        outputs += Decide(table).process(log[begin:end])

    whole: dict[str, AlertState] = {}
    assert outputs == Decide(whole).process(log)
    assert table == whole


@given(logs(), st.data())
def test_records_that_come_again_at_any_later_time_lead_to_nothing(log: list[Record], data: st.DataObject) -> None:
    table: dict[str, AlertState] = {}
    decide = Decide(table)
    for place, record in enumerate(log):
        decide.process([record])
        repeats = data.draw(st.lists(st.sampled_from(log[: place + 1]), max_size=3))
        assert decide.process(repeats) == []

    assert table == straight(log)[0]


@given(st.permutations(range(8)), st.data())
def test_out_of_order_arrivals_never_tell_of_an_alert_twice(order: list[int], data: st.DataObject) -> None:
    log = [data.draw(hits(minutes * 11)) for minutes in order]
    end = Tick(at=NOON + timedelta(days=1))

    table, sent = straight([*log, end])

    assert len({one.key for one in sent}) == len(sent)
    assert all(state.alert.delivery != "held" for state in table.values())
