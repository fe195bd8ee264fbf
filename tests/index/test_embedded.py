from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from streams.errors import DataFolderError
from streams.index.embedded import EmbeddedIndex
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from streams.records import Document
from tests.factories import document

ROOT = Path(__file__).parents[2]


def numbered(count: int, version: int = 1) -> list[Document]:
    return [document(id=f"d{n}", title=f"Bridge take{version}", version=version) for n in range(count)]


def total(index: EmbeddedIndex, query: str = "bridge") -> int:
    return index.documents(DocumentQuery(query=query)).total


@contextmanager
def opened(folder: Path, *, read_only: bool = False) -> Iterator[EmbeddedIndex]:
    with closing(EmbeddedIndex(folder, read_only=read_only)) as index:
        yield index


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with ten documents, written and findable."""
    with opened(tmp_path / "data") as index:
        index.write(numbered(10))
        index.refresh()
    return tmp_path / "data"


def test_a_second_start_finds_everything_without_a_refresh(folder: Path) -> None:
    with capture_logs() as logs, opened(folder) as index:
        assert total(index) == 10
    assert logs == []


def test_what_was_written_but_not_refreshed_is_findable_after_the_next_start(folder: Path) -> None:
    with opened(folder) as index:
        index.write(numbered(5, version=2))
    with opened(folder) as index:
        assert total(index, "take2") == 0
        index.refresh()
        assert (total(index, "take2"), total(index)) == (5, 10)


def test_a_refresh_without_writes_leaves_the_folder_as_it_is(folder: Path) -> None:
    with opened(folder) as index:
        index.refresh()
        before = sorted(path.name for path in (folder / "tantivy").iterdir())
        for _ in range(3):
            index.write(numbered(10))
            index.refresh()
        assert sorted(path.name for path in (folder / "tantivy").iterdir()) == before


def spoil_all(tantivy: Path) -> None:
    shutil.rmtree(tantivy)


def spoil_meta(tantivy: Path) -> None:
    (tantivy / "meta.json").write_text("{")


def spoil_segment(tantivy: Path) -> None:
    next(tantivy.glob("*.term")).write_bytes(b"")


def spoil_schema(tantivy: Path) -> None:
    meta = tantivy / "meta.json"
    meta.write_text(meta.read_text().replace('"whitespace"', '"default"'))


@pytest.mark.parametrize("spoil", [spoil_all, spoil_meta, spoil_segment, spoil_schema])
def test_a_missing_or_damaged_search_folder_is_made_anew(folder: Path, spoil: object) -> None:
    spoil(folder / "tantivy")  # type: ignore[operator]
    with capture_logs() as logs, opened(folder) as index:
        index.refresh()
        assert total(index) == 10
    assert logs
    assert all("made anew" in line["event"] for line in logs)


def test_a_search_folder_that_is_ahead_of_the_documents_is_made_anew(folder: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "other") as other:
        other.write(numbered(3))
    shutil.copy(tmp_path / "other" / "index.sqlite", folder / "index.sqlite")
    with opened(folder) as index:
        index.refresh()
        assert index.documents(DocumentQuery()).total == 3


def test_a_search_folder_that_lacks_documents_is_made_anew(folder: Path, tmp_path: Path) -> None:
    with opened(tmp_path / "other") as other:
        other.write(numbered(3))
        other.refresh()
        other.write(numbered(1, version=8))
        other.refresh()
    shutil.rmtree(folder / "tantivy")
    shutil.copytree(tmp_path / "other" / "tantivy", folder / "tantivy")
    with opened(folder) as index:
        index.refresh()
        assert (total(index, "take1"), total(index, "take8")) == (10, 0)


WRITE_FOR_EVER = """
import sys
from pathlib import Path
from streams.index.embedded import EmbeddedIndex
from tests.factories import document
index = EmbeddedIndex(Path(sys.argv[1]))
for version in range(1, 10_000):
    index.write([document(id=f"d{n}", title=f"bridge take{version}", version=version) for n in range(50)])
    print(version, flush=True)
    index.refresh()
