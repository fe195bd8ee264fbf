from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from streams.web.parameters import DocumentFilter, DocumentList, StoryFilter
from tests.web.fakes import NOW


def test_a_form_field_left_blank_counts_as_not_given() -> None:
    assert DocumentFilter.model_validate({"q": "", "since": "", "source": ""}) == DocumentFilter()


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:30", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-01T12:30:00Z", datetime(2026, 3, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-01T01:00:00+02:00", datetime(2026, 2, 28, 23, tzinfo=UTC)),
    ],
)
def test_dates_and_times_are_read_as_utc(text: str, moment: datetime) -> None:
    assert DocumentFilter.model_validate({"since": text}).since == moment


@pytest.mark.parametrize(
    "given",
    [
        {"since": "yesterday"},
        {"since": "0"},
        {"since": "0001-01-01T00:00:00+05:00"},
        {"since": "2026-03-02", "until": "2026-03-01"},
        {"q": "x" * 10_001},
        {"source": "x" * 501},
        {"sort": "best"},
        {"limit": "0"},
        {"limit": "201"},
        {"offset": "-1"},
        {"offset": "10001"},
        {"langauge": "fr"},
    ],
)
def test_what_cannot_be_meant_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        DocumentList.model_validate(given)


def test_the_index_is_asked_for_what_was_given() -> None:
    query = DocumentFilter(q="bridge", source="a.example", copies=False, sort="oldest").query(40, 20)
    assert (query.query, query.source, query.copies, query.sort) == ("bridge", "a.example", False, "oldest")
    assert (query.offset, query.limit) == (40, 20)


def test_an_address_carries_what_differs_from_the_defaults_and_leads_back() -> None:
    asked = DocumentList.model_validate({"q": "bridge", "copies": "false", "since": "2026-03-01", "limit": "20"})
    assert asked.given() == {"q": "bridge", "copies": "false", "since": "2026-03-01T00:00:00Z"}
    assert DocumentList.model_validate(asked.given()) == asked


def test_of_two_bounds_on_stories_the_later_counts() -> None:
    yesterday = NOW - timedelta(days=1)
    assert StoryFilter().start(NOW) is None
    assert StoryFilter(days=1).start(NOW) == yesterday
    assert StoryFilter(days=1, since=NOW - timedelta(days=3)).start(NOW) == yesterday
    assert StoryFilter(days=3, since=yesterday).query(NOW).since == yesterday
