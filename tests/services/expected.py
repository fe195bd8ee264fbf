"""What a log should lead to: the same stages over dicts."""

from __future__ import annotations

from collections.abc import Sequence

from streams.engines.stages import remembering
from streams.engines.work import OpenTable
from streams.index.correcting import by_decision
from streams.records import Alert, Article, Correction, Document, Record, Rule, Story
from streams.settings import Settings
from streams.stage import Output, Stage
from streams.tag.models import Models
from streams.tag.stage import Tag
from streams.tag.tagger import Tagger

BATCH = 256
Result = Document | Story | Alert
Results = dict[tuple[str, str], Result]
"""The newest version of each document, story and alert, by type and id."""
Identified = set[tuple[str, int, str]]
"""Articles by id, revision and title."""


def results(records: Sequence[Record]) -> Results:
    """What a log comes to. Raises AssertionError when one version says two things."""
    newest: Results = {}
    seen: dict[tuple[str, str, int], Result] = {}
    for record in records:
        if isinstance(record, Result):
            key = (type(record).__name__, record.id)
            assert seen.setdefault((*key, record.version), record) == record
            if key not in newest or newest[key].version < record.version:
                newest[key] = record
    return newest


def indexed(records: Sequence[Record]) -> Results:
    """What an index has of a log: the newest versions, and what people decided about names in the meantime."""
    held: Results = {}
    for record in records:
        if isinstance(record, Correction):
            held |= {
                key: by_decision(one, record) for key, one in held.items() if isinstance(one, Document | Story)
            }
        elif isinstance(record, Result):
            key = (type(record).__name__, record.id)
            if key not in held or held[key].version < record.version:
                held[key] = record
    return held


def decided(
    settings: Settings, rules: Sequence[Rule], documents: Sequence[Record], told: Sequence[Record] = ()
) -> Results:
    """What the stages after relating make of a log, with that itself; `told` is what readers say at the end."""
    match, decide = (_stage(settings, name) for name in ("match", "decide"))
    match.process(rules)
    return results([*documents, *_passed(decide, [*rules, *_passed(match, documents), *told])])


def related(settings: Settings, tagged: Sequence[Record]) -> list[Record]:
    """What relate makes of a log."""
    return _passed(_stage(settings, "relate"), tagged)


def articles_of(settings: Settings, raw: Sequence[tuple[int, Record]]) -> list[Record]:
    """What identify makes of each partition over a dict of its own; `raw` has the partition of each record."""
    articles: list[Record] = []
    for number in sorted({partition for partition, _ in raw}):
        mine = [record for partition, record in raw if partition == number]
        articles += _passed(_stage(settings, "identify"), mine)
    return articles


def untagged(articles: Sequence[Record]) -> list[Record]:
    """What tag makes of articles where no language has a model."""
    return _passed(Tag(Tagger(Models({}), max_chars=1)), articles)


def identified(records: Sequence[Record]) -> Identified:
    """The articles of a log."""
    return {(one.id, one.revision, one.title) for one in records if isinstance(one, Article)}


def _stage(settings: Settings, name: str) -> Stage:
    return remembering(settings, notify=False)[name](OpenTable(lambda _: {}))


def _passed(stage: Stage, records: Sequence[Record]) -> list[Record]:
    outputs: list[Output] = []
    for first in range(0, len(records), BATCH):
        outputs += stage.process(records[first : first + BATCH])
    return [output.record for output in outputs]
