"""The stages over stored articles, from tagging on: new stories first, then the alerts as they stand in these.

Alerts keep what people know of them: which were told, acknowledged, held. Each goes with its first article to the
story where that is now; what matches only now is added, or opens an alert that is recorded and told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

import msgspec

from streams import codec
from streams.alerts.evidence import AlertState
from streams.alerts.memory import MUTE
from streams.alerts.windows import Watch
from streams.clock import now
from streams.engines.consumer import Consumer
from streams.engines.sqlite import Store
from streams.engines.stages import BATCH, remembering
from streams.engines.work import OpenTable, StageSpec
from streams.records import Alert, Document, Record, Rule, Tick, Topic
from streams.relate.related import CLOCK_KEY, Clock, Related
from streams.reprocess.again import article_again, as_read, kept
from streams.reprocess.staging import BEGIN, Place, Staging
from streams.settings import Settings
from streams.stage import STORY_GROUP, Output, Stage
from streams.tag.pool import TagPool

T = TypeVar("T")
Done = Callable[[int], None]
Table = Mapping[bytes, bytes]
READERS = {Topic.ARTICLES: ["tag"], Topic.TAGGED: ["relate"]}
"""Who reads what is deleted once it was read. Documents stay: alerts are decided when all are there."""
PROGRESS = "progress"
QUEUED, REMEMBERED = b"queued", b"remembered"


class Results(Protocol):
    """What people will see."""

    def write(self, records: Sequence[Record]) -> None:
        """Store documents, stories and alerts; older versions lose."""
        ...

    def document(self, document_id: str) -> Document | None:
        """One document."""
        ...


def queue(staging: Staging) -> None:
    """Put the staged articles on the log, in order of arrival; those that are there are not put there again."""
    value = staging.state.table(PROGRESS).get(QUEUED)
    place: Place = msgspec.msgpack.decode(value, type=Place) if value else BEGIN
    for last, documents in staging.articles(place):
        outputs = [Output(Topic.ARTICLES, one.id, article_again(one, one.created_at)) for one in documents]
        staging.state.append(outputs, {PROGRESS: {QUEUED: codec.pack(last)}})


def remember(staging: Staging, related: Table) -> None:
    """Let RELATE know what is remembered of articles and stories that are not run again, once."""
    first = next((documents[0] for _, documents in staging.articles()), None)
    if first is None or REMEMBERED in staging.state.table(PROGRESS):
        return
    decisions = partial(_decoded, related, Related)
    known = kept(decisions, staging.has_article, staging.has_story, first.created_at)
    _write(staging.state, "related", ((key, codec.pack(value)) for key, value in known))
    staging.state.append([], {PROGRESS: {REMEMBERED: b"1"}})


def tick(staging: Staging, related: Table) -> None:
    """Let RELATE know the time that it was before the re-run."""
    clock = related.get(CLOCK_KEY.encode())
    value = codec.unpack_as(clock, Related).value if clock else None
    if isinstance(value, Clock):
        staging.state.append([Output(Topic.TAGGED, STORY_GROUP, Tick(at=value.at))])


class Stages:
    """TAG, RELATE and what puts their results where people will see them, over the log of a re-run."""

    def __init__(self, staging: Staging, results: Results, tag: Stage, settings: Settings) -> None:
        expect = tag.expect if isinstance(tag, TagPool) else None
        relate = remembering(settings, notify=False)["relate"]
        specs = [
            StageSpec("tag", (Topic.ARTICLES,), lambda _: tag, BATCH, expect),
            StageSpec("relate", (Topic.TAGGED,), relate, BATCH),
            StageSpec("index", (Topic.DOCUMENTS,), lambda _: _Showing(staging, results), BATCH),
        ]
        self._consumers = [Consumer(spec, staging.state, READERS, now, lambda _: None) for spec in specs]

    def run(self, done: Done = lambda _: None) -> None:
        """Carry out what waits on the log. `done` is told of articles as they pass."""
        while any(steps := [consumer.step() for consumer in self._consumers]):
            done(steps[0])


class _Showing:
    """Gives the results what people are to see: articles run again with the facts of when they were read."""

    def __init__(self, staging: Staging, results: Results) -> None:
        self._staging, self._results = staging, results

    def process(self, batch: Sequence[Record]) -> list[Output]:
        self._results.write([self._shown(record) for record in batch if not isinstance(record, Tick)])
        return []

    def _shown(self, record: Record) -> Record:
        if not isinstance(record, Document):
            return record
        before = self._staging.as_it_was(record.id)
        return as_read(record, before) if before and before.revision == record.revision else record


def decide(staging: Staging, results: Results, alerts: Table, rules: Sequence[Rule], settings: Settings) -> None:
    """Decide on the alerts, from the beginning: as they were in the table `alerts`, over all documents."""
    staging.state.rewind("match")
    staging.state.replace_tables({"alerts": {}, "rules": {}})
    _Alerts(staging, results, settings).run(alerts, rules)


class _Alerts:
    def __init__(self, staging: Staging, results: Results, settings: Settings) -> None:
        self._staging, self._results = staging, results
        self._tables = OpenTable(staging.state.table)
        self._stages = remembering(settings, notify=False)

    def run(self, before: Table, rules: Sequence[Rule]) -> None:
        _write(self._staging.state, "alerts", self._moved(before))
        match, decide = self._stages["match"](self._tables), self._stages["decide"](self._tables)
        match.process(rules)
        while rows := self._staging.state.read("match", (Topic.DOCUMENTS,), BATCH):
            hits = match.process([_backfilled(codec.decode(row.value)) for row in rows])
            decided = [output.record for output in decide.process([output.record for output in hits])]
            self._results.write([record for record in decided if isinstance(record, Alert)])
            self._staging.state.commit([], self._tables.changes(), consumer="match", consumed=rows)
            self._tables.clear()

    def _moved(self, before: Table) -> Iterator[tuple[str, bytes]]:
        """What was decided before, each alert at the story where its first article is now."""
        for key, value in before.items():
            name = key.decode()
            if name.startswith(MUTE):
                yield name, value
            elif "." in name:
                yield name, codec.pack(self._at_new_story(codec.unpack_as(value, AlertState)))
            else:
                watch = codec.unpack_as(value, Watch)
                alert = self._at_new_story(watch.alert) if watch.alert else None
                yield name, codec.pack(msgspec.structs.replace(watch, alert=alert))

    def _at_new_story(self, state: AlertState) -> AlertState:
        articles = state.alert.articles
        document = self._results.document(articles[0].document_id) if articles else None
        if document is None or not state.alert.story_id or document.story_id == state.alert.story_id:
            return state
        alert = msgspec.structs.replace(state.alert, story_id=document.story_id, version=state.alert.version + 1)
        self._results.write([] if state.waiting else [alert])
        return msgspec.structs.replace(state, alert=alert)


def _backfilled(record: Record) -> Record:
    """Nobody is told of a document of a re-run: who is to be told of it was told before."""
    return msgspec.structs.replace(record, backfill=True) if isinstance(record, Document) else record


def _decoded(table: Table, cls: type[T]) -> Iterable[tuple[str, T]]:
    return ((key.decode(), codec.unpack_as(value, cls)) for key, value in table.items())


def _write(store: Store, name: str, values: Iterable[tuple[str, bytes]]) -> None:
    some: dict[bytes, bytes | None] = {}
    for key, value in values:
        some[key.encode()] = value
        if len(some) == BATCH:
            store.append([], {name: some})
            some = {}
    store.append([], {name: some})
