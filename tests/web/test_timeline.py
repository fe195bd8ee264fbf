from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.records import Document
from streams.volumes import MOST_STEPS
from streams.web.timeline import HEIGHT, WIDTH, timeline
from tests.factories import document
from tests.web.fakes import NOW


def at(hours_ago: float, copy_of: str | None = None) -> Document:
    return document(published=NOW - timedelta(hours=hours_ago), copy_of=copy_of)


def test_nothing_to_count_gives_no_chart() -> None:
    assert timeline([]) is None


def test_articles_of_one_hour_stand_in_one_bar_with_copies_on_top() -> None:
    chart = timeline([at(1.9), at(1.5), at(1.2, copy_of="x"), at(0.5)], NOW - timedelta(days=1), NOW)
    assert chart is not None
    assert [(bar.originals, bar.copies) for bar in chart.bars] == [(2, 1), (1, 0)]
    highest = chart.bars[0]
    assert highest.copies_top == 0
    assert highest.originals_top == pytest.approx(HEIGHT / 3, abs=0.01)


def test_what_lies_outside_is_left_out() -> None:
    chart = timeline([at(30), at(1)], NOW - timedelta(days=1), NOW)
    assert chart is not None
    assert sum(bar.originals for bar in chart.bars) == 1


def test_a_single_article_stands_at_the_end_of_its_day() -> None:
    chart = timeline([at(5)])
    assert chart is not None
    assert (chart.end, chart.start) == (NOW - timedelta(hours=5), NOW - timedelta(hours=29))
    assert [bar.at for bar in chart.bars] == [NOW - timedelta(hours=6)]


@pytest.mark.parametrize(
    ("days", "unit"), [(1, "hour"), (2, "hour"), (3, "3 hours"), (7, "6 hours"), (30, "day"), (300, "7 days")]
)
def test_the_step_follows_the_length(days: int, unit: str) -> None:
    chart = timeline([at(1)], NOW - timedelta(days=days), NOW)
    assert chart is not None
    assert chart.unit == unit


@given(st.lists(st.floats(0, 24 * 4000), min_size=1, max_size=30))
def test_all_articles_are_counted_and_all_bars_fit_the_chart(hours: list[float]) -> None:
    chart = timeline([at(hour) for hour in hours])
    assert chart is not None
    assert sum(bar.originals for bar in chart.bars) == len(hours)
    assert len(chart.bars) <= MOST_STEPS
    assert all(0 <= bar.x <= WIDTH - chart.bar_width for bar in chart.bars)
    assert max(bar.originals_height for bar in chart.bars) == HEIGHT
