"""Alerts and what people decide about them, from the command line."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from streams import codec
from streams.engines.embedded import EmbeddedEngine
from streams.index.embedded import EmbeddedIndex
from streams.records import Edit, Topic
from tests.cli.conftest import Streams
from tests.conftest import SampleRun
from tests.contract.test_search import a_story
from tests.engines.test_outbox import delivery
from tests.factories import NOON, rule


def test_alerts_can_be_those_of_one_rule(streams: Streams, sample_run: SampleRun) -> None:
    found = streams("alerts", "list", "--rule", "border-build-up", "--json", "--data", sample_run.data).json
    assert [alert["rule_id"] for alert in found["hits"]] == ["border-build-up"]
    said = streams("alerts", "list", "--rule", "border-build-up", "--data", sample_run.data)
    assert found["hits"][0]["id"] in said.out
    assert said.out.endswith("1 alert\n")
    everything = streams("alerts", "list", "--limit", 1, "--json", "--data", sample_run.data).json
    assert everything["total"] == sum(poll.alerts for poll in sample_run.polls)
    assert len(everything["hits"]) == 1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder with one rule, one story and one alert."""
    with closing(EmbeddedEngine.open(tmp_path / "data", create=True)) as engine:
        engine.apply_rules([rule(id="bridge")])
        with closing(EmbeddedIndex(engine.store.folder)) as index:
            index.write([delivery("key").alert, a_story("story")])
    return tmp_path / "data"


def edits(folder: Path) -> list[tuple[str, str, str]]:
    """What the stages are to take up."""
    with closing(EmbeddedEngine.open(folder)) as engine:
        records = [codec.decode(row.value) for row in engine.store.read("test", [Topic.HITS], 100)]
    return [(one.action, one.id, one.by) for one in records if isinstance(one, Edit)]


def test_an_alert_is_acknowledged(streams: Streams, folder: Path) -> None:
    said = streams("alerts", "ack", "bridge.story", "--by", "Ann", "--data", folder)
    assert said.out == "acknowledged: bridge.story (Harbour bridge closed)\n"
    assert edits(folder) == [("acknowledge", "bridge.story", "Ann")]
    assert streams("alerts", "ack", "nosuch", "--data", folder).status == 2


def test_the_list_says_what_is_known_already(streams: Streams, folder: Path) -> None:
    known = replace(delivery("key").alert, version=2, acknowledged_at=NOON)
    with closing(EmbeddedIndex(folder)) as index:
        index.write([known])
    assert "open, acknowledged" in streams("alerts", "list", "--data", folder).out


def test_a_story_and_a_source_are_muted_and_the_mute_is_lifted(streams: Streams, folder: Path) -> None:
    assert streams("alerts", "mutes", "--data", folder).out == "Nothing is muted.\n"
    said = streams("alerts", "mute", "--story", "story", "--rule", "bridge", "--data", folder)
    assert said.out.startswith("muted: story story for rule bridge; ")
    site = "https://www.Tabloid.example/news"
    said = streams("alerts", "mute", "--source", site, "--days", 7, "--data", folder)
    assert said.out.startswith("muted: tabloid.example until ")
    story, source = streams("alerts", "mutes", "--json", "--data", folder).json
    assert (story["story_id"], story["rule_id"], source["source"]) == ("story", "bridge", "tabloid.example")
    assert "tabloid.example" in streams("alerts", "mutes", "--data", folder).out
    assert streams("alerts", "unmute", source["id"], "--data", folder).out.startswith("lifted: tabloid.example")
    assert [action for action, _, _ in edits(folder)] == ["mute", "mute", "unmute"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--story", "story", "--source", "a.example"],
        ["--story", "nosuch"],
        ["--source", "a", "--rule", "b"],
        ["--source", "The Herald"],
    ],
)
def test_a_mute_of_nothing_is_refused(streams: Streams, folder: Path, arguments: list[str]) -> None:
    assert streams("alerts", "mute", *arguments, "--data", folder).status == 2
    assert edits(folder) == []
