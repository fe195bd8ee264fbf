"""What a process tells of itself: stuck, held up, or well."""

from __future__ import annotations

import pytest

from streams.condition import STUCK_S, Condition, Work


class Seconds:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_process_without_checks_is_well() -> None:
    condition = Condition()
    assert condition.stuck() is None
    assert condition.unready() is None


def test_the_first_thing_that_is_wrong_is_told() -> None:
    condition = Condition()
    condition.ready += [lambda: None, lambda: "recovers", lambda: "waits"]
    assert condition.stuck() is None
    assert condition.unready() == "recovers"


def test_what_is_stuck_can_do_no_work_either() -> None:
    condition = Condition()
    condition.live.append(lambda: "stuck")
    condition.ready.append(lambda: "waits")
    assert condition.stuck() == condition.unready() == "stuck"


def test_a_step_that_does_not_end_is_stuck_until_it_ends() -> None:
    seconds = Seconds()
    work = Work("tag", seconds)
    with work.step():
        seconds.now += STUCK_S - 1
        assert work.stuck() is None
        seconds.now += 2
        assert work.stuck() == f"tag has been at one step for {STUCK_S + 1:.0f} s"
    assert work.stuck() is None


def test_a_step_that_fails_is_over(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = Seconds()
    work = Work("tag", seconds)
    with pytest.raises(ZeroDivisionError), work.step():
        raise ZeroDivisionError
    seconds.now += 2 * STUCK_S
    assert work.stuck() is None


def test_work_that_waits_for_a_service_is_held_up_until_it_goes_on() -> None:
    work = Work("index")
    assert work.held_up() is None
    work.waits("Elasticsearch is away")
    assert work.held_up() == "index waits: Elasticsearch is away"
    assert work.stuck() is None
    work.went_on()
    assert work.held_up() is None
