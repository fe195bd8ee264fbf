"""What is said of a process's memory and files tells a leak from a step."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.proof.usage import Sample, Use, held_mb, uses


def use_of(mb: Callable[[float], float]) -> Use:
    """Of a process that lives for two hours, and is watched for the last 80 minutes of them."""
    [use] = uses({("relate-0", 1): [Sample(at_s, mb(at_s), 20) for at_s in range(0, 7200, 10)]}).values()
    return use


def test_what_a_process_takes_up_in_the_first_third_of_its_life_does_not_count() -> None:
    use = use_of(lambda at_s: min(at_s, 2400) / 10)
    assert (use.watched_s, use.mb, use.most_mb) == (4790, (240, 240), 240)
    assert (use.mb_an_hour, use.steady_mb_an_hour, use.files, use.files_an_hour) == (0, 0, (20, 20), 0)


def test_a_leak_is_in_both_slopes() -> None:
    use = use_of(lambda at_s: 100 + 15 * at_s / 3600)
    assert use.mb_an_hour == pytest.approx(15)
    assert use.steady_mb_an_hour == pytest.approx(15)


def test_a_step_is_in_one_slope_only() -> None:
    use = use_of(lambda at_s: 115 if at_s > 5000 else 100)
    assert use.mb_an_hour > 10
    assert use.steady_mb_an_hour == pytest.approx(0)


def test_nothing_is_said_of_a_process_that_lived_too_short() -> None:
    assert uses({("tag-1", 2): [Sample(at_s, 100, 20) for at_s in range(0, 70, 2)]}) == {}


def test_a_process_that_stood_by_may_come_to_hold_what_another_of_its_stage_held() -> None:
    def lives(*halves: float) -> list[Sample]:
        return [Sample(at_s, halves[at_s >= 200], 20) for at_s in range(0, 300, 2)]

    found = uses({("tag-0", 1): lives(90, 270), ("tag-1", 2): lives(210, 220), ("match-0", 3): lives(300, 300)})
    assert [held_mb(found, process) for process in found] == [220, 270, 300]
