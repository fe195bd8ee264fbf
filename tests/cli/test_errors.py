"""What is wrong is told in one line on stderr that names it, with exit status 2; nothing is changed by it."""

from __future__ import annotations

import io
import os
import socket
import sqlite3
import sys
from pathlib import Path
from typing import IO

import pytest

from streams import __version__
from streams.cli import app
from streams.engines.folder import claimed
from streams.engines.sqlite import FILE
from tests.cli.conftest import Streams

LONG = "x" * 300
DEEP = "(" * 5000


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ([], "Missing command"),
        (["feeds"], "Missing command"),
        (["rules"], "Missing command"),
        (["serach"], "'search'"),
        (["feeds", "nosuch"], "'nosuch'"),
        (["search", "--nosuch"], "--nosuch"),
        (["search", "--limit", "many"], "--limit"),
        (["search", "--limit", "0"], "--limit"),
        (["search", "--offset", "-1"], "--offset"),
        (["search", "--sort", "best"], "Invalid value for '--sort': 'best' is not one of 'newest'"),
        (["search", "a", "b"], "(b)"),
        (["stories", "--limit"], "--limit"),
        (["explain"], "ID"),
        (["migrate", "--from-prefix", "old-", "--merge"], "leave out --data and --merge"),
        (["migrate", "--from-prefix", ""], "'' is STREAMS_TOPIC_PREFIX itself"),
        (["parse"], "FILE"),
        (["worker", "--stage", "all"], "STREAMS_KAFKA is empty"),
        (["run", "--once", "--port", "70000"], "STREAMS_PORT is 70000"),
        (["run", "--once", "--feeds", "missing.opml"], "missing.opml: No such file"),
        (["run", "--once", "--feeds", "ftp://herald.example/feed"], "ftp://herald.example/feed"),
        (["run", "--once", "--rules", "missing.yml"], "missing.yml"),
        (["replay", "missing.jsonl"], "missing.jsonl: No such file or directory; give a file"),
        (["replay", "."], ".: Is a directory"),
        (["parse", "missing.xml"], "missing.xml: No such file"),
        (["feeds", "import", "missing.opml"], "missing.opml: No such file"),
        (["feeds", "import", "."], ".: Is a directory"),
        (["feeds", "add", "herald.example/feed"], "'herald.example/feed' is not a feed's address"),
        (["feeds", "add", "http://[::1/feed"], "is not a feed's address"),
        (["feeds", "check", "nonsense"], "'nonsense' is not a feed's address"),
        (["rules", "check", "missing.yml"], "missing.yml"),
        (["rules", "check", "."], "no .yml or .yaml file"),
    ],
)
def test_what_cannot_be_used_is_named_in_one_line_and_nothing_is_made(
    streams: Streams, tmp_path: Path, arguments: list[str], named: str
) -> None:
    said = streams(*arguments)
    assert (said.status, said.out) == (2, "")
    assert said.err.startswith("streams: ")
    assert said.err.count("\n") == 1
    assert named in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("folder", ["missing", "file", LONG, "/dev/null/data"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["search"],
        ["stories"],
        ["alerts", "list"],
        ["alerts", "ack", "x"],
        ["alerts", "mute", "--source", "a.example"],
        ["alerts", "unmute", "x"],
        ["explain", "x"],
        ["status"],
        ["feeds", "list"],
        ["feeds", "export"],
        ["feeds", "remove", "x"],
        ["rules", "list"],
        ["rules", "test", "rules.yml"],
    ],
)
def test_looking_at_a_folder_without_data_names_it_and_makes_none(
    streams: Streams, tmp_path: Path, arguments: list[str], folder: str
) -> None:
    (tmp_path / "rules.yml").write_text("rules: []")
    (tmp_path / "file").write_text("no folder")
    said = streams(*arguments, "--data", folder)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert folder in said.err
    assert not (tmp_path / "missing").exists()


WRITING = [
    ["run", "--once"],
    ["replay", "rows.jsonl"],
    ["feeds", "add", "https://herald.example/feed"],
    ["rules", "apply", "rules.yml"],
]


