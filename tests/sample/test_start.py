from __future__ import annotations

import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from streams.errors import DataFolderError
from streams.sample.start import FILE, HOST, start_for

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def test_a_second_start_a_year_later_keeps_the_first_ones_time_and_port(tmp_path: Path) -> None:
    first = start_for(tmp_path / "new" / "data", NOON)
    assert first.anchor == NOON
    assert start_for(tmp_path / "new" / "data", NOON + timedelta(days=365)) == first


def test_a_taken_port_is_avoided_at_the_first_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr("streams.sample.start.PORT", port)
        start = start_for(tmp_path, NOON)
    assert start.port not in (port, 0)
    assert start_for(tmp_path, NOON).port == start.port


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"anchor": "yesterday", "port": 8401}',
        b'{"anchor": "2026-03-02T12:00:00", "port": 8401}',
        b'{"anchor": "2026-03-02T12:00:00Z", "port": 0}',
    ],
)
def test_a_damaged_file_is_named_and_never_overwritten(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(DataFolderError, match=r"sample\.json cannot be read"):
        start_for(tmp_path, NOON)
    assert (tmp_path / FILE).read_bytes() == content


def test_a_file_in_the_data_folders_place_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(DataFolderError, match="--data"):
        start_for(tmp_path / "data", NOON)


def test_what_a_killed_first_start_left_behind_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "sample.new").write_bytes(b"{")
    assert start_for(tmp_path, NOON).anchor == NOON
    assert [path.name for path in tmp_path.iterdir()] == [FILE]
