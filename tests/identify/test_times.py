from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.identify.times import sane_published
from tests.factories import NOON

HOUR = timedelta(hours=1)
EAST = timezone(timedelta(hours=14))


@pytest.mark.parametrize(
    ("published", "updated", "expected", "how"),
    [
        (NOON - HOUR, None, NOON - HOUR, "published"),
        (NOON, None, NOON, "published"),
        (None, NOON - HOUR, NOON - HOUR, "updated"),
        (NOON - 2 * HOUR, NOON - HOUR, NOON - 2 * HOUR, "published"),
        (NOON - timedelta(days=3652), None, NOON - timedelta(days=3652), "published"),
        (datetime(2026, 3, 2, 9, 0), None, datetime(2026, 3, 2, 9, 0, tzinfo=UTC), "published"),
        (NOON.astimezone(EAST), None, NOON, "published"),
        (None, None, NOON, "fetched: no date"),
        (NOON + HOUR, None, NOON, "fetched: published is later (2026-03-02 13:00 UTC)"),
        (NOON + timedelta(days=3000), None, NOON, "fetched: published is later (2034-05-19 12:00 UTC)"),
        (datetime(1970, 1, 1, tzinfo=UTC), None, NOON, "fetched: no believable date (year 1970)"),
        (datetime(1970, 1, 1, tzinfo=UTC), NOON - HOUR, NOON - HOUR, "updated"),
        (datetime.min, None, NOON, "fetched: no believable date (year 0001)"),
        (datetime.min.replace(tzinfo=EAST), None, NOON, "fetched: no believable date (year 0001)"),
        (datetime.max.replace(tzinfo=UTC), None, NOON, "fetched: published is later (9999-12-31 23:59 UTC)"),
    ],
)
def test_the_published_time_is_made_sane(
    published: datetime | None, updated: datetime | None, expected: datetime, how: str
) -> None:
    assert sane_published(published, updated, NOON) == (expected, how)


@given(
    st.none() | st.datetimes(timezones=st.none() | st.timezones()),
    st.none() | st.datetimes(timezones=st.none() | st.timezones()),
)
def test_it_is_aware_utc_and_never_after_the_fetch(published: datetime | None, updated: datetime | None) -> None:
    moment, how = sane_published(published, updated, NOON)
    assert moment.tzinfo is UTC
    assert moment <= NOON
    assert how
