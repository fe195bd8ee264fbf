"""The log, the tables and the offsets of a data folder: all of a batch or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams import codec
from streams.engines.sqlite import FILE, Store
from streams.engines.work import Encoded, encoded
from streams.errors import DataFolderError, StorageError
from streams.records import Record, Tick, Topic
from streams.stage import Output
from tests.factories import NOON, raw_item, rule

READERS = {Topic.RAW_ITEMS: ["identify"], Topic.DOCUMENTS: ["match", "index"]}


def sent(topic: Topic, *records: Record) -> list[Output]:
    return [Output(topic, "key", record) for record in records]


def test_a_consumer_reads_in_the_order_of_sending_over_all_its_topics(store: Store) -> None:
    store.append(sent(Topic.RULES, rule(id="one")))
    store.append(sent(Topic.DOCUMENTS, Tick(at=NOON)))
    store.append(sent(Topic.RULES, rule(id="two")))
    rows = store.read("match", (Topic.DOCUMENTS, Topic.RULES), 10)
    assert [row.topic for row in rows] == [Topic.RULES, Topic.DOCUMENTS, Topic.RULES]
    assert [row.seq for row in rows] == sorted(row.seq for row in rows)


def test_a_limit_cuts_the_merged_order_not_each_topic(store: Store) -> None:
    for _ in range(3):
        store.append(sent(Topic.RULES, rule()))
        store.append(sent(Topic.DOCUMENTS, Tick(at=NOON)))
    rows = store.read("match", (Topic.RULES, Topic.DOCUMENTS), 4)
    assert [row.topic for row in rows] == [Topic.RULES, Topic.DOCUMENTS] * 2


def test_what_was_consumed_is_not_read_again_and_is_deleted_when_all_have_read_it(store: Store) -> None:
    store.append(sent(Topic.DOCUMENTS, Tick(at=NOON), Tick(at=NOON)))
    batch = store.read("match", (Topic.DOCUMENTS,), 10)
    store.commit([], {}, consumer="match", consumed=batch, readers=READERS)
    assert store.read("match", (Topic.DOCUMENTS,), 10) == []
    assert store.lag("index", (Topic.DOCUMENTS,)) == 2
    assert store.waiting() == {Topic.DOCUMENTS: 2}
    store.commit([], {}, consumer="index", consumed=batch[:1], readers=READERS)
    assert store.waiting() == {Topic.DOCUMENTS: 1}
    store.commit([], {}, consumer="index", consumed=batch[1:], readers=READERS)
    assert store.waiting() == {}


def test_a_place_in_a_topic_is_behind_all_readers_when_the_last_of_them_has_gone_past_it(store: Store) -> None:
    assert store.last(Topic.DOCUMENTS) == 0
    assert store.read_until(Topic.DOCUMENTS, 0)
    store.append(sent(Topic.DOCUMENTS, Tick(at=NOON), Tick(at=NOON)))
    last = store.last(Topic.DOCUMENTS)
    for consumer, passed in (("match", False), ("index", True)):
        batch = store.read(consumer, (Topic.DOCUMENTS,), 10)
        store.commit([], {}, consumer=consumer, consumed=batch, readers=READERS)
        assert store.read_until(Topic.DOCUMENTS, last) is passed
    store.append(sent(Topic.DOCUMENTS, Tick(at=NOON)))
    assert store.read_until(Topic.DOCUMENTS, last)


def test_numbers_in_the_log_never_come_again_after_deletion_and_reopening(store: Store, tmp_path: Path) -> None:
    store.append(sent(Topic.RAW_ITEMS, raw_item()))
    batch = store.read("identify", (Topic.RAW_ITEMS,), 10)
    store.commit([], {}, consumer="identify", consumed=batch, readers=READERS)
    again = Store(tmp_path / "data")
    again.append(sent(Topic.RAW_ITEMS, raw_item()))
    assert again.read("identify", (Topic.RAW_ITEMS,), 10)[0].seq > batch[0].seq
    again.close()


def test_a_failed_commit_leaves_nothing_of_it(store: Store) -> None:
    def fails() -> Iterator[Encoded]:
        yield encoded(*sent(Topic.RAW_ITEMS, raw_item()))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.commit(fails(), {"table": {b"key": b"value"}})
    assert store.waiting() == {}
    assert dict(store.table("table")) == {}


def test_a_table_is_a_mapping_of_its_own_that_outlives_the_process(store: Store, tmp_path: Path) -> None:
    table = store.table("one")
    table[b"a"], table[b"b"] = b"1", b"2"
    store.append([], {"one": {b"a": None, b"c": b"3"}, "two": {b"a": b"9"}})
    again = Store(tmp_path / "data")
    assert dict(again.table("one")) == {b"b": b"2", b"c": b"3"}
    assert dict(again.table("two")) == {b"a": b"9"}
    assert len(again.table("one")) == 2
    with pytest.raises(KeyError):
        del again.table("one")[b"a"]
    again.close()


def test_a_large_table_is_read_whole_a_page_at_a_time(store: Store) -> None:
    keys = [f"{number:05}".encode() for number in range(2500)]
    store.append([], {"large": dict.fromkeys(keys, b"value")})
    assert list(store.table("large")) == keys
    assert list(store.table("large").items()) == [(key, b"value") for key in keys]


def test_a_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(DataFolderError, match="cannot be used"):
        Store(tmp_path / "file")


def test_a_missing_folder_is_named_when_it_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="holds no data"):
        Store(tmp_path / "missing", create=False)
    assert not (tmp_path / "missing").exists()


def test_another_programs_file_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / FILE)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    before = (tmp_path / FILE).read_bytes()
    with pytest.raises(DataFolderError, match="belongs to another program"):
        Store(tmp_path)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [before]


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    Store(tmp_path).close()
    later = sqlite3.connect(tmp_path / FILE)
    later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(DataFolderError, match="has format 99"):
        Store(tmp_path)


def test_a_file_that_is_no_database_is_named_and_left_alone(tmp_path: Path) -> None:
    content = b"this is no database, not at all" * 100
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DataFolderError, match=rf"{FILE} cannot be used: file is not a database"):
        Store(tmp_path)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(DataFolderError, match=rf"{FILE} cannot be used: unable to open"):
        Store(tmp_path)


def test_a_broken_file_is_a_storage_error_that_names_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.append([], {"table": {bytes([number]): bytes(3000) for number in range(50)}})
    store.close()
    with (tmp_path / FILE).open("r+b") as file:
        file.seek(40_000)
        file.write(b"\xff" * 60_000)
    broken = Store(tmp_path)
    with pytest.raises(StorageError, match=FILE):
        dict(broken.table("table"))
    broken.close()


def test_a_full_disk_is_a_storage_error_and_leaves_the_store_usable(store: Store) -> None:
    with store.transaction() as db:
        db.execute("CREATE TABLE filler (x)")
    pages = store.query("PRAGMA page_count")[0][0]
    store._writer.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="full"):
        store.append([], {"table": {b"key": bytes(10_000_000)}})
    store._writer.execute("PRAGMA max_page_count = 1073741823")
    store.append([], {"table": {b"key": b"value"}})
    assert dict(store.table("table")) == {b"key": b"value"}


def test_records_are_kept_as_the_codec_writes_them(store: Store) -> None:
    store.append(sent(Topic.RAW_ITEMS, raw_item()))
    assert codec.decode(store.read("identify", (Topic.RAW_ITEMS,), 1)[0].value) == raw_item()


def test_the_sizes_of_all_tables_are_counted(store: Store) -> None:
    store.append([], {"identities": {b"a": b"1", b"b": b"2"}, "related": {b"a": b"1"}})
    store.append([], {"identities": {b"a": None}})
    assert store.table_sizes() == {"identities": 1, "related": 1}
