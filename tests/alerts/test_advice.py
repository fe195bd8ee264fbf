from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from streams.alerts.advice import Advice, advise
from streams.errors import QueryError
from streams.index.embedded import EmbeddedIndex
from streams.index.search import Search
from streams.records import Entity
from tests.factories import NOON, document


@pytest.fixture(scope="module")
def search(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Search]:
    """Sixty articles, of which twenty are about an evacuation, and an old one about a zeppelin."""
    with closing(EmbeddedIndex(tmp_path_factory.mktemp("advice"))) as index:
        titles = ["Evacuation ordered", "Elysée closed", "Elysée closed"]
        ada = Entity(id="e1", name="Ada Brandt", label="PERSON", count=1)
        recent = [
            document(id=f"d{n}", title=titles[n % 3], text="Flood in Lodz", entities=[ada] * (n % 3 == 1))
            for n in range(60)
        ]
        old = document(id="old", title="Zeppelin", text="", published=NOON - timedelta(days=60))
        index.write([*recent, old])
        index.refresh()
        yield index


def kinds(query: str, search: Search | None) -> list[str]:
    return [advice.kind for advice in advise(query, search)]


def test_a_query_that_makes_sense_by_itself_needs_no_index() -> None:
    assert kinds("bridge", None) == []
    assert kinds("bridge -bridge", None) == ["never"]
    assert kinds("", None) == ["everything"]


def test_a_query_that_finds_most_of_the_articles_is_pointed_out(search: Search) -> None:
    assert advise("flood", search) == [
        Advice(kind="everything", message="it matches 100% of the articles of the last 30 days")
    ]
    assert kinds("evacuation", search) == []


def test_words_that_were_not_seen_lately_come_with_near_spellings(search: Search) -> None:
    assert advise("evacuaton closed", search) == [
        Advice(
            kind="unseen",
            message="'evacuaton' was in no article of the last 30 days; near it is evacuation",
            near=["evacuation"],
        )
    ]
    assert [advice.near for advice in advise('evacuation NOT ("zeppelin" OR Élysé)', search)] == [[], ["elysee"]]
    assert kinds("evacuation (title:zepp* OR case:Zeppelin)", search) == ["unseen", "unseen"]


def test_a_value_that_was_not_seen_lately_comes_with_those_that_are_like_it(search: Search) -> None:
    assert [(one.message, one.near) for one in advise("closed lang:english person:Ada", search)] == [
        ('lang:"english" was in no article of the last 30 days', []),
        ('person:"Ada" was in no article of the last 30 days; near it is ada brandt', ["ada brandt"]),
    ]
    assert kinds('closed lang:en person:"Ada Brandt"', search) == []


def test_what_hardly_says_what_is_meant_is_pointed_out(search: Search) -> None:
    assert kinds("evacuation or bridge -bridge", None) == ["slip", "never"]
    assert kinds("evacuation or closed", search) == ["slip"]


def test_a_few_articles_say_nothing_about_a_word(tmp_path: Path) -> None:
    with closing(EmbeddedIndex(tmp_path)) as index:
        assert advise("bridge", index) == []
        index.write([document()])
        index.refresh()
        assert advise("zeppelin", index) == []


def test_a_query_that_cannot_be_parsed_is_an_error() -> None:
    with pytest.raises(QueryError):
        advise("bridge AND", None)
