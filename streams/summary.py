"""What one run did, in numbers."""

from __future__ import annotations

import threading
import time

import msgspec

from streams.engines.pipeline import Pipeline
from streams.records import Alert, Document, Story, TaggedArticle


class Summary(msgspec.Struct, kw_only=True):
    """Counts of one run. `items` came from feeds; `repeats` of them were known already."""

    feeds: int = 0
    items: int = 0
    new: int = 0
    revised: int = 0
    repeats: int = 0
    copies: int = 0
    entities: int = 0
    stories: int = 0
    alerts: int = 0
    failures: int = 0
    seconds: float = 0.0


class Tally:
    """Counts what the stages send. Articles count once they are complete, entities by distinct id."""

    def __init__(self) -> None:
        self._counts = Summary()
        self._opened: set[str] = set()
        self._entities: set[str] = set()
        self._started = time.monotonic()
        self._lock = threading.Lock()

    def watch(self, pipeline: Pipeline) -> None:
        """Begin to count what a pipeline sends."""
        pipeline.tap(TaggedArticle, self._article)
        pipeline.tap(Document, self._document)
        pipeline.tap(Story, self._story)
        pipeline.tap(Alert, self._alert)

    def summary(self, *, feeds: int, items: int, failures: int) -> Summary:
        """The counts so far, with what only the reader knows."""
        with self._lock:
            counts = self._counts
            return msgspec.structs.replace(
                counts,
                feeds=feeds,
                items=items,
                # What an earlier run read and left behind is new now, but no item of this one.
                repeats=max(0, items - counts.new - counts.revised),
                entities=len(self._entities),
                alerts=len(self._opened),
                failures=failures,
                seconds=round(time.monotonic() - self._started, 2),
            )

    def _article(self, article: TaggedArticle) -> None:
        with self._lock:
            if article.revision == 1:
                self._counts.new += 1
            else:
                self._counts.revised += 1

    def _document(self, document: Document) -> None:
        with self._lock:
            self._entities.update(entity.id for entity in document.entities)
            self._counts.copies += document.version == 1 and document.copy_of is not None

    def _story(self, story: Story) -> None:
        with self._lock:
            self._counts.stories += story.version == 1

    def _alert(self, alert: Alert) -> None:
        with self._lock:
            if alert.updated_at == alert.opened_at and alert.delivered_at in (None, alert.opened_at):
                self._opened.add(alert.id)
