"""What the commands about names print, on the bundled sample."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from streams.engines.embedded import EmbeddedEngine
from streams.index.embedded import EmbeddedIndex
from streams.records import Entity
from streams.tag.stage import entity_id
from tests.cli.conftest import Streams
from tests.conftest import SampleRun
from tests.factories import document


def test_top_shows_the_leading_names_of_each_kind(streams: Streams, sample_run: SampleRun) -> None:
    said = streams("entities", "top", "--limit", 2, "--data", sample_run.data)
    columns, *rows = said.out.splitlines()
    assert (said.status, columns.split()) == (0, ["kind", "articles", "name"])
    assert [row.split()[0] for row in rows] == [
        kind for kind in ("people", "organisations", "places", "countries") for _ in range(2)
    ]
    found = streams("entities", "top", "--data", sample_run.data, "--json").json
    assert set(found) == {"people", "organisations", "places", "countries"}


def test_show_tells_of_one_name_whatever_its_case(streams: Streams, sample_run: SampleRun) -> None:
    found = streams("entities", "top", "--data", sample_run.data, "--json").json
    name = found["people"][0]["value"]
    one = streams("entities", "show", name.upper(), "--data", sample_run.data, "--json").json
    assert (one["name"], one["label"]) == (name, "PERSON")
    assert one["articles"] >= found["people"][0]["count"]
    said = streams("entities", "show", name, "--data", sample_run.data)
    assert said.out.startswith(f"{name}: person, {one['articles']} articles, id {one['id']}")


def test_a_name_that_no_article_has_is_an_error(streams: Streams, sample_run: SampleRun) -> None:
    said = streams("entities", "show", "Nobody at all", "--data", sample_run.data)
    assert said.status == 2
    assert "no article names 'Nobody at all'" in said.err


def test_check_says_what_is_wrong_with_a_file_of_names(streams: Streams, tmp_path: Path) -> None:
    file = tmp_path / "names.yml"
    file.write_text("- {name: NATO, type: organisation}")
    assert streams("entities", "check", file).out == f"{file}: 1 name, all valid\n"
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("- {name: NATO, type: org}")
    said = streams("entities", "check", wrong)
    assert said.status == 2
    assert f"{wrong}:1:" in said.err


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with one article that nobody runs."""
    engine = EmbeddedEngine.open(tmp_path, create=True)
    engine.close()
    with closing(EmbeddedIndex(tmp_path)) as index:
        index.write([document(entities=[Entity(id="e1", name="Port", label="ORG", count=1)])])
        index.refresh()
    return tmp_path


def test_a_correction_is_told_listed_and_taken_back(streams: Streams, folder: Path) -> None:
    said = streams("entities", "correct", "port", "--name", "Port Authority", "--data", folder)
    listed = streams("entities", "corrections", "--data", folder)
    undone = streams("entities", "correct", "Port", "--undo", "--data", folder)

    assert said.out == f"Port (e1) goes as Port Authority, organisation ({entity_id('ORG', 'Port Authority')})\n"
    assert "Port Authority" in listed.out.splitlines()[1]
    assert undone.out == "Port (e1) goes as it was found again\n"
    assert streams("entities", "corrections", "--data", folder).out == "Nothing was corrected.\n"
    assert streams("entities", "corrections", "--data", folder, "--json").json == []


def test_a_correction_says_one_thing(streams: Streams, folder: Path) -> None:
    said = streams("entities", "correct", "Port", "--never", "--into", "Port", "--data", folder)

    assert said.status == 2
    assert "say one of these: name and type (or one of both), into, never, undo" in said.err
