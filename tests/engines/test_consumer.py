"""A stage over the log: what happens to good records, bad records, and work that is interrupted."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from streams import codec
from streams.engines import work
from streams.engines.consumer import Consumer
from streams.engines.sqlite import Store
from streams.engines.work import OpenTable, StageSpec
from streams.errors import RecordError, ServiceError, SettingsError, StorageError
from streams.records import DeadLetter, RawItem, Record, Source, Topic
from streams.stage import Output, Stage
from tests.counted import Counted
from tests.factories import NOON, raw_item

READERS = {Topic.RAW_ITEMS: ["count"]}


class Count:
    """Numbers the items of each title; `faults` maps a title to what processing it raises."""

    def __init__(self, table: OpenTable, faults: dict[str, Exception]) -> None:
        self._counts = table("counts", int)
        self._memory = dict(self._counts.items())
        self._faults = faults

    def process(self, batch: Sequence[Record]) -> list[Output]:
        outputs = []
        for item in batch:
            assert isinstance(item, RawItem)
            self._memory[item.title] = self._memory.get(item.title, 0) + 1
            self._counts[item.title] = self._memory[item.title]
            if item.title in self._faults:
                raise self._faults[item.title]
            source = Source(name=str(self._memory[item.title]), domain="")
            outputs.append(Output(Topic.ARTICLES, item.title, raw_item(title=item.title, source=source)))
        return outputs


def consumer(store: Store, faults: dict[str, Exception] | None = None) -> Consumer:
    def build(table: OpenTable) -> Stage:
        return Count(table, faults or {})

    spec = StageSpec("count", (Topic.RAW_ITEMS,), build, 10)
    return Consumer(spec, store, READERS, lambda: NOON, lambda outputs: None)


def send(store: Store, *titles: str) -> None:
    store.append(Output(Topic.RAW_ITEMS, title, raw_item(title=title)) for title in titles)


def counted(store: Store) -> list[tuple[str, str]]:
    found = [codec.decode(row.value) for row in store.records(Topic.ARTICLES)]
    return [(item.title, item.source.name) for item in found if isinstance(item, RawItem)]


def letters(store: Store) -> list[DeadLetter]:
    found = [codec.decode(row.value) for row in store.records(Topic.DEAD_LETTERS)]
    return [letter for letter in found if isinstance(letter, DeadLetter)]


def test_outputs_state_and_offset_move_together(store: Store) -> None:
    send(store, "a", "b", "a")
    assert consumer(store).step() == 3
    assert counted(store) == [("a", "1"), ("b", "1"), ("a", "2")]
    assert store.lag("count", (Topic.RAW_ITEMS,)) == 0
    assert consumer(store).step() == 0


def test_a_consumer_made_anew_goes_on_from_the_tables(store: Store) -> None:
    send(store, "a")
    consumer(store).step()
    send(store, "a")
    consumer(store).step()
    assert counted(store) == [("a", "1"), ("a", "2")]


@pytest.mark.parametrize("fault", [RecordError("no good"), ZeroDivisionError("boom")])
def test_a_record_at_fault_is_put_aside_and_the_rest_counts_as_if_it_had_never_come(
    store: Store, fault: Exception
) -> None:
    send(store, "a", "bad", "a", "b")
    consumer(store, {"bad": fault}).step()
    assert counted(store) == [("a", "1"), ("a", "2"), ("b", "1")]
    (letter,) = letters(store)
    assert (letter.stage, letter.topic, letter.key, letter.at) == ("count", "raw-items", "bad", NOON)
    assert str(fault) in letter.error
    assert codec.decode(letter.value) == raw_item(title="bad")
    assert b"bad" not in store.table("counts")


def test_bytes_that_are_no_record_are_put_aside_as_they_came(store: Store) -> None:
    send(store, "a")
    with store.transaction() as db:
        db.execute("INSERT INTO log (topic, key, value) VALUES ('raw-items', 'k', ?)", (b"\xff nonsense",))
    send(store, "b")
    consumer(store).step()
    assert [title for title, _ in counted(store)] == ["a", "b"]
    assert letters(store)[0].value == b"\xff nonsense"


@pytest.mark.parametrize("fault", [ServiceError("away"), StorageError("full"), SettingsError("no model")])
def test_what_is_not_the_records_fault_leaves_the_batch_where_it_is(store: Store, fault: Exception) -> None:
    send(store, "a", "b")
    faults = {"b": fault}
    failing = consumer(store, faults)
    with pytest.raises(type(fault)):
        failing.step()
    assert counted(store) == []
    assert letters(store) == []
    faults.clear()
    assert failing.step() == 2
    assert counted(store) == [("a", "1"), ("b", "1")]


def test_a_stage_that_cannot_be_made_blames_no_record(store: Store) -> None:
    def build(table: OpenTable) -> Stage:
        raise LookupError("cannot be made")

    send(store, "a")
    spec = StageSpec("count", (Topic.RAW_ITEMS,), build, 10)
    with pytest.raises(LookupError):
        Consumer(spec, store, READERS, lambda: NOON, lambda outputs: None).step()
    assert letters(store) == []
    assert store.lag("count", (Topic.RAW_ITEMS,)) == 1


def test_others_see_outputs_only_once_they_are_stored(store: Store) -> None:
    seen: list[int] = []

    def build(table: OpenTable) -> Stage:
        return Count(table, {})

    def sent(outputs: Sequence[Output]) -> None:
        seen.append(len(counted(store)) - len(outputs))

    send(store, "a", "b")
    Consumer(StageSpec("count", (Topic.RAW_ITEMS,), build, 10), store, READERS, lambda: NOON, sent).step()
    assert seen == [0]


def test_a_stage_is_told_of_the_batch_that_comes_next_when_it_is_whole(store: Store) -> None:
    told: list[list[str]] = []

    def build(table: OpenTable) -> Stage:
        return Count(table, {})

    spec = StageSpec("count", (Topic.RAW_ITEMS,), build, 2, lambda batch: told.append(titles(batch)))
    ahead = Consumer(spec, store, READERS, lambda: NOON, lambda outputs: None)
    send(store, "a", "b", "c", "d", "e")
    assert [ahead.step() for _ in range(4)] == [2, 2, 1, 0]
    assert told == [["a", "b"], ["c", "d"]]
    assert [title for title, _ in counted(store)] == ["a", "b", "c", "d", "e"]


def test_a_record_that_cannot_be_read_is_put_aside_though_it_was_expected(store: Store) -> None:
    told: list[list[str]] = []
    spec = StageSpec(
        "count", (Topic.RAW_ITEMS,), lambda table: Count(table, {}), 1, lambda batch: told.append(titles(batch))
    )
    ahead = Consumer(spec, store, READERS, lambda: NOON, lambda outputs: None)
    send(store, "a")
    with store.transaction() as db:
        db.execute("INSERT INTO log (topic, key, value) VALUES (?, 'key', ?)", (Topic.RAW_ITEMS, b"no record"))
    assert [ahead.step() for _ in range(2)] == [1, 1]
    assert told == [["a"]]
    assert [letter.value for letter in letters(store)] == [b"no record"]


def test_records_are_counted_once_though_they_are_tried_again_one_by_one(store: Store) -> None:
    taken = Counted("streams_records_in_total", stage="count")
    aside = Counted("streams_dead_letters_total", stage="count")
    sent = Counted("streams_records_out_total", stage="count", topic="articles")
    send(store, "a", "bad", "b")
    consumer(store, {"bad": RecordError("no good")}).step()
    assert (taken(), aside(), sent()) == (3, 1, 2)


def test_a_stage_is_held_up_while_it_is_made_from_its_state(store: Store) -> None:
    told: list[str | None] = []

    def build(table: OpenTable) -> Stage:
        told.append(made.meter.work.held_up())
        return Count(table, {})

    made = Consumer(
        StageSpec("count", (Topic.RAW_ITEMS,), build, 10), store, READERS, lambda: NOON, lambda _: None
    )
    send(store, "a")
    made.step()
    assert told == ["count waits: what it holds in memory is made from its state"]
    assert made.meter.work.held_up() is None


def test_a_fault_in_telling_which_item_it_is_does_not_keep_a_record_from_being_put_aside(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(record: Record) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(work, "item_id", fails)
    send(store, "bad")
    consumer(store, {"bad": RecordError("no good")}).step()
    assert [letter.error for letter in letters(store)] == ["no good"]


def titles(batch: Sequence[Record]) -> list[str]:
    return [item.title for item in batch if isinstance(item, RawItem)]
