"""When feeds are polled."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds import pace
from streams.feeds.schedule import DAY_S, HOUR_S, backoff_s, due_at, interval_s
from streams.records import Hints, Pace
from streams.settings import load

SETTINGS = load(poll_min_s=300, poll_max_s=7200, poll_wish_max_s=3600)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAILY = Pace(news=10, watched_s=10 * DAY_S)
BUSY = Pace(news=10_000, watched_s=10 * DAY_S)


def test_the_interval_stays_within_what_the_operator_set() -> None:
    assert interval_s(BUSY, Hints(), NOON, SETTINGS) == 300
    assert 300 < interval_s(DAILY, Hints(), NOON, SETTINGS) < 7200
    assert interval_s(Pace(watched_s=10 * DAY_S), Hints(), NOON, SETTINGS) == 7200


@pytest.mark.parametrize(
    ("hints", "seconds"),
    [
        (Hints(fresh_s=1800), 1800),
        (Hints(fresh_s=1e6), 3600),
        (Hints(ttl_s=1800), 300),
        (Hints(ttl_s=60), 300),
    ],
)
def test_a_feed_is_left_alone_as_its_server_wishes_within_limits(hints: Hints, seconds: float) -> None:
    assert interval_s(BUSY, hints, NOON, SETTINGS) == seconds


def test_a_ttl_counts_where_the_feed_itself_does_not_belie_it() -> None:
    slow = Pace(news=100, watched_s=100 * HOUR_S)
    assert interval_s(slow, Hints(ttl_s=1800), NOON, SETTINGS) == 1800
    assert interval_s(slow, Hints(), NOON, SETTINGS) < 1800


def test_failures_wait_twice_as_long_each_time_and_at_worst_a_day() -> None:
    waits = [backoff_s(failures, SETTINGS) for failures in range(1, 12)]
    assert waits[:4] == [300, 600, 1200, 2400]
    assert waits[-1] == DAY_S == backoff_s(10_000, SETTINGS)


@pytest.mark.parametrize(
    ("kind", "first_s"),
    [("time-out", 300), ("http-404", HOUR_S), ("became-html", HOUR_S), ("http-410", 6 * HOUR_S)],
)
def test_what_is_missing_or_gone_is_asked_for_more_rarely_but_at_least_daily(kind: str, first_s: float) -> None:
    assert backoff_s(1, SETTINGS, kind) == first_s
    assert backoff_s(50, SETTINGS, kind) == DAY_S


@pytest.mark.parametrize(("asked", "granted"), [(None, 300), (60, 300), (7200, 7200), (1e9, DAY_S)])
def test_what_the_server_asks_for_is_granted_within_a_day(asked: float | None, granted: float) -> None:
    assert backoff_s(1, SETTINGS, "http-503", asked) == granted


@given(st.text(max_size=20), st.floats(1, 1e5))
def test_feeds_are_spread_a_little_and_the_same_poll_always_in_the_same_way(feed_id: str, seconds: float) -> None:
    due = due_at(feed_id, NOON, seconds)
    assert due == due_at(feed_id, NOON, seconds)
    assert timedelta(0) <= due - NOON - timedelta(seconds=seconds) <= timedelta(seconds=seconds * 0.051)


def test_feeds_added_together_do_not_stay_together() -> None:
    assert len({due_at(str(number), NOON, 3600) for number in range(100)}) == 100


def test_hours_and_days_to_be_skipped_are_skipped() -> None:
    nights = Hints(skip_hours=[12, 13, 14])
    assert due_at("a", NOON, 60, nights) == NOON + timedelta(hours=3)
    assert due_at("a", NOON, 4 * HOUR_S, nights) > NOON + timedelta(hours=4)
    not_on_monday = Hints(skip_days=[0])
    assert due_at("a", NOON, 60, not_on_monday) == NOON + timedelta(hours=12)


def test_a_feed_that_wants_to_be_skipped_always_is_polled_all_the_same() -> None:
    assert due_at("a", NOON, 60, Hints(skip_days=list(range(7)))) < NOON + timedelta(seconds=64)


def polls_of_a_day(known: Pace, start: datetime) -> list[datetime]:
    moments, at = [], start
    while at < start + timedelta(days=1):
        moments.append(at)
        at += timedelta(seconds=pace.interval_s(known, at, 60))
    return moments


def test_a_feed_is_asked_in_proportion_to_the_square_root_of_its_rate() -> None:
    seldom = pace.interval_s(Pace(news=10, watched_s=10 * DAY_S), NOON, 60)
    often = pace.interval_s(Pace(news=160, watched_s=10 * DAY_S), NOON, 60)
    assert seldom / often == pytest.approx(4)


def test_a_first_reading_tells_the_pace_from_the_dates() -> None:
    hourly = pace.seeded([NOON - timedelta(hours=hour) for hour in range(20)], NOON)
    assert 0.9 * HOUR_S < pace.gap_s(hourly) < 1.1 * HOUR_S
    dead = pace.seeded([NOON - timedelta(days=400), NOON - timedelta(days=500)], NOON)
    assert pace.interval_s(dead, NOON, 60) >= DAY_S
    assert pace.gap_s(pace.seeded([], NOON)) == pace.UNKNOWN_GAP_S
    assert pace.gap_s(pace.seeded([], NOON, period_s=DAY_S)) == DAY_S
    assert pace.seeded([NOON + timedelta(days=1)], NOON) == pace.seeded([], NOON)


def test_many_items_of_one_moment_are_one_piece_of_news() -> None:
    imported = pace.seeded([NOON - timedelta(days=3)] * 500, NOON)
    assert imported.news == 1


def test_a_burst_is_followed_within_hours_and_fades() -> None:
    known, before = DAILY, pace.gap_s(DAILY)
    for poll in range(6):
        known = pace.observed(known, 1800, [NOON + timedelta(seconds=1800 * poll)] * 2)
    assert pace.gap_s(known) < before / 8
    for _ in range(8):
        known = pace.observed(known, DAY_S, [])
    assert pace.gap_s(known) > before * 0.8


def test_a_feed_that_gives_all_its_entries_new_ids_each_time_is_not_asked_ever_more_often() -> None:
    known = pace.observed(DAILY, HOUR_S, [NOON] * 1000)
    assert known.news <= DAILY.news + pace.MOST_NEW


def test_hours_in_which_a_feed_is_busy_get_more_polls_and_quiet_ones_fewer() -> None:
    known = Pace(watched_s=HOUR_S)
    for day in range(20):
        for hour in range(24):
            at = NOON + timedelta(days=day, hours=hour)
            known = pace.observed(known, HOUR_S, [at] * 4 if 12 <= at.hour < 16 else [])
    polls = polls_of_a_day(known, NOON)
    busy = sum(12 <= moment.hour < 16 for moment in polls)
    assert busy > len(polls) / 3
    assert len(known.hours) == 24


@given(
    st.lists(
        st.tuples(st.floats(0, 1e7), st.lists(st.datetimes(timezones=st.just(UTC)), max_size=30)), max_size=30
    )
)
def test_whatever_was_seen_there_is_a_next_poll_within_two_days(
    seen: list[tuple[float, list[datetime]]],
) -> None:
    known = Pace()
    for elapsed_s, times in seen:
        known = pace.observed(known, elapsed_s, times)
    assert 0 < pace.interval_s(known, NOON, 60) <= pace.LONGEST_S
