"""A partition's keys on the disk: always the state at one place of the changelog."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest
from aiokafka.structs import ConsumerRecord
from faust.stores.rocksdb import Store
from rocksdict import Options, Rdict

from streams.engines.cluster.partition import AS_OF, CAUGHT_UP_S, PAGE, PartitionTable, RecoveredTable
from streams.engines.cluster.sending import Sender
from streams.engines.cluster.transport import Fetched
from streams.errors import ServiceError, StorageError
from streams.state import Write
from tests.engines.cluster.test_offsets import PARTITION


class Held:
    """The databases of a table, as Faust's store keeps them, one a partition."""

    def __init__(self, folder: Path) -> None:
        self.of = {0: Rdict(str(folder / "0"), Options(raw_mode=True))}

    def _db_for_partition(self, partition: int) -> Rdict:
        return self.of[partition]


class Table:
    """A Faust table's name and databases."""

    changelog_topic_name = "changelog"

    def __init__(self, folder: Path) -> None:
        self.data = Held(folder)


class Changelog:
    """Takes writes unless it is away; offsets count from 0."""

    def __init__(self) -> None:
        self.writes: list[Write] = []
        self.away = False

    async def send_to(self, topic: str, partition: int, writes: Sequence[Write]) -> int:
        if self.away:
            raise ServiceError("away")
        assert (topic, partition) == ("changelog", 0)
        self.writes += writes
        return len(self.writes) - 1


@pytest.fixture
def changelog() -> Changelog:
    return Changelog()


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def partition(table: Table, changelog: Changelog) -> PartitionTable:
    return PartitionTable(cast(Any, table), 0, cast(Sender, changelog))


async def test_writes_reach_the_changelog_in_order_and_the_disk_as_what_they_come_to(
    table: Table, changelog: Changelog
) -> None:
    writes: list[Write] = [(b"a", b"1"), (b"b", b"2"), (b"a", b"3"), (b"b", None)]
    state = partition(table, changelog)
    await state.write(writes)
    assert changelog.writes == writes
    assert dict(state) == {b"a": b"3"}
    assert b"b" not in state
    with pytest.raises(KeyError):
        state[b"b"]


async def test_the_disk_knows_the_place_in_the_changelog_and_no_stage_sees_it(
    table: Table, changelog: Changelog
) -> None:
    state = partition(table, changelog)
    await state.write([(b"a", b"1"), (b"b", b"2")])
    await state.write([(b"c", b"3")])
    assert table.data.of[0].get(Store.offset_key) == b"2"
    assert list(state) == [b"a", b"b", b"c"]
    assert len(state) == 3


def test_a_fetch_of_the_changelog_is_recovered_in_one_piece_with_its_place(table: Table) -> None:
    changes = [(b"a", b"1"), (b"b", b"2"), (b"a", None), (b"b", b"3")]
    fetched = Fetched(PARTITION, [change(7 + n, *one) for n, one in enumerate(changes)], generation_id=1)
    RecoveredTable.apply_changelog_batch(cast(Any, table), [cast(Any, SimpleNamespace(message=fetched))])
    database = table.data.of[0]
    assert dict(database.items()) == {b"b": b"3", Store.offset_key: b"10", AS_OF: b"5.0"}


def change(offset: int, key: bytes, value: bytes | None) -> ConsumerRecord:
    return ConsumerRecord(*PARTITION, offset, 5000, 0, key, value, None, len(key), len(value or b""), ())


async def test_when_kafka_is_away_the_disk_stays_as_it_was(table: Table, changelog: Changelog) -> None:
    state = partition(table, changelog)
    await state.write([(b"a", b"1")])
    changelog.away = True
    with pytest.raises(ServiceError):
        await state.write([(b"a", b"2"), (b"b", b"2")])
    assert dict(state) == {b"a": b"1"}
    assert table.data.of[0].get(Store.offset_key) == b"0"


async def test_many_keys_are_read_a_page_at_a_time_while_they_change(table: Table, changelog: Changelog) -> None:
    state = partition(table, changelog)
    keys = [b"%06d" % number for number in range(2 * PAGE + 1)]
    await state.write([(key, b"") for key in keys])
    reading = iter(state)
    first = next(reading)
    await state.write([(keys[-1], None)])
    assert [first, *reading] == keys[:-1]
    assert list(state.items()) == [(key, b"") for key in keys[:-1]]


async def test_a_disk_that_fails_is_named(table: Table, changelog: Changelog) -> None:
    state = partition(table, changelog)

    class Broken:
        def write(self, _: object) -> None:
            raise Exception("IO error: No space left on device")

        def path(self) -> str:
            return "/data/0"

    table.data.of[0] = Broken()  # type: ignore[assignment]
    with pytest.raises(StorageError, match="/data/0: IO error: No space left"):
        await state.write([(b"a", b"1")])


@pytest.mark.parametrize(("age_s", "kept"), [(0.0, True), (CAUGHT_UP_S - 60, True), (CAUGHT_UP_S + 60, False)])
def test_state_that_was_left_alone_for_longer_than_deletions_are_told_of_is_begun_anew(
    tmp_path: Path, age_s: float, *, kept: bool
) -> None:
    """A worker gets a partition back that it once had: a mute lifted meanwhile must not be there again."""
    then = int((time.time() - age_s) * 1000)
    for turn in range(2):
        app = faust.App("stage", datadir=tmp_path, store="rocksdb://", Table=RecoveredTable)
        table = app.Table("alerts", key_type=bytes, value_type=bytes)
        if not turn:
            fetched = Fetched(PARTITION, [replace(change(7, b"mute", b""), timestamp=then)], generation_id=1)
            table.apply_changelog_batch([cast(Any, SimpleNamespace(message=fetched))])
        database = cast(Store, table.data)._db_for_partition(PARTITION.partition)
        assert (database.get(b"mute") is not None) == (kept or not turn)
        database.close()
