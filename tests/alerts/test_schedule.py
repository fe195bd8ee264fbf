from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.alerts.schedule import Schedule

TIMES = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))
SCHEDULES = st.builds(
    Schedule,
    quiet=st.sampled_from(["", "22:00-07:00", "12:30-13:00", "00:00-23:59"]),
    digest=st.sampled_from(["", "hourly", "daily", "daily 17:30"]),
    time_zone=st.sampled_from(["UTC", "Europe/Paris", "Asia/Kathmandu", "America/New_York"]),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("quiet", "zone", "at", "until"),
    [
        ("22:00-07:00", "UTC", "2026-03-02 21:59", "2026-03-02 21:59"),
        ("22:00-07:00", "UTC", "2026-03-02 22:00", "2026-03-03 07:00"),
        ("22:00-07:00", "UTC", "2026-03-03 06:59", "2026-03-03 07:00"),
        ("22:00-07:00", "UTC", "2026-03-03 07:00", "2026-03-03 07:00"),
        ("22:00-07:00", "Europe/Paris", "2026-07-02 20:30", "2026-07-03 05:00"),
        ("9:00-17:00", "America/New_York", "2026-03-02 15:00", "2026-03-02 22:00"),
        ("22:00-02:30", "Europe/Paris", "2026-10-25 00:10", "2026-10-25 00:30"),  # the clocks go back at 01:00
        ("22:00-02:30", "Europe/Paris", "2026-10-25 01:10", "2026-10-25 01:30"),
        ("22:00-02:30", "Europe/Paris", "2026-03-29 00:10", "2026-03-29 01:30"),  # and on at 01:00
    ],
)
def test_quiet_hours_end_by_the_clock_of_their_zone(quiet: str, zone: str, at: str, until: str) -> None:
    assert Schedule(quiet=quiet, time_zone=zone).earliest(utc(at)) == utc(until)


@pytest.mark.parametrize(
    ("digest", "zone", "at", "until"),
    [
        ("hourly", "UTC", "2026-03-02 12:00", "2026-03-02 12:00"),
        ("hourly", "UTC", "2026-03-02 12:01", "2026-03-02 13:00"),
        ("hourly", "Asia/Kathmandu", "2026-03-02 12:01", "2026-03-02 12:15"),
        ("daily", "UTC", "2026-03-02 08:01", "2026-03-03 08:00"),
        ("daily 17:30", "Europe/Paris", "2026-03-28 16:31", "2026-03-29 15:30"),
    ],
)
def test_a_digest_is_due_at_the_next_full_hour_or_day_of_its_zone(
    digest: str, zone: str, at: str, until: str
) -> None:
    assert Schedule(digest=digest, time_zone=zone).earliest(utc(at)) == utc(until)


def test_a_digest_within_quiet_hours_waits_for_their_end() -> None:
    assert Schedule("22:00-07:00", "daily 6:00").earliest(utc("2026-03-02 12:00")) == utc("2026-03-03 07:00")


@given(SCHEDULES, TIMES)
def test_people_are_never_told_before_nor_later_than_two_days_after(schedule: Schedule, at: datetime) -> None:
    until = schedule.earliest(at)

    assert at <= until
    assert (until - at).days < 3
    assert schedule.check() == ""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (Schedule(quiet="22-7"), "are no quiet hours: write 22:00-07:00"),
        (Schedule(quiet="25:00-07:00"), "are no quiet hours"),
        (Schedule(quiet="07:00-07:00"), "are no quiet hours"),
        (Schedule(digest="weekly"), "is no digest: write hourly, daily or daily 17:30"),
        (Schedule(time_zone="Mars/Olympus"), "is no time zone"),
        (Schedule(time_zone="../../etc/passwd"), "is no time zone"),
        (Schedule(time_zone=""), "is no time zone"),
    ],
)
def test_what_is_no_schedule_is_refused_with_the_way_out(wrong: Schedule, said: str) -> None:
    assert said in wrong.check()
