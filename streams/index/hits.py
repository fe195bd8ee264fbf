"""What one search finds in tantivy: how many, the facets, and the numbers of documents in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import tantivy

from streams.errors import StorageError
from streams.index.moments import counted_by, counts_by
from streams.index.search import FACET_VALUES, Bucket, Sort
from streams.index.tantivy_query import all_of, between
from streams.index.tantivy_schema import NUM, ORDER, PUBLISHED, facet_field, published_of

SCAN_AT_ONCE = 1000

_CANDIDATES = 1000
"""Values taken for a facet before those of equal count are put in order."""

_ALL_VALUES = 1 << 31
"""A segment that gave only its most frequent values would make the counts of the whole too small."""

_ORDERS = {"newest": tantivy.Order.Desc, "oldest": tantivy.Order.Asc}
_Found = list[tuple[Any, tantivy.DocAddress]]


class Hits:
    """The documents that a query finds, as of the moment the searcher was taken."""

    def __init__(self, searcher: tantivy.Searcher, schema: tantivy.Schema, query: tantivy.Query) -> None:
        self._searcher = searcher
        self._schema = schema
        self._query = query

    def count(self, facets: Sequence[str] = ()) -> tuple[int, dict[str, list[Bucket]]]:
        """How many there are, and the values of each facet with their exact counts."""
        wanted: dict[str, object] = {"total": {"value_count": {"field": NUM}}}
        for facet in facets:
            terms = {"field": facet_field(facet), "size": _CANDIDATES, "segment_size": _ALL_VALUES}
            wanted[facet] = {"terms": terms}
        with _damage_named():
            found = self._searcher.aggregate(self._query, wanted)
        return int(found["total"]["value"]), {facet: _buckets(found[facet]) for facet in facets}

    def steps(self, edges: Sequence[datetime]) -> list[int]:
        """How many were published in each step between the edges."""
        with _damage_named():
            found = self._searcher.aggregate(self._query, {"steps": counted_by(PUBLISHED, edges)})
        return counts_by(found["steps"], edges)

    def page(self, sort: Sort, offset: int, limit: int) -> list[int]:
        """The numbers of `limit` documents from `offset` on; the caller knows that there are some."""
        return self._nums(self._search(self._query, sort, offset, limit))

    def scan(self, sort: Sort) -> Iterator[list[int]]:
        """The numbers of all documents in order, some at a time."""
        return self._scan_by_relevance() if sort == "relevance" else self._scan_by_time(sort)

    def _scan_by_relevance(self) -> Iterator[list[int]]:
        offset = 0
        while found := self._search(self._query, "relevance", offset, SCAN_AT_ONCE):
            yield self._nums(found)
            offset += len(found)

    def _scan_by_time(self, sort: Sort) -> Iterator[list[int]]:
        """Goes on from the published time it has come to: a large offset would cost a sort of all before it."""
        query, seen = self._query, 0
        while found := self._search(query, sort, seen, SCAN_AT_ONCE):
            yield self._nums(found)
            times = [published_of(key) for key, _ in found]
            last = times[-1]
            seen = times.count(last) + (seen if times[0] == last else 0)
            rest = between(self._schema, *((None, last) if sort == "newest" else (last, None)))
            query = all_of([self._query, rest])

    def _search(self, query: tantivy.Query, sort: Sort, offset: int, limit: int) -> _Found:
        with _damage_named():
            if sort == "relevance":
                return self._searcher.search(query, limit, count=False, offset=offset).hits
            return self._searcher.search(
                query, limit, count=False, offset=offset, order_by_field=ORDER, order=_ORDERS[sort]
            ).hits

    def _nums(self, found: _Found) -> list[int]:
        values = self._searcher.fast_field_values(NUM, [address for _, address in found])
        return [int(value) for value in values if value is not None]


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise StorageError(
            f"the search index is damaged ({error}): stop, delete tantivy/ in the data folder and start again; "
            "it is made anew from the documents"
        ) from error


def _buckets(facet: dict[str, Any]) -> list[Bucket]:
    found = [Bucket(bucket["key"], bucket["doc_count"]) for bucket in facet["buckets"]]
    return sorted(found, key=lambda bucket: (-bucket.count, bucket.value))[:FACET_VALUES]
