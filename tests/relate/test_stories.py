from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

import pytest

from streams.relate.stories import (
    FAR,
    THRESHOLD_WITH_TITLE,
    TITLE_WEIGHT,
    UNRELATED,
    ByLength,
    choose,
    gap_days,
    nearness,
)
from tests.factories import NOON

MANY = 40


class Span(NamedTuple):
    """A story as far as its time goes."""

    first_seen: datetime
    last_seen: datetime
    middle: datetime


def story(first: float = 0, last: float = 0) -> Span:
    ends = NOON + timedelta(days=first), NOON + timedelta(days=last)
    return Span(*ends, ends[0] + (ends[1] - ends[0]) / 2)


def test_the_story_resembled_most_is_chosen_and_the_next_one_named() -> None:
    choice = choose({"a": 0.4, "b": 0.6, "c": 0.5}, None, MANY, NOON, {name: story() for name in "abc"}, 7)

    assert choice.joins
    assert (choice.story_id, choice.score, choice.runner_up, choice.runner_up_score) == ("b", 0.6, "c", 0.5)


def test_of_equals_the_first_name_is_chosen_in_whatever_order_they_come() -> None:
    stories = {name: story() for name in "ab"}

    assert choose({"b": 0.5, "a": 0.5}, None, MANY, NOON, stories, 7).story_id == "a"
    assert choose({"a": 0.5, "b": 0.5}, None, MANY, NOON, stories, 7).story_id == "a"


def test_likeness_fades_with_the_days_between() -> None:
    stories = {"old": story(-3, -3), "new": story(-1, 0)}

    assert choose({"old": 0.6, "new": 0.5}, None, MANY, NOON, stories, 7).story_id == "new"


def test_a_story_further_away_than_its_days_is_no_choice() -> None:
    choice = choose({"old": 1.0}, None, MANY, NOON, {"old": story(-9, -7.1)}, 7)

    assert (choice.story_id, choice.joins) == (None, False)


def test_nothing_to_choose_from_is_no_choice() -> None:
    choice = choose({}, None, MANY, NOON, {}, 7)

    assert (choice.story_id, choice.score, choice.runner_up, choice.joins) == (None, 0.0, None, False)


def test_what_is_not_enough_is_named_but_not_joined() -> None:
    choice = choose({"a": 0.15}, None, MANY, NOON, {"a": story()}, 7)

    assert (choice.story_id, choice.joins) == ("a", False)


def test_headlines_that_say_the_same_make_up_for_other_words() -> None:
    stories = {name: story() for name in "ab"}

    choice = choose({"a": 0.2, "b": 0.2}, {"a": 0.3, "b": 0.9}, MANY, NOON, stories, 7)

    assert (choice.story_id, choice.joins) == ("b", True)
    assert choice.score == pytest.approx(0.2 + TITLE_WEIGHT.many * (0.9 - UNRELATED) / (1 - UNRELATED))


def test_headlines_that_have_nothing_in_common_take_nothing_away() -> None:
    assert choose({"a": 0.5}, {"a": -0.2}, MANY, NOON, {"a": story()}, 7).score == 0.5


def test_a_story_whose_headlines_are_not_known_is_judged_by_its_words() -> None:
    choice = choose({"a": 0.5}, {}, MANY, NOON, {"a": story()}, 7)

    assert (choice.score, choice.threshold, choice.joins) == (0.5, THRESHOLD_WITH_TITLE.many, True)


def test_values_run_straight_from_a_bare_headlines_to_that_of_some_text() -> None:
    values = [ByLength(0.1, 0.3).at(terms) for terms in (0, 8, 15, 22, 99)]

    assert values == pytest.approx([0.1, 0.1, 0.2, 0.3, 0.3])


@pytest.mark.parametrize(("published", "gap"), [(-3, 1), (-2, 0), (-1, 0), (0, 0), (0.5, 0.5)])
def test_the_gap_is_counted_from_the_nearer_end(published: float, gap: float) -> None:
    assert gap_days(NOON + timedelta(days=published), story(-2, 0)) == pytest.approx(gap)


def test_nearness_falls_from_one_to_what_remains() -> None:
    values = [nearness(days) for days in (0, 1, 2, 4, 30)]

    assert values[0] == 1
    assert values == sorted(values, reverse=True)
    assert values[-1] == pytest.approx(FAR)
