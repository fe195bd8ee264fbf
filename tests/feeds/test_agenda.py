"""Who is polled next, and how hosts are spared."""

from __future__ import annotations

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.feeds.agenda import Agenda
from streams.feeds.hosts import SILENT, SILENT_FIRST_S, SILENT_MOST_S


def taken(agenda: Agenda, now: float) -> list[str]:
    found = []
    while (feed := agenda.take(now)) is not None:
        found.append(feed)
    return found


def test_the_longest_due_comes_first_and_nothing_before_its_time() -> None:
    agenda = Agenda(gap_s=0, per_host=10)
    for name, due in (("late", 30.0), ("soon", 10.0), ("sooner", 5.0)):
        agenda.put(name, f"{name}.example", due)
    assert agenda.take(4) is None
    assert agenda.next_at() == 5
    assert taken(agenda, 20) == ["sooner", "soon"]
    assert agenda.next_at() == 30


def test_a_host_gets_few_requests_at_once_and_none_before_the_gap() -> None:
    agenda = Agenda(gap_s=2, per_host=2)
    for number in range(5):
        agenda.put(str(number), "a.example", 0.0)
    agenda.put("other", "b.example", 0.0)
    assert sorted(taken(agenda, 10)) == ["0", "other"]
    assert agenda.next_at() == 12
    assert taken(agenda, 12) == ["1"]
    assert taken(agenda, 100) == []
    agenda.over("0")
    assert taken(agenda, 100) == ["2"]


def test_hosts_of_one_owner_are_one_by_whom_to_judge_an_outage() -> None:
    agenda = Agenda(gap_s=0, per_host=1)
    for number in range(10):
        agenda.put(f"city{number}", f"city{number}.paper.example:8080", 0.0)
    agenda.put("other", "other.example", 0.0)
    assert agenda.owners == 2


def test_where_the_clock_is_set_back_all_comes_as_soon_as_it_would_have() -> None:
    agenda = Agenda(gap_s=2, per_host=2)
    for name, due in (("soon", 1010.0), ("later", 1020.0), ("now", 1000.0)):
        agenda.put(name, "a.example", due)
    agenda.put("alone", "b.example", 1000.0)
    agenda.leave("b.example", 1030.0)
    assert taken(agenda, 1000) == ["now"]

    agenda.set_back(900)

    assert taken(agenda, 109) == []
    assert taken(agenda, 110) == ["soon"]
    agenda.done("now", "a.example", 150.0)
    assert taken(agenda, 129) == ["later"]
    assert taken(agenda, 130) == ["alone"]
    agenda.over("soon")
    assert taken(agenda, 150) == ["now"]


def test_our_own_machine_needs_no_gap() -> None:
    agenda = Agenda(gap_s=60, per_host=3)
    for number in range(3):
        agenda.put(str(number), "127.0.0.1", 0.0)
    assert len(taken(agenda, 0)) == 3


def test_a_host_that_asks_to_be_left_alone_is_with_all_of_its_feeds() -> None:
    agenda = Agenda(gap_s=0, per_host=2)
    for number in range(2):
        agenda.put(str(number), "a.example", 0.0)
    agenda.leave("a.example", 100)
    assert taken(agenda, 99) == []
    assert taken(agenda, 100) == ["0", "1"]


def test_a_host_that_does_not_answer_is_asked_ever_more_rarely_until_it_does() -> None:
    agenda = Agenda(gap_s=0, per_host=1)
    agenda.put("a", "a.example", 0.0)
    now = 0.0
    waits: list[float] = []
    for _ in range(SILENT + 12):
        assert agenda.take(now) == "a"
        agenda.silent("a.example", now)
        agenda.done("a", "a.example", now)
        assert agenda.take(now + 0.5) == ("a" if len(waits) < SILENT - 1 else None)
        agenda.done("a", "a.example", now)
        waits.append(max(agenda.next_at() - now, 0.0))
        now += waits[-1]
    assert waits[SILENT - 1 : SILENT + 2] == [SILENT_FIRST_S, 2 * SILENT_FIRST_S, 4 * SILENT_FIRST_S]
    assert waits[-1] == SILENT_MOST_S
    agenda.answered("a.example")
    agenda.silent("a.example", now)
    assert agenda.take(now) == "a"


def test_a_feed_can_be_put_elsewhere_and_dropped() -> None:
    agenda = Agenda(gap_s=0, per_host=1)
    agenda.put("a", "old.example", 0.0)
    agenda.put("a", "new.example", 50.0)
    assert taken(agenda, 10) == []
    assert taken(agenda, 50) == ["a"]
    agenda.drop("a")
    agenda.done("a", "new.example", 60)
    assert "a" not in agenda
    assert agenda.next_at() == math.inf
    agenda.put("b", "new.example", 0.0)
    assert taken(agenda, 60) == ["b"]


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["put", "take", "over", "done", "drop"])), max_size=80)
)
def test_whatever_happens_each_feed_is_under_way_once_and_comes_up_again(steps: list[tuple[int, str]]) -> None:
    agenda, under_way = Agenda(gap_s=1, per_host=1), set[str]()
    for now, (number, step) in enumerate(steps):
        feed, host = f"f{number}", f"h{number % 2}.example"
        if step == "put" and feed not in agenda:
            agenda.put(feed, host, float(now))
        elif step == "take" and (found := agenda.take(float(now))) is not None:
            assert found not in under_way
            under_way.add(found)
        elif step == "over":
            agenda.over(feed)
        elif step == "done":
            agenda.done(feed, host, float(now))
            under_way.discard(feed)
        elif step == "drop":
            agenda.drop(feed)
            under_way.discard(feed)
    for feed in list(under_way):
        agenda.done(feed, "h0.example", 0.0)
    left = {f"f{number}" for number in range(4) if f"f{number}" in agenda}
    seen = set()
    for now in range(1000, 1020):
        for feed in taken(agenda, float(now)):
            agenda.over(feed)
            seen.add(feed)
    assert seen == left
