from __future__ import annotations

import pytest

from streams.errors import NotFoundError, QueryError, UsageError
from streams.index.search import DocumentQuery
from streams.searches import MOST_SEARCHES, as_query, named, refuse_more, saved
from tests.web.fakes import NOW


def test_a_search_is_known_by_its_name_however_it_is_written() -> None:
    first = saved("Rail  strikes", "strike", NOW, by="Ann")
    assert first.name == "Rail strikes"
    assert saved("rail STRIKES", "rail", NOW).id == first.id
    assert named([first], "RAIL strikes") is first
    assert named([first], first.id) is first
    with pytest.raises(NotFoundError, match="`streams searches list`"):
        named([first], "ferries")


def test_only_what_lasts_is_kept_of_its_filters() -> None:
    given = {"source": "herald.example", "since": "2026-01-01", "form": "x", "copies": "false", "sort": "oldest"}
    search = saved("a", "strike", NOW, filters=given)
    assert search.filters == {"source": "herald.example", "copies": "false", "sort": "oldest"}
    assert as_query(search, limit=5) == DocumentQuery(
        query="strike", source="herald.example", copies=False, sort="oldest", limit=5
    )


@pytest.mark.parametrize(("key", "value"), [("sort", "latest"), ("copies", "no"), ("copies", "")])
def test_a_filter_is_refused_that_no_search_could_be_asked_with(key: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"{key}: .* is none of "):
        saved("a", "strike", NOW, filters={key: value})


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "a\x1b"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="is no name for a search"):
        saved(name, "a", NOW)


def test_a_query_that_cannot_be_parsed_is_refused() -> None:
    with pytest.raises(QueryError):
        saved("a", "(", NOW)


def test_there_is_an_end_to_them() -> None:
    kept = [saved(str(number), "a", NOW) for number in range(MOST_SEARCHES)]
    refuse_more(kept, kept[0])
    with pytest.raises(UsageError, match="remove some"):
        refuse_more(kept, saved("another", "a", NOW))
