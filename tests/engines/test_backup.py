"""A backup is one moment of a folder at work, and a data folder itself."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from streams.engines.backup import backup
from streams.engines.embedded import EmbeddedEngine
from streams.engines.sqlite import Store
from streams.errors import DataFolderError, StorageError
from streams.index.embedded import EmbeddedIndex
from streams.index.search import DocumentQuery
from streams.records import Topic
from streams.run import run_once
from streams.settings import Settings, load
from streams.stage import Output
from tests.factories import document, raw_item, rule
from tests.serving import Site, rss


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "data"


def settings_of(folder: Path) -> Settings:
    return load(data=folder, models={}, title_model="")


async def test_a_restored_folder_goes_on_where_the_backup_was_taken(folder: Path, tmp_path: Path) -> None:
    async with Site() as site:
        items = [("https://herald.example/1", "Harbour bridge closed", "Engineers found cracks in the bridge.")]
        site.pages["feed"] = rss("Herald", items)
        await run_once(settings_of(folder), [site.url("feed")], None, notify=False, say=lambda _: None)
        backup(folder, tmp_path / "copy")
        items.append(("https://herald.example/2", "Library opened", "The new library was opened on Monday."))
        site.pages["feed"] = rss("Herald", items)
        restored = settings_of(tmp_path / "copy")
        summary = await run_once(restored, [], None, notify=False, say=lambda _: None)
    assert (summary.new, summary.revised) == (1, 0)
    engine = EmbeddedEngine.open(tmp_path / "copy")
    assert engine.search.documents(DocumentQuery(query="bridge")).total == 1
    assert engine.status().documents == 2
    engine.close()


def test_state_and_index_are_of_one_moment_while_both_are_written(folder: Path, tmp_path: Path) -> None:
    """As a stage does, the index is written first and the place in the log after: never may it be behind."""
    store, index, stop = Store(folder), EmbeddedIndex(folder), threading.Event()
    written = threading.Event()

    def write() -> None:
        for number in range(100_000):
            index.write([document(id=f"d{number:06}")])
            store.append([], {"done": {f"d{number:06}".encode(): b"1"}})
            written.set()
            if stop.is_set():
                return

    writing = threading.Thread(target=write)
    writing.start()
    try:
        for number in range(5):
            written.clear()
            written.wait(30)
            backup(folder, tmp_path / f"copy{number}")
    finally:
        stop.set()
        writing.join()
        store.close()
        index.close()
    for number in range(5):
        engine = EmbeddedEngine.open(tmp_path / f"copy{number}")
        done = len(engine.store.table("done"))
        with pytest.raises(DataFolderError, match="`streams run` makes it"):
            engine.status()
        documents = EmbeddedIndex(tmp_path / f"copy{number}")
        found = sum(1 for _ in documents.everything())
        documents.close()
        engine.close()
        assert found - done in (0, 1)


def test_what_lies_beside_is_copied_and_a_lock_is_not(folder: Path, tmp_path: Path) -> None:
    engine = EmbeddedEngine.open(folder, create=True)
    engine.apply_rules([rule()])
    engine.store.append([Output(Topic.RAW_ITEMS, "k", raw_item())])
    engine.close()
    (folder / "alerts.jsonl").write_text("{}\n")
    (folder / "running.lock").write_text("1")
    backup(folder, tmp_path / "deep" / "copy")
    assert sorted(file.name for file in (tmp_path / "deep" / "copy").iterdir()) == [
        "alerts.jsonl",
        "index.sqlite",
        "state.sqlite",
    ]
    copy = EmbeddedEngine.open(tmp_path / "deep" / "copy")
    assert (copy.rules(), copy.store.lag("identify", (Topic.RAW_ITEMS,))) == ([rule()], 1)
    copy.close()


def test_nothing_is_overwritten_and_a_backup_cut_short_is_none(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="holds no data"):
        backup(folder, tmp_path / "copy")
    EmbeddedEngine.open(folder, create=True).close()
    (tmp_path / "copy.partial").mkdir()
    (tmp_path / "copy.partial" / "state.sqlite").write_text("half")
    backup(folder, tmp_path / "copy")
    assert not (tmp_path / "copy.partial").exists()
    with pytest.raises(DataFolderError, match="is there already"):
        backup(folder, tmp_path / "copy")
    (tmp_path / "file").write_text("")
    with pytest.raises(StorageError, match="no backup of"):
        backup(folder, tmp_path / "file" / "copy")
