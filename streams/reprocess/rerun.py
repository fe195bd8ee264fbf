"""The stages over stored articles, from tagging on: new stories first, then the alerts as they stand in these.

Alerts keep what people know of them: which were told, acknowledged, held. Each goes with its first article to the
story where that is now; what matches only now is added, or opens an alert that is recorded and told to nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import TypeVar

import msgspec

from streams import codec
from streams.alerts.evidence import AlertState
from streams.alerts.memory import MUTE
from streams.alerts.windows import Watch
from streams.engines.sqlite import Store
from streams.engines.stages import BATCH, remembering
from streams.engines.work import OpenTable
from streams.records import Alert, Document, Record, Rule, Tick, Topic
from streams.relate.related import CLOCK_KEY, Clock, Related
from streams.reprocess.again import article_again, as_read, kept
from streams.reprocess.staging import Staging
from streams.settings import Settings
from streams.stage import Output, Stage

T = TypeVar("T")
Done = Callable[[int], None]
Tables = Mapping[str, Mapping[bytes, bytes]]
"""The stages' tables before the re-run, by name."""


def rerun(
    staging: Staging, before: Tables, rules: Sequence[Rule], tag: Stage, settings: Settings, done: Done
) -> None:
    """Run the staged articles; the results are in the staging then. `done` is told of articles as they pass."""
    first = next(staging.articles(), [])
    if first:
        _Stories(staging, before["related"], tag, settings).run(first[0].created_at, done)
    _Alerts(staging, before["alerts"], settings).run(rules)


class _Stories:
    def __init__(self, staging: Staging, before: Mapping[bytes, bytes], tag: Stage, settings: Settings) -> None:
        self._staging, self._before, self._tag, self._settings = staging, before, tag, settings
        self._tables = OpenTable(staging.state.table)

    def run(self, begin: datetime, done: Done) -> None:
        decisions = partial(_decoded, self._before, Related)
        known = kept(decisions, self._staging.has_article, self._staging.has_story, begin)
        _write(self._staging.state, "related", ((key, codec.encode(value)) for key, value in known))
        relate = remembering(self._settings, notify=False)["relate"](self._tables)
        for documents in self._staging.articles():
            tagged = self._tag.process([article_again(one) for one in documents])
            self._keep(relate.process([output.record for output in tagged]))
            done(len(documents))
        clock = self._before.get(CLOCK_KEY.encode())
        value = codec.decode_as(clock, Related).value if clock else None
        if isinstance(value, Clock):
            self._keep(relate.process([Tick(at=value.at)]))

    def _keep(self, outputs: Sequence[Output]) -> None:
        """The log keeps what alerts are decided by; the results get what people see."""
        emitted = [output for output in outputs if not isinstance(output.record, Tick)]
        self._staging.results.write([self._shown(output.record) for output in emitted])
        self._staging.state.append(emitted, self._tables.changes())
        self._tables.clear()

    def _shown(self, record: Record) -> Record:
        if not isinstance(record, Document):
            return record
        before = self._staging.as_it_was(record.id)
        return as_read(record, before) if before else record


class _Alerts:
    def __init__(self, staging: Staging, before: Mapping[bytes, bytes], settings: Settings) -> None:
        self._staging, self._before = staging, before
        self._tables = OpenTable(staging.state.table)
        self._stages = remembering(settings, notify=False)

    def run(self, rules: Sequence[Rule]) -> None:
        _write(self._staging.state, "alerts", self._moved())
        match, decide = self._stages["match"](self._tables), self._stages["decide"](self._tables)
        match.process(rules)
        while rows := self._staging.state.read("match", (Topic.DOCUMENTS,), BATCH):
            hits = match.process([codec.decode(row.value) for row in rows])
            decided = [output.record for output in decide.process([output.record for output in hits])]
            self._staging.results.write([record for record in decided if isinstance(record, Alert)])
            self._staging.state.commit([], self._tables.changes(), consumer="match", consumed=rows)
            self._tables.clear()

    def _moved(self) -> Iterator[tuple[str, bytes]]:
        """What was decided before, each alert at the story where its first article is now."""
        for key, value in self._before.items():
            name = key.decode()
            if name.startswith(MUTE):
                yield name, value
            elif "." in name:
                yield name, codec.encode(self._at_new_story(codec.decode_as(value, AlertState)))
            else:
                watch = codec.decode_as(value, Watch)
                alert = self._at_new_story(watch.alert) if watch.alert else None
                yield name, codec.encode(msgspec.structs.replace(watch, alert=alert))

    def _at_new_story(self, state: AlertState) -> AlertState:
        articles = state.alert.articles
        document = self._staging.results.document(articles[0].document_id) if articles else None
        if document is None or not state.alert.story_id or document.story_id == state.alert.story_id:
            return state
        alert = msgspec.structs.replace(state.alert, story_id=document.story_id, version=state.alert.version + 1)
        self._staging.results.write([] if state.waiting else [alert])
        return msgspec.structs.replace(state, alert=alert)


def _decoded(table: Mapping[bytes, bytes], cls: type[T]) -> Iterable[tuple[str, T]]:
    return ((key.decode(), codec.decode_as(value, cls)) for key, value in table.items())


def _write(store: Store, name: str, values: Iterable[tuple[str, bytes]]) -> None:
    some: dict[bytes, bytes | None] = {}
    for key, value in values:
        some[key.encode()] = value
        if len(some) == BATCH:
            store.append([], {name: some})
            some = {}
    store.append([], {name: some})
