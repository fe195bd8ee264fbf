from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from streams.errors import UsageError
from streams.since import since_of
from tests.factories import NOON


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("90m", timedelta(minutes=90)),
        ("24h", timedelta(hours=24)),
        (" 30d ", timedelta(days=30)),
        ("2w", timedelta(14)),
    ],
)
def test_a_span_is_counted_back_from_now(text: str, back: timedelta) -> None:
    assert since_of(text, NOON) == NOON - back


def test_a_date_or_time_is_taken_as_it_is_and_without_zone_in_utc() -> None:
    assert since_of("2026-03-01", NOON) == datetime(2026, 3, 1, tzinfo=UTC)
    assert since_of("2026-03-01T10:00+02:00", NOON) == datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0d", "2999-01-01"])
def test_no_time_to_come_is_looked_back_to(text: str) -> None:
    with pytest.raises(UsageError, match="is not in the past"):
        since_of(text, NOON)


@pytest.mark.parametrize("text", ["", "d", "30", "30y", "-1d", "yesterday", "999999w", "2026-13-01"])
def test_anything_else_is_refused_with_what_can_be_said(text: str) -> None:
    with pytest.raises(UsageError, match="is no time: say 90m, 24h"):
        since_of(text, NOON)
