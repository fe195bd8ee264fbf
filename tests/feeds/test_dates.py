"""Dates as feeds write them."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.feeds.dates import day_first, read_date
from streams.feeds.late_dates import LateDates

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("Mon, 02 Mar 2026 12:00:00 GMT", NOON),
        ("Mon, 02 Mar 2026 07:00:00 EST", NOON),
        ("Mon, 02 Mar 2026 14:00:00 CEST", NOON),
        ("Mon, 2 Mar 26 12:00 +0000", NOON),
        ("Mon, 02 Mar 2026 12:00:00 -0000", NOON),
        ("Mon, 02 Mar 2026 12:00:00 XYZ", NOON),
        ("2026-03-02T12:00:00Z", NOON),
        ("2026-03-02T17:30:00.000+05:30", NOON),
        ("2026-03-02 12:00:00", NOON),
        ("March 2, 2026 at 12:00 PM", NOON),
        ("  2026-03-02\n", DAY),
        ("20260302", DAY),
        ("02.03.2026 12:00", NOON),
        ("2.3.2026", DAY),
        ("1772452800", NOON),
        ("1772452800000", NOON),
        ("Mon Mar 02 2026 13:00:00 GMT+0100 (CET)", NOON),
        ("Mon, 02 Mar 2026 10:00:00 UTC-2", NOON),
        ("Mon, 02 Mar 2026 13:00:00 +1", NOON),
        ("02 mars 2026", DAY),
        ("Sun, 01 Mar 2026 24:00:00 GMT", DAY),
        ("2026-03-01T24:00Z", DAY),
        ("Mon, 02 Mar 2026 11:59:60 GMT", NOON - timedelta(seconds=1)),
        ("2026-03-02 12.00.00", NOON),
        ("02.03.2026 12.00", NOON),
        ("Mon, 02 Mar 2026 13:00:00 Europe/Berlin", NOON),
        ("2026-03-02T13:00:00+01:00[Europe/Paris]", NOON),
        ("Mon, 02 Mar 2026 23:00:00 AEDT", NOON),
        ("1772452800.75", NOON),
        ("2026-03-02T13:00:00+01:00Z", NOON),
        ("Mon,&nbsp;02 Mar 2026 12:00:00&#32;GMT", NOON),
        ("Thứ hai, 02 Mar 2026 12:00", NOON),
    ],
)
def test_dates_are_read_in_the_forms_that_feeds_use(text: str, moment: datetime) -> None:
    parsed = time.struct_time((2026, 3, 2, 0, 0, 0, 0, 61, 0)) if "mars" in text else None
    assert read_date(text, parsed) == (moment, None)


@pytest.mark.parametrize(
    "text",
    [
        "0000-01-01T00:00:00Z",
        "Mon, 30 Nov -0001 00:00:00 +0000",
        "Tue, 03 Mar 0000 12:00:00 GMT",
        "0001-01-01T00:00:00",
        "9999-12-31T23:59:59Z",
        "9999-12-31T23:59:59-05:00",
        "Sat, 31 Dec 9999 23:59:59 -0800",
        "12:00",
        "2026",
        "2026-13",
        "Monday 2026",
        "March 10:00",
        "Monday",
        "2026-02-30",
        "yesterday",
        "1e400",
        "9" * 5000,
        "1 " * 5000,
        "Infinity",
        "2026-03-02T12:00:00+99:99",
        "\ud800",
    ],
)
def test_what_names_no_day_that_can_be_true_is_a_problem(text: str) -> None:
    moment, problem = read_date(text)
    assert moment is None
    assert problem is not None
    assert problem.kind == "bad-date"
    assert len(problem.message) < 300


@pytest.mark.parametrize("text", ["March 2026", "Mar. 2026", "MARCH, 2026", "2026-03"])
def test_a_month_alone_is_its_first_day(text: str) -> None:
    assert read_date(text) == (datetime(2026, 3, 1, tzinfo=UTC), None)


@pytest.mark.parametrize("text", ["10:30", "10:30 Uhr", "2026年3月2日"])
def test_days_that_feedparser_makes_up_are_not_taken(text: str) -> None:
    made_up = time.struct_time((2026, 11, 1, 10, 30, 0, 0, 305, 0))
    assert read_date(text, made_up)[0] is None


def test_no_date_is_no_problem() -> None:
    assert read_date(" \n") == (None, None)


@given(st.text(max_size=120))
def test_any_text_gives_a_sane_utc_date_or_none(text: str) -> None:
    moment, problem = read_date(text)
    assert moment is None or (moment.tzinfo is UTC and 1900 <= moment.year <= 2200 and problem is None)


@given(st.datetimes(datetime(1971, 1, 1), datetime(2199, 12, 30), timezones=st.timezones()))
def test_dates_in_the_standard_form_come_back(moment: datetime) -> None:
    assert read_date(moment.isoformat())[0] == moment.astimezone(UTC)


@pytest.mark.parametrize(
    ("others", "language", "first"),
    [
        (["13/03/2026"], "en-us", True),
        (["03/13/2026 10:00"], "fr", False),
        (["13/03/2026", "03/13/2026"], "fr", True),
        (["01/02/2026"], "en-GB", True),
        (["01/02/2026"], "en", False),
        (["01/02/2026"], None, False),
    ],
)
def test_whether_the_day_is_first_is_known_from_the_other_dates_else_the_language(
    others: list[str], language: str | None, first: bool
) -> None:
    assert day_first(others, language) is first
    moment, _ = read_date("02/03/2026 12:00", None, LateDates(first))
    assert moment == (NOON if first else datetime(2026, 2, 3, 12, tzinfo=UTC))
    assert read_date("2026/03/02 12:00", None, LateDates(first)) == (NOON, None)


def test_what_another_reader_fills_in_is_not_believed() -> None:
    parsed = time.struct_time((2026, 11, 1, 0, 0, 0, 0, 305, 0))
    assert read_date("2026. március 2.", parsed)[0] is None
