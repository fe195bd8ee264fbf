"""Dates in the words of many languages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from streams.feeds.late_dates import MAX_FAILED, LateDates
from streams.feeds.parse import parse
from tests.feeds.documents import rss

DAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture(scope="module")
def late() -> LateDates:
    return LateDates()


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2 marzo 2026 12:00", 12),
        ("2 de março de 2026", 0),
        ("2. März 2026, 12:00 Uhr", 12),
        ("Понедельник, 2 марта 2026", 0),
        ("2026年3月2日 12:00", 12),
        ("pon., 2 mar 2026 12:00:00 +0100", 11),
    ],
)
def test_months_are_known_by_name_in_many_languages(late: LateDates, text: str, hour: int) -> None:
    assert late.read(text) == DAY.replace(hour=hour)


@pytest.mark.parametrize("text", ["yesterday", "März 2026", "heute um 12", "vor 3 Stunden", "2026", ""])
def test_what_does_not_write_out_day_and_year_is_not_even_tried(late: LateDates, text: str) -> None:
    failed = late._failed
    assert late.read(text) is None
    assert late._failed == failed


def test_days_that_their_months_have_not_are_no_dates_and_few_of_them_are_tried() -> None:
    late = LateDates()
    for _ in range(100):
        assert late.read("30 febrero 2026") is None
    assert late._tried == MAX_FAILED


def test_a_feed_gets_its_dates_and_false_ones_stay_problems() -> None:
    entries = [f"<title>{n}</title><pubDate>{n} de março de 2026</pubDate>" for n in (2, 3, 32)]
    found = parse(rss(*entries)).entries
    assert {one.title: one.published for one in found} == {
        "2": DAY,
        "3": DAY.replace(day=3),
        "32": None,
    }
    assert [problem.kind for one in found for problem in one.problems] == ["bad-date"]


def test_the_language_that_a_feed_declares_is_read_too() -> None:
    assert LateDates(language="hu-HU").read("2026. március 2.") == DAY
    assert LateDates(language="xx").read("2. März 2026") == DAY
