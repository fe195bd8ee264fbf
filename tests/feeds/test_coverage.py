"""A feed's new items of each day against its own past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec.structs import replace

from streams.feeds.coverage import KEPT_DAYS, a_day, changes, observed, past, seeded, unread
from streams.records import Coverage, Feed, FeedState, Unusual
from tests.factories import NOON

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
FEED = Feed(id="herald", url="https://herald.example/rss", title="The Herald")
WEEKDAYS = [3, 4, 3, 5, 4, 0, 0]


def watched(days: Sequence[int], coverage: Coverage | None = None, each: int = 4) -> Coverage:
    """Polled so many times a day, up to noon of the last day; the items of a day come one by one."""
    coverage = coverage or Coverage()
    begin = NOON - DAY * (len(days) - 1) if coverage.last_day is None else NOON + DAY
    for day, items in enumerate(days):
        for poll in range(each):
            new = items // each + (poll < items % each)
            coverage = observed(coverage, new, begin + DAY * day - HOUR * (each - 1 - poll))
    return coverage


def test_items_are_counted_by_day_and_the_past_fades() -> None:
    coverage = watched([3] * 40)
    assert coverage.days == [3] * (KEPT_DAYS + 1)
    assert a_day(coverage) == 3
    assert a_day(watched([3] * 5)) is None


def test_days_without_a_poll_brought_nothing() -> None:
    coverage = observed(watched([2] * 8), 1, NOON + 3 * DAY)
    assert coverage.days[-4:] == [2, 0, 0, 1]
    assert past(coverage, NOON.date() + 5 * DAY)[-3:] == [0, 1, 0]


def test_a_feed_that_brings_many_a_day_is_silent_after_a_day() -> None:
    coverage = watched([12] * 10)
    assert observed(coverage, 0, NOON + 23 * HOUR).unusual == ""
    silent = observed(coverage, 0, NOON + 25 * HOUR)
    assert (silent.unusual, silent.since) == ("silent", coverage.newest)
    assert observed(silent, 0, NOON + 40 * DAY).since == coverage.newest
    assert observed(silent, 1, NOON + 26 * HOUR).unusual == ""


def test_weekends_are_no_silence() -> None:
    coverage = watched([*WEEKDAYS, *WEEKDAYS, 3])
    for days in (2, 4):
        assert observed(coverage, 0, NOON + days * DAY).unusual == ""
    assert observed(coverage, 0, NOON + 6 * DAY).unusual == "silent"


def test_what_comes_seldom_must_stay_away_for_long() -> None:
    coverage = watched([1, 0, 0, 0, 0, 0, 0] * 3 + [1])
    assert observed(coverage, 0, NOON + 13 * DAY).unusual == ""
    assert watched([0] * 60, watched([0] * 10)).unusual == ""


def test_without_a_week_of_past_nothing_is_unusual() -> None:
    assert observed(watched([12] * 5), 0, NOON + 5 * DAY).unusual == ""
    assert observed(watched([12] * 5), 500, NOON + HOUR).unusual == ""


def test_many_times_as_many_as_usual_are_a_flood_until_the_day_is_over() -> None:
    coverage = watched([12] * 9 + [2])
    assert observed(coverage, 20, NOON + HOUR).unusual == ""
    flood = observed(coverage, 40, NOON + HOUR)
    assert (flood.unusual, flood.since) == ("flooding", NOON + HOUR)
    assert observed(flood, 5, NOON + 2 * HOUR).since == NOON + HOUR
    assert observed(flood, 5, NOON + DAY).unusual == ""


def test_a_few_more_of_a_quiet_feed_are_no_flood() -> None:
    assert observed(watched([1] * 10), 15, NOON + HOUR).unusual == ""


def test_a_feed_that_cannot_be_read_is_silent_when_that_is_beyond_doubt() -> None:
    coverage = watched([12] * 10)
    assert unread(coverage, 1, NOON + 2 * DAY).unusual == ""
    assert unread(coverage, 9, NOON + 20 * HOUR).unusual == ""
    assert unread(coverage, 9, NOON + 2 * DAY).unusual == "silent"


def test_the_first_reading_gives_a_past_and_no_silence() -> None:
    times = [NOON - DAY * age for age in (0, 1, 1, 5, 9, 400, -3)]
    coverage = seeded(times, NOON)
    assert coverage.days == [1, 0, 0, 0, 1, 0, 0, 0, 2, 1]
    assert (coverage.newest, coverage.unusual) == (NOON, "")
    assert seeded([], NOON).days == [0]


def test_what_became_of_a_feed_is_told_once() -> None:
    usual = FeedState(feed_id=FEED.id, coverage=watched([12] * 10))
    silent = replace(usual, coverage=observed(usual.coverage, 0, NOON + 2 * DAY))
    assert changes(FEED, usual, usual, NOON) == []
    [told] = changes(FEED, usual, silent, NOON + 2 * DAY)
    assert isinstance(told, Unusual)
    assert (told.what, told.over, told.source.name, told.source.domain) == (
        "silent",
        False,
        "The Herald",
        "herald.example",
    )
    assert told.why == "nothing new since 2026-03-02 12:00 UTC, after 12.0 items a day"
    assert changes(FEED, silent, silent, NOON + 3 * DAY) == []
    flood = replace(silent, coverage=observed(silent.coverage, 90, NOON + 3 * DAY))
    over, begun = changes(FEED, silent, flood, NOON + 3 * DAY)
    assert (over.what, over.over, over.since) == ("silent", True, told.since)
    assert (begun.what, begun.over) == ("flooding", False)
    assert begun.why.startswith("90 new items today, at most 12 on each of the ")
