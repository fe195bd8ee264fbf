"""The one search interface: what the page, the API and the command line ask, whatever holds the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Generic, Literal, Protocol, TypeVar

import msgspec

from streams.records import Alert, Document, Record, Story, StoryState

T = TypeVar("T")

FACETS = ("source", "language", "people", "organisations", "places", "countries", "story")
"""Facet names: publisher domain, language code, names of entities by type but for those named in passing, codes
of the countries of its places, story id."""

TOTAL = "total"
"""How `Page.approximate` names the total."""

FACET_VALUES = 20
"""Most values reported for a facet, those of most documents first."""

Sort = Literal["newest", "oldest", "relevance"]


class DocumentQuery(msgspec.Struct, frozen=True, kw_only=True):
    """A search for documents. `query` is in the query language; empty finds everything. What `without`, another
    query, finds is left out.

    The other fields narrow it down exactly: `source` is a publisher's domain, `entity` an entity id or name,
    `since` and `until` bound the published time (until is exclusive). Documents published at the same time
    are ordered by id. `offset` and `limit` are not negative.
    """

    query: str = ""
    without: str | None = None
    entity: str | None = None
    source: str | None = None
    language: str | None = None
    story: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    copies: bool = True
    sort: Sort = "newest"
    offset: int = 0
    limit: int = 20


class Bucket(msgspec.Struct, frozen=True):
    """One value of a facet and how many documents have it."""

    value: str
    count: int


class Page(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """One page of results. `total` counts all of them; each facet has its most frequent values over all results.

    Both are exact but for what `approximate` names: facets, and `total`.
    """

    total: int
    hits: Sequence[T]
    facets: Mapping[str, Sequence[Bucket]] = {}
    approximate: Sequence[str] = ()


class Histogram(msgspec.Struct, frozen=True, kw_only=True):
    """How many documents there are in each step of a time, exactly unless they are `approximate`."""

    counts: Sequence[int]
    approximate: bool = False


class StoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Stories, largest (`publishers`, then articles) or newest (`last_seen`) first.

    Stories merged into another are left out; `story` still gives them by id.
    """

    state: StoryState | None = None
    since: datetime | None = None
    recurring: bool = False
    min_articles: int = 1
    sort: Literal["largest", "newest"] = "newest"
    offset: int = 0
    limit: int = 20


class AlertQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Alerts, last updated first."""

    rule: str | None = None
    story: str | None = None
    since: datetime | None = None
    offset: int = 0
    limit: int = 20


class Search(Protocol):
    """Reads. Raises QueryError for a query that cannot be parsed."""

    def documents(self, query: DocumentQuery, facets: Sequence[str] = ()) -> Page[Document]:
        """One page of documents with the counts of the facets asked for."""
        ...

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        """All documents that match, in the query's order, without a limit: for exports and trials."""
        ...

    def histogram(self, query: DocumentQuery, edges: Sequence[datetime]) -> Histogram:
        """How many documents were published in each step, with one question to the index for all of them: a step
        goes from one of the `edges`, which ascend and are two at least, to before the next one. What bounds the
        query's time, its order and its page do not matter.
        """
        ...

    def document(self, document_id: str) -> Document | None:
        """The current version of one document."""
        ...

    def stories(self, query: StoryQuery) -> Page[Story]:
        """One page of stories."""
        ...

    def story(self, story_id: str) -> Story | None:
        """The current version of one story."""
        ...

    def stories_by_id(self, story_ids: Collection[str]) -> dict[str, Story]:
        """The current versions of those of the stories that there are, for whoever needs more than one."""
        ...

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        """One page of alerts."""
        ...

    def alert(self, alert_id: str) -> Alert | None:
        """The current version of one alert."""
        ...


class Index(Search, Protocol):
    """Reads and writes."""

    def write(self, records: Sequence[Record]) -> None:
        """Store documents, stories and alerts; older versions lose. What is stored of a name goes by its
        corrections. Other records are passed over.

        Durable and findable by id on return; findable by query within seconds. Raises ServiceError when the
        index is away, StorageError when the disk is full, and RefusedError or RecordError for records that
        can never be stored.
        """
        ...

    def refresh(self) -> None:
        """Make everything written findable by query."""
        ...

    def close(self) -> None:
        """Release files and connections."""
        ...
