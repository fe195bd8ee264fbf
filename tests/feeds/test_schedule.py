"""When feeds are polled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.schedule import DAY_S, backoff_s, due_at, next_interval_s
from streams.settings import load

SETTINGS = load(poll_min_s=300, poll_max_s=3600)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def intervals(news: str) -> list[float]:
    """The intervals after polls that found something (`+`) or nothing (`-`)."""
    found, last = [], 0.0
    for sign in news:
        last = next_interval_s(last, news=sign == "+", settings=SETTINGS)
        found.append(last)
    return found


def test_a_feed_without_news_is_polled_more_and_more_rarely_up_to_the_longest() -> None:
    assert intervals("--------") == [300, 450, 675, 1012.5, 1518.75, 2278.125, 3417.1875, 3600]


def test_a_feed_with_news_is_soon_polled_as_often_as_may_be() -> None:
    assert intervals("--------++++")[-4:] == [1800, 900, 450, 300]


def test_the_shortest_interval_wins_over_a_longest_that_is_shorter() -> None:
    assert next_interval_s(0, news=True, settings=load(poll_min_s=600, poll_max_s=60)) == 600


def test_failures_wait_twice_as_long_each_time_and_at_worst_a_day() -> None:
    waits = [backoff_s(failures, SETTINGS) for failures in range(1, 12)]
    assert waits[:4] == [300, 600, 1200, 2400]
    assert waits[-1] == DAY_S == backoff_s(10_000, SETTINGS)


@pytest.mark.parametrize(("asked", "granted"), [(None, 300), (60, 300), (7200, 7200), (1e9, DAY_S)])
def test_what_the_server_asks_for_is_granted_within_a_day(asked: float | None, granted: float) -> None:
    assert backoff_s(1, SETTINGS, asked) == granted


@given(st.text(max_size=20), st.floats(1, 1e5))
def test_feeds_are_spread_a_little_and_always_in_the_same_way(feed_id: str, interval_s: float) -> None:
    due = due_at(feed_id, NOON, interval_s)
    assert due == due_at(feed_id, NOON, interval_s)
    assert timedelta(0) <= due - NOON - timedelta(seconds=interval_s) <= timedelta(seconds=interval_s * 0.11)


def test_feeds_added_together_do_not_stay_together() -> None:
    assert len({due_at(str(number), NOON, 3600) for number in range(100)}) == 100
