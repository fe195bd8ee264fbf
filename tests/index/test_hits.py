from __future__ import annotations

from typing import NoReturn, cast

import pytest
import tantivy

from streams.errors import StorageError
from streams.index.hits import Hits
from streams.index.search import FACET_VALUES, Bucket
from streams.index.tantivy_schema import make_schema


class DamagedSearcher:
    """Answers as tantivy does when bytes of a segment have changed on disk."""

    def aggregate(self, *_: object) -> NoReturn:
        raise ValueError("Data corrupted: 'Data corruption'")

    def search(self, *_: object, **__: object) -> NoReturn:
        raise ValueError("Data corrupted: 'Data corruption'")


def test_a_damaged_index_is_named_with_the_way_out() -> None:
    hits = Hits(cast(tantivy.Searcher, DamagedSearcher()), make_schema(), tantivy.Query.all_query())
    for ask in (hits.count, lambda: hits.page("newest", 0, 1), lambda: next(hits.scan("relevance"))):
        with pytest.raises(StorageError, match=r"delete tantivy/ in the data folder and start again"):
            ask()


class CountingSearcher:
    """A searcher whose facet has one document for each of very many values."""

    def aggregate(self, _: object, wanted: dict[str, object]) -> dict[str, object]:
        buckets = [{"key": f"name {n:03}", "doc_count": 1} for n in reversed(range(500))]
        return {"total": {"value": 500.0}, **{name: {"buckets": buckets} for name in wanted if name != "total"}}


def test_a_facet_gives_its_first_values_and_orders_equal_counts_by_name() -> None:
    hits = Hits(cast(tantivy.Searcher, CountingSearcher()), make_schema(), tantivy.Query.all_query())
    total, facets = hits.count(["people"])
    assert total == 500
    assert facets["people"] == [Bucket(f"name {n:03}", 1) for n in range(FACET_VALUES)]