@pytest.fixture
def files(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text("rules: []")
    (tmp_path / "rows.jsonl").write_text('{"id": 1, "title": "A"}\n')


@pytest.mark.usefixtures("files")
@pytest.mark.parametrize("arguments", WRITING)
@pytest.mark.parametrize("kind", ["file", "no-database", "other-program", "no-rights", "name-too-long"])
def test_a_folder_that_cannot_be_used_is_named_and_left_as_it_was(
    streams: Streams, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, arguments: list[str]
) -> None:
    folder = unusable(tmp_path, kind, monkeypatch)
    before = contents(tmp_path)
    said = streams(*arguments, "--data", folder)
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert str(folder) in said.err
    assert "--data" in said.err
    assert contents(tmp_path) == before


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def unusable(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / (LONG if kind == "name-too-long" else "data")
    if kind == "file":
        folder.write_text("no folder")
    elif kind != "name-too-long":
        folder.mkdir()
    if kind == "no-database":
        (folder / FILE).write_text("somebody's notes")
    if kind == "other-program":
        db = sqlite3.connect(folder / FILE)
        db.execute("CREATE TABLE theirs (x)")
        db.close()
    if kind == "no-rights":
        folder.chmod(0o500)
        monkeypatch.setattr("os.access", lambda *_: False)  # the rights of a folder do not bind root
    return folder


@pytest.mark.usefixtures("files")
def test_a_folder_in_use_names_the_process_and_can_still_be_looked_at_and_changed(
    streams: Streams, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    assert streams("feeds", "add", "https://herald.example/feed", "--data", data).status == 0
    with claimed(data):
        for arguments in WRITING[:2]:
            said = streams(*arguments, "--data", data)
            assert (said.status, said.out) == (2, "")
            assert said.err == (
                f"streams: data folder {data} is in use by process {os.getpid()}: "
                "stop it, or choose another folder with --data\n"
            )
        assert streams("status", "--data", data).status == 0
        assert streams("feeds", "add", "https://courier.example/feed", "--data", data).status == 0
        assert streams("rules", "apply", "rules.yml", "--data", data).status == 0


def test_a_port_in_use_is_named_before_anything_starts(streams: Streams, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = streams("run", "--port", port, "--data", "data")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert f"cannot listen on 127.0.0.1:{port}" in said.err
    assert "--port" in said.err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "query", ["bridge (", "nosuch:a", "title:", '"open', "a" * 10_001, DEEP, "bridge\nAND\nOR"]
)
def test_a_wrong_query_is_one_line_with_its_place(streams: Streams, tmp_path: Path, query: str) -> None:
    streams("feeds", "add", "https://herald.example/feed", "--data", "data")
    said = streams("search", query, "--data", "data")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert said.err.startswith("streams: query, line ")


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("STREAMS_PROT", "8400", "did you mean STREAMS_PORT?"),
        ("STREAMS_PORT", "http", "STREAMS_PORT is 'http'"),
        ("STREAMS_MODELS", "en", "STREAMS_MODELS is not valid JSON"),
        ("STREAMS_CHANNELS", '{"desk": "gopher://x"}', "desk"),
        ("STREAMS_CHANNELS", '{"desk": 5}', "STREAMS_CHANNELS, desk: "),
        ("STREAMS_CHANNELS_FILE", "/missing", "STREAMS_CHANNELS_FILE"),
        ("STREAMS_LOG_LEVEL", "loud", "STREAMS_LOG_LEVEL is 'loud'"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, name: str, value: str, named: str
) -> None:
    monkeypatch.setenv(name, value)
    said = streams("run", "--once")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert named in said.err


@pytest.mark.parametrize("out", [".", "missing/feeds.opml", LONG])
def test_a_file_that_cannot_be_written_is_named(streams: Streams, tmp_path: Path, out: str) -> None:
    (tmp_path / "rows.jsonl").write_text('{"id": 1, "title": "A"}\n')
    streams("feeds", "add", "https://herald.example/feed", "--data", "data")
    for arguments in (["feeds", "export"], ["replay", "rows.jsonl"]):
        said = streams(*arguments, "--out", out, "--data", "data")
        assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
        assert said.err.startswith(f"streams: {out}: ")
        assert "--out" in said.err


def test_ctrl_c_is_status_130_without_a_traceback(
    streams: Streams, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def interrupted(_: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("streams.feeds.files.parse_file", interrupted)
    said = streams("parse", "feed.xml")
    assert (said.status, said.out, said.err.strip()) == (130, "", "")


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["explain", "nosuch"], "nothing is stored under 'nosuch': `streams search`"),
        (["alerts", "ack", "nosuch"], "no alert is stored under 'nosuch': `streams alerts list`"),
        (["alerts", "mute", "--story", "nosuch"], "no story is stored under 'nosuch': `streams stories`"),
        (["compare", "flood", "(strike"], "expected ) to close a bracket, in (strike"),
    ],
)
def test_what_is_asked_for_in_vain_is_named_with_where_to_look(
    streams: Streams, arguments: list[str], named: str
) -> None:
    streams("feeds", "add", "https://herald.example/feed", "--data", "data")
    said = streams(*arguments, "--data", "data")
    assert (said.status, said.out, said.err.count("\n")) == (2, "", 1)
    assert named in said.err


@pytest.mark.parametrize("asked", ["--help", "-h"])
def test_help_is_a_success(streams: Streams, asked: str) -> None:
    said = streams(asked)
    assert (said.status, said.err) == (0, "")
    assert "explain" in said.out


def test_the_version_can_be_asked_for(streams: Streams) -> None:
    assert streams("--version") == (0, f"streams {__version__}\n", "")


def test_what_is_printed_is_utf_8_whatever_the_terminal_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    printed = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(printed, encoding="ascii", write_through=True))
    monkeypatch.setattr(sys, "argv", ["streams", "parse", "caf\u00e9.xml"])
    (tmp_path / "caf\u00e9.xml").touch()
    with pytest.raises(SystemExit) as ended:
        app.main()
    assert ended.value.code == 0
    assert printed.getvalue().startswith('{"file":"caf\u00e9.xml"'.encode())


def piped(monkeypatch: pytest.MonkeyPatch, target: IO[str]) -> str:
    """What `streams parse feed.xml` says on stderr when it prints to `target`."""
    said = io.StringIO()
    with target, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", target)
        patch.setattr(sys, "stderr", said)
        assert app.call(["parse", "feed.xml"]) == 1
    return said.getvalue()


def test_a_reader_that_goes_away_ends_the_command_quietly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").touch()
    read, write = os.pipe()
    os.close(read)
    assert piped(monkeypatch, os.fdopen(write, "w")) == ""


def test_a_full_disk_is_one_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").touch()
    assert "No space left" in piped(monkeypatch, os.fdopen(os.open("/dev/full", os.O_WRONLY), "w"))
