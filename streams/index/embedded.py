"""The index of the embedded engine: SQLite holds the documents, tantivy finds them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from streams.errors import DataFolderError
from streams.index.correcting import affected
from streams.index.full_text import FullText
from streams.index.hits import Hits
from streams.index.narrow import narrowed, within
from streams.index.relaxed import relaxed
from streams.index.search import AlertQuery, DocumentQuery, Histogram, Page, Sort, StoryQuery
from streams.index.sqlite_store import SqliteStore
from streams.index.tantivy_query import tells
from streams.index.verified import matching, verified, verified_steps
from streams.records import Alert, Correction, Document, Record, Story


class EmbeddedIndex:
    """An `Index` in a folder: `index.sqlite`, the truth, and `tantivy/`, made anew from it when need be.

    Reads may come from any thread. One process writes; any number may open the folder `read_only` beside it
    and find what was refreshed there. Raises DataFolderError for a folder that cannot be used, and
    StorageError when the disk is full or broken.
    """

    def __init__(self, folder: Path, *, read_only: bool = False) -> None:
        if not read_only:
            _make(folder)
        self._store = SqliteStore(folder, read_only=read_only)
        try:
            self._full_text = FullText(folder, self._store, read_only=read_only)
        except BaseException:
            self._store.close()
            raise

    def write(self, records: Sequence[Record]) -> None:
        """Store documents, stories and alerts in one transaction; older and equal versions lose.

        Corrections of names follow in transactions of their own: they may be carried out again.
        """
        self._store.write(records)
        for record in records:
            if isinstance(record, Correction):
                self.refresh()
                for some in affected(self, record):
                    self._store.replace(some, ())

    def refresh(self) -> None:
        """Make everything written findable by query; costs nothing when nothing was written."""
        self._full_text.follow()

    def documents(self, query: DocumentQuery, facets: Sequence[str] = ()) -> Page[Document]:
        """One page of documents; equal times are ordered by id."""
        node = narrowed(query)
        wanted = relaxed(node, tells)
        hits = self._full_text.find(wanted.node, copies=query.copies)
        if not wanted.exact:
            total, _ = hits.count()
            return verified(self._in_order(hits, query.sort), total, node, query, facets)
        total, counts = hits.count(facets)
        limit = min(query.limit, total - query.offset)
        nums = hits.page(query.sort, query.offset, limit) if limit > 0 else []
        return Page(total=total, hits=self._store.documents(nums), facets=counts)

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        """All documents that match as of now, some in memory at a time."""
        node = narrowed(query)
        wanted = relaxed(node, tells)
        found = self._in_order(self._full_text.find(wanted.node, copies=query.copies), query.sort)
        return found if wanted.exact else matching(found, node)

    def histogram(self, query: DocumentQuery, edges: Sequence[datetime]) -> Histogram:
        """How many documents were published in each step."""
        node = narrowed(within(query, edges))
        wanted = relaxed(node, tells)
        hits = self._full_text.find(wanted.node, copies=query.copies)
        counts = hits.steps(edges)
        if wanted.exact:
            return Histogram(counts=counts)
        return verified_steps(self._in_order(hits, "newest"), counts, node, edges)

    def document(self, document_id: str) -> Document | None:
        """The current version of one document."""
        return self._store.document(document_id)

    def stories(self, query: StoryQuery) -> Page[Story]:
        """One page of stories; those merged into another are left out."""
        return self._store.stories(query)

    def story(self, story_id: str) -> Story | None:
        """The current version of one story, also of one merged into another."""
        return self._store.story(story_id)

    def stories_by_id(self, story_ids: Collection[str]) -> dict[str, Story]:
        """The current versions of those of the stories that there are."""
        return {story.id: story for one in story_ids if (story := self._store.story(one))}

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        """One page of alerts."""
        return self._store.alerts(query)

    def alert(self, alert_id: str) -> Alert | None:
        """The current version of one alert."""
        return self._store.alert(alert_id)

    def replace(self, records: Iterable[Record], *, without_stories: Iterable[str]) -> None:
        """Take stories out and put records in the place of others, whatever their versions, in one transaction."""
        self._store.replace(records, without_stories)

    def everything(self) -> Iterator[Record]:
        """All documents, stories (those merged into another, too) and alerts, some in memory at a time."""
        return self._store.everything()

    def close(self) -> None:
        """Release files and connections."""
        self._full_text.close()
        self._store.close()

    def _in_order(self, hits: Hits, sort: Sort) -> Iterator[Document]:
        return (found for nums in hits.scan(sort) for found in self._store.documents(nums))


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"data folder {folder} cannot be made: {error.strerror}; choose another with --data"
        ) from error
