"""What one stage does in one process: counted for those who watch it, and logged with the ids of the items."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

import structlog
from prometheus_client import Counter as Metric

from streams import metrics
from streams.clock import Clock
from streams.condition import Work
from streams.errors import ServiceError
from streams.identify.identity import article_id
from streams.records import (
    Alert,
    Article,
    Correction,
    Delivery,
    Document,
    Edit,
    Hit,
    RawItem,
    Record,
    Revised,
    Settled,
    Story,
    StoryChange,
    Topic,
)
from streams.relate.reasons import BRINGS_BACK
from streams.stage import Output

log = structlog.get_logger(__name__)

RECOGNISING, FINDING = "identify", "index"
"""The stages whose inputs are items as they were read, and articles as they become findable."""


class Meter:
    """Watches one stage. `findable_s` is how long the index may take to find what was written to it."""

    def __init__(self, stage: str, clock: Clock, findable_s: float) -> None:
        self.work = Work(stage)
        self._stage, self._clock, self._findable = stage, clock, timedelta(seconds=findable_s)
        self._seconds = metrics.BATCH_SECONDS.labels(stage)
        self._in = metrics.IN.labels(stage)
        self._dead_letters = metrics.DEAD_LETTERS.labels(stage)
        self._waits = metrics.SERVICE_WAITS.labels(stage)

    def waits(self, error: ServiceError) -> None:
        """The stage waits for a service."""
        self._waits.inc()
        self.work.waits(str(error))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """The body processes a batch."""
        with self.work.step(), self._seconds.time():
            yield

    def carried_out(self, taken: Sequence[Record], outputs: Sequence[Output]) -> None:
        """All that these records led to is durable; with one that is put aside, what was taken may be unknown."""
        self.work.went_on()
        sent = Counter(output.topic for output in outputs)
        self._in.inc(max(len(taken), sent[Topic.DEAD_LETTERS]))
        self._dead_letters.inc(sent[Topic.DEAD_LETTERS])
        for topic, count in sent.items():
            metrics.OUT.labels(self._stage, topic).inc(count)
        if self._stage == RECOGNISING:
            metrics.REPEATS.inc(max(0, len(taken) - len(outputs)))
        if self._stage == FINDING:
            self._found(taken)
        made = Counter(of for output in outputs for of in _counted(output.record))
        for (counter, kind), count in made.items():
            counter.labels(kind).inc(count)
        # structlog logs everything until it is configured: what uses the stages as a library wants none of this.
        if structlog.is_configured() and log.is_enabled_for(logging.DEBUG):
            self._tell(taken, outputs)

    def _found(self, taken: Sequence[Record]) -> None:
        by = self._clock() + self._findable
        for record in taken:
            if isinstance(record, Document) and record.version == 1 and not record.backfill:
                metrics.SEARCHABLE_SECONDS.observe(max(0.0, (by - record.fetched_at).total_seconds()))

    def _tell(self, taken: Sequence[Record], outputs: Sequence[Output]) -> None:
        for record in taken:
            log.debug("taken", stage=self._stage, kind=type(record).__name__, item=item_id(record))
        for output in outputs:
            log.debug("sent on", stage=self._stage, topic=output.topic, item=item_id(output.record))
            for decision in getattr(output.record, "trace", []):
                if decision.stage == self._stage:
                    about = {"what": decision.what, "why": decision.why, **decision.numbers}
                    log.debug("decided", stage=self._stage, item=item_id(output.record), **about)


def _counted(record: Record) -> Iterator[tuple[Metric, str]]:
    """As what that which a stage made is counted: of documents and stories that is relate, of alerts decide."""
    match record:
        case Document(version=1):
            yield metrics.DOCUMENTS, "copy" if record.copy_of else "original"
            if record.id == record.story_id:
                yield metrics.STORIES, "returned" if _brings_back(record) else "begun"
        case Document():
            yield metrics.DOCUMENTS, "changed"
        case Story() if record.merged_into:
            yield metrics.STORIES, "merged"
        case Alert():
            yield metrics.ALERTS, record.delivery
        case Delivery():
            yield metrics.TOLD, record.reason


def _brings_back(document: Document) -> bool:
    """Whether the story that a document begins is the return of an earlier one: its trace says so."""
    return any(one.stage == "relate" and one.what.startswith(BRINGS_BACK) for one in document.trace)


def item_id(record: Record) -> str | None:
    """The id of the article, story or alert that a record is about, the same at every stage."""
    match record:
        case RawItem():
            return article_id(record).id
        case Article() | Story() | Alert():
            return record.id
        case Hit():
            return record.document_id
        case Delivery():
            return record.alert.id
        case Settled():
            return record.alert_id
        case Revised():
            return record.document_id
        case StoryChange():
            return record.story_id
        case Correction():
            return record.id
        case Edit():
            return record.alert_id or record.story_id or record.source
    return None
