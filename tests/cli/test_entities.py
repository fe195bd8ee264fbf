"""What the commands about names print, on the bundled sample."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Streams
from tests.conftest import SampleRun


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
    assert said.out.startswith(f"{name}: PERSON, {one['articles']} articles, id {one['id']}")


def test_a_name_that_no_article_has_is_an_error(streams: Streams, sample_run: SampleRun) -> None:
    said = streams("entities", "show", "Nobody at all", "--data", sample_run.data)
    assert said.status == 2
    assert "no article names 'Nobody at all'" in said.err


def test_check_says_what_is_wrong_with_a_file_of_names(streams: Streams, tmp_path: Path) -> None:
    file = tmp_path / "names.yml"
    file.write_text("- {name: NATO, type: organisation}")
    assert streams("entities", "check", file).out == f"{file}: 1 names, all valid\n"
    wrong = tmp_path / "wrong.yml"
    wrong.write_text("- {name: NATO, type: org}")
    said = streams("entities", "check", wrong)
    assert said.status == 2
    assert f"{wrong}:1:" in said.err
