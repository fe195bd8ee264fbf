from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

import pytest

from streams.errors import DataFolderError
from streams.index.sqlite_file import SqliteFile
from streams.sqlite_files import Format

FORMAT = Format(application_id=1, version=2, schema="CREATE TABLE kept (value TEXT);")


def test_what_was_written_is_read_by_one_that_only_reads(tmp_path: Path) -> None:
    with closing(SqliteFile(tmp_path / "file", FORMAT, read_only=False)) as file, file.transaction() as db:
        db.execute("INSERT INTO kept VALUES ('a')")
    with closing(SqliteFile(tmp_path / "file", FORMAT, read_only=True)) as reader:
        assert reader.rows("SELECT value FROM kept") == [("a",)]


def test_a_failed_transaction_leaves_nothing(tmp_path: Path) -> None:
    with closing(SqliteFile(tmp_path / "file", FORMAT, read_only=False)) as file:
        with suppress(KeyError), file.transaction() as db:
            db.execute("INSERT INTO kept VALUES ('a')")
            raise KeyError
        assert file.rows("SELECT value FROM kept") == []


@pytest.mark.parametrize("read_only", [False, True])
def test_another_programs_file_is_left_as_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "file"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE theirs (value TEXT)")
    before = path.read_bytes()
    with pytest.raises(DataFolderError, match="belongs to another program"):
        SqliteFile(path, FORMAT, read_only=read_only)
    assert path.read_bytes() == before


@pytest.mark.parametrize("read_only", [False, True])
def test_a_file_of_another_format_is_refused(tmp_path: Path, read_only: bool) -> None:
    SqliteFile(tmp_path / "file", FORMAT, read_only=False).close()
    with pytest.raises(DataFolderError, match="has format 2, this program reads 3"):
        SqliteFile(tmp_path / "file", FORMAT._replace(version=3), read_only=read_only)