"""


@pytest.mark.parametrize("delay_s", [0.0, 0.013, 0.05])
def test_a_process_killed_at_any_moment_leaves_every_document_once(tmp_path: Path, delay_s: float) -> None:
    command = [sys.executable, "-c", WRITE_FOR_EVER, str(tmp_path / "data")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        time.sleep(delay_s)
        process.send_signal(signal.SIGKILL)
        told = [3, *map(int, process.stdout.read().split())]
    with opened(tmp_path / "data") as index:
        index.refresh()
        versions = {found.version for found in index.scan(DocumentQuery())}
        assert index.documents(DocumentQuery()).total == 50
        assert versions in ({told[-1]}, {told[-1] + 1})
        assert total(index, f"take{versions.pop()}") == 50


def test_a_second_writer_is_refused_and_harms_nothing(folder: Path) -> None:
    with opened(folder) as index:
        with pytest.raises(DataFolderError, match="in use by another process"):
            EmbeddedIndex(folder)
        assert total(index) == 10


def test_readers_see_what_the_writer_refreshed(folder: Path) -> None:
    with opened(folder) as writer, opened(folder, read_only=True) as reader:
        writer.write(numbered(4, version=2))
        assert reader.document("d1") == numbered(2, version=2)[1]
        assert total(reader, "take2") == 0
        writer.refresh()
        assert total(reader, "take2") == 4


def test_a_reader_says_where_no_full_text_was_made_yet(folder: Path) -> None:
    shutil.rmtree(folder / "tantivy")
    with opened(folder, read_only=True) as reader:
        with pytest.raises(DataFolderError, match="not made yet, so nothing can be found: `streams run` makes it"):
            total(reader)
        assert reader.document("d1") is not None


def test_a_reader_cannot_write(folder: Path) -> None:
    with opened(folder, read_only=True) as reader, pytest.raises(DataFolderError, match="reading only"):
        reader.write(numbered(1))


def test_a_reader_needs_a_folder_that_is_there(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="streams run"):
        EmbeddedIndex(tmp_path / "none", read_only=True)
    assert not (tmp_path / "none").exists()


def test_a_reader_names_a_damaged_search_folder(folder: Path) -> None:
    spoil_segment(folder / "tantivy")
    with pytest.raises(DataFolderError, match="makes it anew"):
        EmbeddedIndex(folder, read_only=True)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match=r"file/data cannot be made"):
        EmbeddedIndex(tmp_path / "file" / "data")


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_another_program_or_format_is_refused(tmp_path: Path, read_only: bool) -> None:
    for pragma, message in (("application_id = 7", "another program"), ("user_version = 99", "format 99")):
        folder = tmp_path / message
        with opened(folder):
            pass
        with closing(sqlite3.connect(folder / "index.sqlite")) as db:
            db.execute(f"PRAGMA {pragma}")
        with pytest.raises(DataFolderError, match=message):
            EmbeddedIndex(folder, read_only=read_only)


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_that_is_no_database_is_refused(tmp_path: Path, read_only: bool) -> None:
    (tmp_path / "index.sqlite").write_text("not a database, but long enough to be taken for one " * 100)
    with pytest.raises(DataFolderError, match=r"index\.sqlite cannot be used: file is not a database"):
        EmbeddedIndex(tmp_path, read_only=read_only)


FILL_THE_DISK = """
import resource, sys
from pathlib import Path
from streams.errors import StorageError
from streams.index.embedded import EmbeddedIndex
from tests.factories import document
index = EmbeddedIndex(Path(sys.argv[1]))
index.write([document(id="before")])
if sys.argv[2] == "tantivy":
    index.write([document(id=f"d{n}", text=f"word{n}") for n in range(1000)])
resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))
try:
    if sys.argv[2] == "tantivy":
        index.refresh()
    for n in range(100):
        index.write([document(id=f"e{n}", text="x" * 20_000)])
except StorageError as error:
    print(error)
index.close()
"""


@pytest.mark.parametrize(("part", "name"), [("sqlite", "index.sqlite"), ("tantivy", "tantivy")])
def test_a_full_disk_is_a_storage_error_and_nothing_written_before_is_lost(
    tmp_path: Path, part: str, name: str
) -> None:
    command = [sys.executable, "-c", FILL_THE_DISK, str(tmp_path / "data"), part]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert name in ran.stdout
    assert "free disk space" in ran.stdout
    assert ran.returncode == 0, ran.stderr
    with opened(tmp_path / "data") as index:
        index.refresh()
        assert index.document("before") is not None
        assert total(index) > 0


def test_many_threads_read_while_one_writes(folder: Path) -> None:
    failures: list[BaseException] = []
    done = threading.Event()

    def read() -> None:
        try:
            while not done.is_set():
                page = index.documents(DocumentQuery(query="bridge", limit=100), ["source"])
                assert page.total >= 10
                assert len(page.hits) == min(page.total, 100)
                assert index.document("d1") is not None
                assert index.stories(StoryQuery()).total == index.alerts(AlertQuery()).total == 0
        except BaseException as error:
            failures.append(error)

    with opened(folder) as index:
        readers = [threading.Thread(target=read) for _ in range(4)]
        for reader in readers:
            reader.start()
        for version in range(2, 7):
            index.write(numbered(10 * version, version))
            index.refresh()
        done.set()
        for reader in readers:
            reader.join()
        assert failures == []
        assert total(index, "take6") == 60


def test_a_scan_goes_on_while_documents_are_written(folder: Path) -> None:
    with opened(folder) as index:
        index.write([document(id=f"x{n:04}", title="Bridge") for n in range(2500)])
        index.refresh()
        scan = index.scan(DocumentQuery(query="bridge"))
        first = next(scan)
        index.write([document(id=f"y{n:04}", title="Bridge") for n in range(500)])
        index.refresh()
        assert len({first.id, *(found.id for found in scan)}) == 2510
