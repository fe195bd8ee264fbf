"""The index of the cluster: documents, stories and alerts in Elasticsearch.

Versions order writes, so that a batch can be written again at any time. What was written is found by id at
once and by query within `refresh_interval` (5 s). Totals and facets that are not exact are marked approximate:
where the matcher would have to try too many documents, and where shards had more values than they report.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import get_args

from elasticsearch import Elasticsearch

from streams.errors import RefusedError, ServiceError, SettingsError
from streams.index import elastic_bulk, elastic_merge
from streams.index.correcting import affected
from streams.index.elastic_client import address, answering, connect, templates
from streams.index.elastic_mapping import (
    ALERTS,
    DELIVERIES,
    DOCUMENTS,
    FAMILIES,
    MAPPING_VERSION,
    QUERY,
    STORIES,
    Family,
    Json,
)
from streams.index.elastic_query import alerts_dsl, stories_dsl, tells, to_dsl
from streams.index.elastic_read import RELEVANCE, Reader, Wanted
from streams.index.elastic_record import Indexed, T, from_source
from streams.index.moments import counted_by, counts_by
from streams.index.narrow import narrowed, within
from streams.index.relaxed import relaxed
from streams.index.search import FACET_VALUES, AlertQuery, Bucket, DocumentQuery, Histogram, Page, Sort, StoryQuery
from streams.index.verified import matching, verified, verified_steps
from streams.query.nodes import Node
from streams.records import Alert, Correction, Document, Record, Settled, Story
from streams.settings import Settings

SHARD_FACET_VALUES = 10_000
"""Values that each shard reports for a facet; where it has no more, counts are exact."""

RESTART_S = 5.0
"""So fast no Elasticsearch is up again: one that was written to since is the same."""

MOST_SETTLED = 1000
STEPS = "steps"

_FACET_FIELDS = {
    "source": "source.domain",
    "language": "language",
    "people": "people",
    "organisations": "organisations",
    "places": "places",
    "countries": "countries",
    "story": "story_id",
}

_Order = Sequence[tuple[str, str]]

_NEWEST: _Order = [(f"{QUERY}.published", "desc"), ("id", "desc")]
_ORDERS: Mapping[Sort, _Order] = {
    "newest": _NEWEST,
    "oldest": [(field, "asc") for field, _ in _NEWEST],
    "relevance": [(RELEVANCE, "desc"), *_NEWEST],
}
_NEWEST_STORIES: _Order = [(f"{QUERY}.last_seen", "desc"), ("id", "desc")]
_LARGEST_STORIES: _Order = [("publishers", "desc"), ("articles", "desc"), *_NEWEST_STORIES]
_NEWEST_ALERTS: _Order = [(f"{QUERY}.updated_at", "desc"), ("id", "desc")]


class ElasticIndex:
    """An `Index` on Elasticsearch, for any number of threads and processes.

    Raises ServiceError when Elasticsearch is away or overloaded, SettingsError when it denies access or was not
    set up.
    """

    def __init__(self, client: Elasticsearch, prefix: str, seconds: Callable[[], float] = time.monotonic) -> None:
        self._client, self._prefix, self._seconds = client, prefix, seconds
        self._reader = Reader(client, prefix)
        self._set_up_at: float | None = None

    @classmethod
    def from_settings(cls, settings: Settings) -> ElasticIndex:
        """The index that the settings name; nothing is asked of it yet."""
        return cls(connect(settings), settings.index_prefix)

    def write(self, records: Sequence[Record]) -> None:
        """Store documents, stories, alerts and what became of deliveries; older and equal versions lose. The
        documents of a story that became part of another one move there, and names that were corrected go by that.

        Raises RefusedError for those that can never be stored, once the others are; RecordError when
        Elasticsearch refuses the request as a whole.
        """
        indexed = [(n, record) for n, record in enumerate(records) if isinstance(record, get_args(Indexed))]
        corrections = [record for record in records if isinstance(record, Correction)]
        if not indexed and not corrections:
            return
        self._require_set_up()
        try:
            self._store(records, indexed, corrections)
        except ServiceError:
            self._set_up_at = None
            raise

    def _store(
        self,
        records: Sequence[Record],
        indexed: Sequence[tuple[int, Indexed]],
        corrections: Sequence[Correction],
    ) -> None:
        refused: RefusedError | None = None
        try:
            elastic_bulk.write(self._client, self._prefix, indexed)
        except RefusedError as error:
            refused = error
        for record in records:
            if isinstance(record, Story) and record.merged_into is not None:
                elastic_merge.move(self._client, self._prefix, record.id, record.merged_into)
        for correction in corrections:
            self.refresh()
            for some in affected(self, correction):
                elastic_bulk.write(self._client, self._prefix, list(enumerate(some)), again=True)
        if refused is not None:
            raise refused

    def refresh(self) -> None:
        """Make everything written findable by query. Costly: for tests and for the end of a load."""
        with answering(self._client):
            self._client.indices.refresh(
                index=[family.pattern(self._prefix) for family in FAMILIES.values()], ignore_unavailable=True
            )

    def documents(self, query: DocumentQuery, facets: Sequence[str] = ()) -> Page[Document]:
        """One page of documents; equal times are ordered by id. Pages far down cost all those before them."""
        node = narrowed(query)
        asked = relaxed(node, tells)
        wanted = _wanted(asked.node, query)
        if not asked.exact:
            total = self._reader.page(wanted, 0, 0).total
            return verified(self._in_order(wanted), total, node, query, facets)
        found = self._reader.page(wanted, query.offset, query.limit, _counts(facets))
        return Page(
            total=found.total,
            hits=[from_source(source, Document) for source in found.sources],
            facets={facet: _buckets(found.counts.get(facet)) for facet in facets},
            approximate=[facet for facet in facets if _is_approximate(found.counts.get(facet))],
        )

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        """All documents that match as of the first one read, some in memory at a time."""
        node = narrowed(query)
        asked = relaxed(node, tells)
        found = self._in_order(_wanted(asked.node, query))
        return found if asked.exact else matching(found, node)

    def histogram(self, query: DocumentQuery, edges: Sequence[datetime]) -> Histogram:
        """How many documents were published in each step."""
        node = narrowed(within(query, edges))
        asked = relaxed(node, tells)
        wanted = _wanted(asked.node, query)
        steps = {STEPS: counted_by(f"{QUERY}.published", edges)}
        counts = counts_by(self._reader.page(wanted, 0, 0, steps).counts.get(STEPS), edges)
        if asked.exact:
            return Histogram(counts=counts)
        return verified_steps(self._in_order(wanted), counts, node, edges)

    def document(self, document_id: str) -> Document | None:
        """The current version of one document."""
        return self._get(DOCUMENTS, document_id, Document)

    def stories(self, query: StoryQuery) -> Page[Story]:
        """One page of stories; those merged into another are left out."""
        order = _LARGEST_STORIES if query.sort == "largest" else _NEWEST_STORIES
        found = self._reader.page(Wanted(STORIES, stories_dsl(query), order), query.offset, query.limit)
        return Page(total=found.total, hits=[from_source(source, Story) for source in found.sources])

    def story(self, story_id: str) -> Story | None:
        """The current version of one story, also of one merged into another."""
        return self._get(STORIES, story_id, Story)

    def stories_by_id(self, story_ids: Collection[str]) -> dict[str, Story]:
        """The current versions of those of the stories that there are."""
        found = self._reader.by_id(STORIES, story_ids)
        return {story_id: from_source(source, Story) for story_id, source in found.items()}

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        """One page of alerts."""
        found = self._reader.page(Wanted(ALERTS, alerts_dsl(query), _NEWEST_ALERTS), query.offset, query.limit)
        return Page(total=found.total, hits=[from_source(source, Alert) for source in found.sources])

    def alert(self, alert_id: str) -> Alert | None:
        """The current version of one alert."""
        return self._get(ALERTS, alert_id, Alert)

    def settled(self, alert_ids: Sequence[str]) -> list[Settled]:
        """What became of telling people of these alerts, the first to be settled first; MOST_SETTLED at most."""
        wanted = Wanted(DELIVERIES, {"terms": {"alert_id": list(alert_ids)}}, [("at", "asc"), ("key", "asc")])
        return [from_source(source, Settled) for source in self._reader.page(wanted, 0, MOST_SETTLED).sources]

    def close(self) -> None:
        """Release connections."""
        self._client.close()

    def _in_order(self, wanted: Wanted) -> Iterator[Document]:
        return (from_source(source, Document) for source in self._reader.scan(wanted))

    def _get(self, family: Family, record_id: str, cls: type[T]) -> T | None:
        source = self._reader.by_id(family, [record_id]).get(record_id)
        return None if source is None else from_source(source, cls)

    def refuse_unready(self) -> None:
        """Raise ServiceError where Elasticsearch does not answer.

        SettingsError where it must not be written to: it would guess the mapping, or lacks fields.
        """
        with answering(self._client):
            there = templates(self._client, self._prefix)
        needed = [family.alias(self._prefix) for family in FAMILIES.values()]
        missing = [name for name in needed if there.get(name, {}).get("version", 0) < MAPPING_VERSION]
        if missing:
            raise SettingsError(
                f"Elasticsearch at {address(self._client)} lacks this version's index templates "
                f"{', '.join(missing)}: run `streams setup`"
            )

    def _require_set_up(self) -> None:
        """Look whether it can be written to: what was away since the last look may have come back empty."""
        before, self._set_up_at = self._set_up_at, None
        if before is None or self._seconds() - before >= RESTART_S:
            self.refuse_unready()
        self._set_up_at = self._seconds()


def _wanted(node: Node, query: DocumentQuery) -> Wanted:
    return Wanted(DOCUMENTS, to_dsl(node, copies=query.copies), _ORDERS[query.sort])


def _counts(facets: Sequence[str]) -> Json:
    terms = {"size": FACET_VALUES, "shard_size": SHARD_FACET_VALUES, "exclude": [""]}
    return {facet: {"terms": {"field": _FACET_FIELDS[facet]} | terms} for facet in facets}


def _buckets(counted: Json | None) -> list[Bucket]:
    """The values by count, then by name; None where no index is there yet."""
    return [Bucket(bucket["key"], bucket["doc_count"]) for bucket in counted["buckets"]] if counted else []


def _is_approximate(counted: Json | None) -> bool:
    return bool(counted and counted["doc_count_error_upper_bound"])
