"""Workers of two versions beside each other: what the next one adds or leaves out does not harm this one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from streams import codec
from streams.alerts.evidence import AlertState
from streams.engines.stages import remembering
from streams.engines.work import OpenTable
from streams.identify.identity import Seen
from streams.identify.learned import Habits
from streams.records import Record, Rule
from streams.relate.related import Related
from streams.settings import load
from streams.stage import Stage
from streams.state import Table
from streams.tag.models import Models
from streams.tag.stage import Tag
from streams.tag.tagger import Tagger
from tests.factories import NOON
from tests.services.news import RULES, news
from tests.versions import more, more_kept, optional, read, without

CHANGELOG = (Path(__file__).parents[1] / "CHANGELOG.md").read_text(encoding="utf-8")
ITEMS = 120
FLOW = ("identify", "tag", "relate", "match", "decide")


class Tables:
    """Tables over dictionaries, kept to be looked at."""

    def __init__(self) -> None:
        self.opened: list[Table[Any]] = []
        self._open = OpenTable(lambda _: {})

    def __call__(self, name: str, value_type: type[Any]) -> Table[Any]:
        self.opened.append(self._open(name, value_type))
        return self.opened[-1]


class Passed(NamedTuple):
    """A stage's inputs, with what it remembers after them."""

    taken: list[Record]
    tables: list[Table[Any]]


def made(name: str, tables: Tables) -> Stage:
    if name == "tag":
        return Tag(Tagger(Models({}), max_chars=1))
    stage = remembering(load(), notify=False)[name](tables)  # type: ignore[arg-type]
    if name == "match":
        stage.process(RULES)
    return stage


@pytest.fixture(scope="module")
def flow() -> Mapping[str, Passed]:
    """The records that each stage reads, of one run of news through all."""
    records: list[Record] = [record for _, record in news(ITEMS, NOON)]
    passed = {}
    for name in FLOW:
        tables = Tables()
        outputs = made(name, tables).process(records)
        passed[name] = Passed(records, tables.opened)
        records = [output.record for output in outputs]
    return passed


@pytest.mark.parametrize("stage", FLOW)
def test_a_field_that_was_added_anywhere_changes_nothing_in_what_is_read(
    stage: str, flow: Mapping[str, Passed]
) -> None:
    for record in flow[stage].taken:
        assert read(more(record)) == record


@pytest.mark.parametrize("stage", FLOW)
def test_a_field_that_is_written_no_more_keeps_no_stage_from_its_work(
    stage: str, flow: Mapping[str, Passed]
) -> None:
    by_kind: dict[type[Record], list[Record]] = {}
    for record in flow[stage].taken:
        by_kind.setdefault(type(record), []).append(record)
    for records in by_kind.values():
        for field in optional(records[0]):
            made(stage, Tables()).process([read(without(record, field)) for record in records[:3]])


def remembered(tables: Sequence[Table[Any]]) -> Iterator[msgspec.Struct]:
    """The values of tables; those that share one in the log hold keys of each other's."""
    for table in tables:
        for key in table:
            with suppress(msgspec.ValidationError):
                yield table[key]


@pytest.mark.parametrize(
    ("stage", "kinds"),
    [("identify", {Seen, Habits}), ("relate", {Related}), ("match", {Rule}), ("decide", {AlertState})],
)
def test_what_the_next_version_remembers_can_be_taken_over(
    stage: str, kinds: set[type[Any]], flow: Mapping[str, Passed]
) -> None:
    values = list(remembered(flow[stage].tables))
    assert {type(value) for value in values} >= kinds
    for value in values:
        assert codec.unpack_as(more_kept(value), type(value)) == value


def test_each_release_says_what_an_operator_must_do() -> None:
    releases = re.split(r"^## ", CHANGELOG, flags=re.MULTILINE)[1:]
    assert releases
    for release in releases:
        assert re.search(r"^To do: ", release, re.MULTILINE), release.partition("\n")[0]
