"""Running the stages from the command line: on feeds, once, and on articles from a file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Streams
from tests.serving import rss, served

ITEMS = [
    ("https://herald.example/bridge", "Harbour bridge closed", "The harbour bridge was closed on Monday."),
    ("https://herald.example/ferry", "Ferry crew rescued", "All nine crew were taken off by helicopter."),
]
ROWS: list[dict[str, object]] = [
    {"id": "a", "title": "Harbour bridge closed", "text": "Engineers found cracks.", "ts": "2026-03-02T12:00:00Z"},
    {"id": 2, "title": "Ferry aground", "publisher": "Herald", "url": "https://herald.example/ferry"},
]
RULES = "rules: [{id: bridge, name: Bridge, query: bridge, channels: [file]}]"


@pytest.fixture(autouse=True)
def no_models(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_MODELS", "{}")
    monkeypatch.setenv("STREAMS_TITLE_MODEL", "")


def test_one_run_ends_with_its_numbers_and_what_it_found_is_there(streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES)
    with served() as site:
        site.pages["herald"] = rss("Herald", ITEMS)
        feeds = ("--feeds", site.url("herald"), "--feeds", site.url("missing"))
        said = streams("run", "--once", *feeds, "--rules", "rules.yml", "--data", "d", "--json")
        again = streams("run", "--once", "--data", "d")
    summary = said.json
    assert summary.pop("seconds") > 0
    assert summary == {
        "feeds": 2,
        "items": 2,
        "new": 2,
        "revised": 0,
        "repeats": 0,
        "copies": 0,
        "entities": 0,
        "stories": 2,
        "alerts": 1,
        "failures": 1,
    }
    assert said.status == 0
    assert said.err.startswith("Reading 2 feeds; data in d/\n")
    assert again.out.startswith("feeds 2, items 0, new 0, revised 0, ")
    assert streams("search", "--json", "--data", "d").json["total"] == 2
    assert "http-404: " in streams("feeds", "list", "--data", "d").out


def test_notify_delivers_the_alerts_of_a_first_poll(streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text(RULES.replace("query: bridge", "query: bridge, max_age: 3650d"))
    with served() as site:
        site.pages["herald"] = rss("Herald", ITEMS)
        for folder, *options in (("quiet",), ("told", "--notify")):
            streams(
                "run", "--once", "--feeds", site.url("herald"), "--rules", "rules.yml", "--data", folder, *options
            )
    assert not (tmp_path / "quiet" / "alerts.jsonl").exists()
    (line,) = (tmp_path / "told" / "alerts.jsonl").read_text().splitlines()
    assert json.loads(line)["alert"]["title"] == "Harbour bridge closed"


def write_rows(file: Path, *rows: object) -> Path:
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows))
    return file


def test_replay_writes_a_line_for_a_row_with_ids_as_given(streams: Streams, tmp_path: Path) -> None:
    file = write_rows(tmp_path / "rows.jsonl", *ROWS, {**ROWS[0], "id": "copy", "publisher": "Courier"})
    said = streams("replay", file, "--out", "out.jsonl", "--data", "d")
    assert (said.status, said.out, said.err) == (0, "", "3 articles passed; data in d/\n")
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [line["id"] for line in lines] == ["a", 2, "copy"]
    assert set(lines[0]) == {"id", "story_id", "recurs", "copy_of", "language", "entities", "alerts"}
    assert lines[2]["story_id"] == lines[0]["story_id"] != lines[1]["story_id"]
    assert streams("search", "ferry", "--json", "--data", "d").json["total"] == 1


def test_replay_without_a_file_for_the_decisions_loads_an_archive(streams: Streams, tmp_path: Path) -> None:
    said = streams("replay", write_rows(tmp_path / "rows.jsonl", *ROWS), "--data", "d")
    assert (said.status, said.err) == (0, "2 articles passed; data in d/\n")
    assert streams("status", "--json", "--data", "d").json["documents"] == 2


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("no JSON", "JSON is malformed"),
        ({"title": "A"}, "missing required field `id`"),
        ({"id": 7}, "row 7 has no `title`, `summary` or `text`"),
        ({"id": 7, "title": "A", "ts": "yesterday"}, "Invalid RFC3339"),
    ],
)
def test_replay_names_the_line_that_is_wrong(streams: Streams, tmp_path: Path, row: object, problem: str) -> None:
    file = write_rows(tmp_path / "rows.jsonl", ROWS[0], row)
    said = streams("replay", file, "--data", "d")
    assert said.status == 2
    assert said.err.startswith(f"streams: {file}, line 2: ")
    assert problem in said.err
    assert said.err.count("\n") == 1
