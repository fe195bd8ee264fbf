"""Reading from Elasticsearch: one page, all in order, or one record by id; nothing is ever left out silently."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from typing import Any, NamedTuple

from elasticsearch import ApiError, BadRequestError, Elasticsearch, NotFoundError, TransportError

from streams.codec import content_id
from streams.errors import QueryError, ServiceError
from streams.index.elastic_client import address, answering
from streams.index.elastic_mapping import QUERY, Family, Json

WINDOW = 10_000
"""How far Elasticsearch pages by number (`index.max_result_window`)."""

SCAN_AT_ONCE = 1000
KEEP_ALIVE = "5m"
"""How long a scan may rest between two reads."""

RELEVANCE = "_score"

_RECORD: Json = {"excludes": [QUERY]}
"""What of the stored form is read."""


class Wanted(NamedTuple):
    """What is searched for, in which indices, and the order: (field, asc or desc), the last one distinct."""

    family: Family
    query: Json
    order: Sequence[tuple[str, str]]


class Found(NamedTuple):
    """How many match, exactly; the stored form of those on the page; what was counted."""

    total: int
    sources: Sequence[Json]
    counts: Json


class Reader:
    """Searches the indices whose names begin with `prefix`, from any thread.

    Raises QueryError for what Elasticsearch refuses, and ServiceError when it cannot read all of it.
    """

    def __init__(self, client: Elasticsearch, prefix: str) -> None:
        self._client, self._prefix = client, prefix

    def page(self, wanted: Wanted, offset: int, limit: int, counts: Json | None = None) -> Found:
        """`limit` records from `offset` on, and the aggregations `counts` over all that match."""
        near = offset + limit <= WINDOW
        answer = self._search(
            wanted,
            index=wanted.family.alias(self._prefix),
            ignore_unavailable=True,
            # The same copies of the shards for all pages of a query: scores differ a little between copies.
            preference=content_id(repr(wanted.query)),
            from_=offset if near else 0,
            size=limit if near else 0,
            source=_RECORD,
            aggs=counts or {},
            track_total_hits=True,
        )
        total = int(answer["hits"]["total"]["value"])
        sources = [hit["_source"] for hit in answer["hits"]["hits"]]
        if not near and offset < total:
            sources = list(islice(self.scan(wanted, offset), limit))
        return Found(total, sources, answer.get("aggregations", {}))

    def scan(self, wanted: Wanted, skip: int = 0) -> Iterator[Json]:
        """All records that match as of now but the first `skip`, in order, some in memory at a time."""
        pit = self._freeze(wanted.family)
        after: Json = {}
        try:
            while True:
                size = min(skip, WINDOW) or SCAN_AT_ONCE
                answer = self._search(
                    wanted,
                    pit={"id": pit, "keep_alive": KEEP_ALIVE},
                    size=size,
                    source=not skip and _RECORD,
                    **after,
                )
                pit, hits = answer["pit_id"], answer["hits"]["hits"]
                if not skip:
                    yield from (hit["_source"] for hit in hits)
                if len(hits) < size:
                    return
                skip -= min(skip, size)
                after = {"search_after": hits[-1]["sort"]}
        finally:
            # It would end by itself; a scan given up must not fail for it.
            with suppress(ApiError, TransportError):
                self._client.close_point_in_time(id=pit)

    def by_id(self, family: Family, record_ids: Collection[str]) -> dict[str, Json]:
        """Those of the records that there are, also ones that searches do not find yet.

        Only reads by index and id see what was just written, so each of the family's indices is asked.
        """
        wanted = [record_id for record_id in record_ids if record_id]
        with answering(self._client):
            indices = self._client.indices.get_alias(index=family.pattern(self._prefix), expand_wildcards="open")
            if not (wanted and indices.body):
                return {}
            found = self._client.mget(
                docs=[{"_index": name, "_id": record_id} for record_id in wanted for name in indices],
                source_excludes=[QUERY],
            )
        failed = [answer for answer in found["docs"] if "error" in answer]
        if failed:
            raise ServiceError(
                f"{address(self._client)} cannot look {failed[0]['_id']!r} up: {failed[0]['error']}"
            )
        return {answer["_id"]: answer["_source"] for answer in found["docs"][::-1] if answer["found"]}

    def _freeze(self, family: Family) -> str:
        with answering(self._client):
            opened = self._client.open_point_in_time(
                index=family.alias(self._prefix), keep_alive=KEEP_ALIVE, ignore_unavailable=True
            )
        return str(opened["id"])

    def _search(self, wanted: Wanted, **options: Any) -> Json:
        by_relevance = wanted.order[0][0] == RELEVANCE
        try:
            with answering(self._client):
                answer = self._client.search(
                    query=wanted.query,
                    sort=[{field: direction} for field, direction in wanted.order],
                    # Word frequencies over all shards and months, else scores could not be compared.
                    search_type="dfs_query_then_fetch" if by_relevance else "query_then_fetch",
                    allow_partial_search_results=False,
                    **options,
                )
        except BadRequestError as error:
            raise QueryError(f"Elasticsearch refuses this query: {error}; write it shorter", 0) from error
        except NotFoundError as error:
            raise ServiceError(f"{address(self._client)} lost its place ({error}): search again") from error
        found: Json = answer.body
        return found
