"""Alert rules from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from streams.seeds import seeds_folder
from tests.cli.conftest import Said, Streams
from tests.conftest import SampleRun

TWO = """
rules:
  - {id: bridge, name: Bridges, query: 'bridge OR footbridge', channels: [log]}
  - {id: zeppelin, name: Airships, query: zeppelin}
"""
ONE = "rules: [{id: bridge, name: Bridges and ferries, query: 'bridge OR ferry', channels: [log]}]"
WRONG = "rules:\n- {id: a, name: A, query: '('}\n- {id: b, name: B, query: b, channels: [nowhere]}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yml"
    path.write_text(TWO)
    return path


def test_applying_a_file_makes_its_rules_the_live_ones_and_says_what_changed(
    streams: Streams, file: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    first = streams("rules", "apply", file, "--data", data)
    assert (first.status, first.out) == (0, "added bridge: Bridges\nadded zeppelin: Airships\n")
    assert streams("rules", "apply", file, "--data", data).out == "nothing to change\n"
    file.write_text(ONE)
    difference = [
        "changed bridge: Bridges and ferries",
        "  name: Bridges → Bridges and ferries",
        "  query: bridge OR footbridge → bridge OR ferry",
        "removed zeppelin: Airships",
    ]
    for option in (["--dry-run"], []):
        assert streams("rules", "apply", file, *option, "--data", data).out.splitlines() == difference
    (live,) = streams("rules", "list", "--json", "--data", data).json
    assert (live["id"], live["query"], live["channels"]) == ("bridge", "bridge OR ferry", ["log"])
    assert "bridge OR ferry" in streams("rules", "list", "--data", data).out


def test_a_wrong_file_changes_nothing_and_each_wrong_rule_has_a_line(
    streams: Streams, file: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    streams("rules", "apply", file, "--data", data)
    before = streams("rules", "list", "--json", "--data", data).json
    file.write_text(WRONG)
    for command in (("apply", "--data", data), ("check",), ("test", "--data", data)):
        said = streams("rules", command[0], file, *command[1:])
        first, second = said.err.splitlines()
        assert (said.status, said.out) == (2, "")
        assert first.startswith(f"streams: {file}:2:27: query: line 1, column 2: expected ")
        assert second.startswith(f"streams: {file}:3:40: channels: 'nowhere' is no channel: ")
    assert streams("rules", "list", "--json", "--data", data).json == before


def test_checking_needs_no_data_folder(streams: Streams, file: Path, tmp_path: Path) -> None:
    assert streams("rules", "check", file).out == f"{file}: 2 rules, all valid\n"
    assert streams("rules", "check", seeds_folder() / "rules.yml").status == 0
    assert list(tmp_path.iterdir()) == [file]


def test_what_is_odd_about_rules_is_told(streams: Streams, tmp_path: Path, sample_run: SampleRun) -> None:
    odd = tmp_path / "odd.yml"
    odd.write_text("- {id: a, query: bridge -bridge}\n- {id: b, query: zeppelinn OR bridge}\n")
    never = "warning: rule a: it can never match: its parts exclude each other"
    assert streams("rules", "check", odd).out.splitlines() == [never, f"{odd}: 2 rules, all valid"]
    for command in (["check", odd, "--stored"], ["test", odd]):
        said = streams("rules", *command, "--data", sample_run.data).out.splitlines()
        assert never in said
        unseen = "warning: rule b: 'zeppelinn' was in no article of the last 30 days"
        assert any(line.startswith(unseen) for line in said)


def test_rules_are_tested_on_what_is_stored(streams: Streams, file: Path, sample_run: SampleRun) -> None:
    live = streams("rules", "list", "--json", "--data", sample_run.data).json
    bridge, zeppelin = streams("rules", "test", file, "--json", "--data", sample_run.data).json
    found = streams("search", "bridge OR footbridge", "--json", "--data", sample_run.data).json["total"]
    assert (bridge["rule_id"], bridge["hits"]) == ("bridge", found)
    assert 0 < bridge["stories"] < found
    assert (zeppelin["hits"], zeppelin["samples"], zeppelin["appears"]) == (0, [], None)
    assert 0 < bridge["alerts"] <= bridge["deliveries"] == bridge["stories"]
    printed = streams("rules", "test", file, "--data", sample_run.data).out
    assert printed.splitlines()[1].split()[:3] == ["bridge", str(found), str(bridge["stories"])]
    assert f"  {bridge['samples'][0]['title']} ({bridge['samples'][0]['source']}, " in printed
    assert streams("rules", "list", "--json", "--data", sample_run.data).json == live


def test_a_changed_rule_is_compared_with_the_live_one(streams: Streams, file: Path, sample_run: SampleRun) -> None:
    live = streams("rules", "list", "--json", "--data", sample_run.data).json[0]
    file.write_text(f"rules: [{{id: {live['id']}, name: Wider, query: 'bridge OR footbridge', channels: [log]}}]")
    old, new = (
        {
            one["id"]
            for one in streams("search", query, "--json", "--limit", 1000, "--data", sample_run.data).json["hits"]
        }
        for query in (live["query"], "bridge OR footbridge")
    )

    (trial,) = streams("rules", "test", file, "--json", "--data", sample_run.data).json

    assert (trial["appears"], trial["disappears"]) == (len(new - old), len(old - new))
    assert {one["document_id"] for one in trial["new_samples"]} <= new - old
    assert (
        f"+{trial['appears']} -{trial['disappears']}"
        in streams("rules", "test", file, "--data", sample_run.data).out
    )


def test_articles_since_a_time_that_was_are_tried(streams: Streams, file: Path, sample_run: SampleRun) -> None:
    def tried(since: str) -> Said:
        return streams("rules", "test", file, "--since", since, "--json", "--data", sample_run.data)

    assert tried("2000-01-01").json[0]["hits"] > 0
    for since, why in (("soon", "'soon' is no time"), ("2199-01-01", "'2199-01-01' is not in the past")):
        said = tried(since)
        assert (said.status, why in said.err) == (2, True)


def test_exported_rules_can_be_applied_and_change_nothing(
    streams: Streams, file: Path, sample_run: SampleRun
) -> None:
    file.write_text(streams("rules", "export", "--data", sample_run.data).out)

    assert streams("rules", "apply", file, "--data", sample_run.data).out == "nothing to change\n"


def test_a_folder_without_rules_and_a_file_without_any_say_so(
    streams: Streams, file: Path, tmp_path: Path, sample_run: SampleRun
) -> None:
    file.write_text("rules: []")
    assert streams("rules", "apply", file, "--data", tmp_path / "data").out == "nothing to change\n"
    listed = streams("rules", "list", "--data", tmp_path / "data")
    assert listed.out == "No rules: `streams rules apply FILE`.\n"
    assert streams("rules", "test", file, "--data", sample_run.data).out == "No rules in the file.\n"


def test_rules_are_found_by_owner_and_tag(streams: Streams, tmp_path: Path) -> None:
    file = tmp_path / "rules.yml"
    file.write_text("rules: [{id: a, query: a, owner: Ann, tags: [Sea, land]}, {id: b, query: b}]")
    streams("rules", "apply", file, "--data", tmp_path)
    for given, found in (
        (["--tag", "sea"], ["a"]),
        (["--owner", "Ann"], ["a"]),
        (["--tag", "x"], []),
        ([], ["a", "b"]),
    ):
        listed = streams("rules", "list", *given, "--json", "--data", tmp_path).json
        assert [one["id"] for one in listed] == found
    assert streams("rules", "list", "--tag", "x", "--data", tmp_path).out == "No rules like that.\n"
