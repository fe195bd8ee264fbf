"""What the stages decide about articles while these pass through the pipeline, noted beside it."""

from __future__ import annotations

from collections.abc import Container

from streams.engines.pipeline import Pipeline
from streams.records import Document, Hit, Story


class Notes:
    """What the stages decided about the articles under way, each at its first emission.

    Those in `written` are no longer under way.
    """

    def __init__(self, written: Container[str]) -> None:
        self._written = written
        self.documents: dict[str, Document] = {}
        self.recurs: dict[str, str | None] = {}
        self.alerts: dict[str, list[str]] = {}
        self._new_of_story: dict[str, list[str]] = {}

    def watch(self, pipeline: Pipeline) -> None:
        """Each type of record is sent by one stage, so each dictionary has one writing thread."""
        pipeline.tap(Document, self._document)
        pipeline.tap(Story, self._story)
        pipeline.tap(Hit, self._hit)

    def forget_written(self) -> None:
        """Keep only what is under way."""
        for notes in (self.documents, self.recurs, self.alerts):
            for document_id in [noted for noted in tuple(notes) if noted in self._written]:
                del notes[document_id]

    def _document(self, document: Document) -> None:
        if document.id not in self.documents and document.id not in self._written:
            self.documents[document.id] = document
            self._new_of_story.setdefault(document.story_id, []).append(document.id)

    def _story(self, story: Story) -> None:
        """A story follows each document that changes it: that is the story as the document passed."""
        for document_id in self._new_of_story.pop(story.id, ()):
            self.recurs[document_id] = story.recurs

    def _hit(self, hit: Hit) -> None:
        if hit.document_id in self._written:
            return
        alert_id = f"{hit.rule.id}.{hit.story_id}"
        alerts = self.alerts.setdefault(hit.document_id, [])
        if alert_id not in alerts:
            alerts.append(alert_id)
