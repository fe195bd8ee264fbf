"""Saved searches and two queries compared from the command line."""

from __future__ import annotations

from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from streams.engines.embedded import EmbeddedEngine
from streams.index.embedded import EmbeddedIndex
from streams.review import reviewed
from streams.searches import saved
from tests.cli.conftest import Streams
from tests.conftest import SampleRun
from tests.contract.test_search import a_story
from tests.factories import NOON, document


def test_a_search_is_saved_listed_and_removed(streams: Streams, tmp_path: Path) -> None:
    assert streams("searches", "save", "Rail strikes", "strike AND rail*", "--data", tmp_path).out == (
        "saved: Rail strikes\n"
    )
    (kept,) = streams("searches", "list", "--json", "--data", tmp_path).json
    assert (kept["name"], kept["query"]) == ("Rail strikes", "strike AND rail*")
    assert "Rail strikes" in streams("searches", "list", "--data", tmp_path).out
    assert streams("search", "--saved", "rail strikes", "--json", "--data", tmp_path).json["total"] == 0
    both = streams("search", "bridge", "--saved", "rail strikes", "--data", tmp_path)
    assert (both.status, "has a query of its own" in both.err) == (2, True)
    assert streams("searches", "remove", "rail strikes", "--data", tmp_path).out == "removed: Rail strikes\n"
    assert streams("searches", "list", "--data", tmp_path).out.startswith("No saved searches")
    assert streams("search", "--saved", "gone", "--data", tmp_path).status == 2


def test_a_saved_search_follows_its_story_and_may_be_had_in_another_order(
    streams: Streams, tmp_path: Path
) -> None:
    with closing(EmbeddedEngine.open(tmp_path, create=True)) as engine, closing(EmbeddedIndex(tmp_path)) as index:
        index.write([a_story("old", merged_into="new"), a_story("new")])
        times = [NOON, NOON + timedelta(hours=1)]
        index.write([document(id=f"d{n}", story_id="new", published=at) for n, at in enumerate(times)])
        index.refresh()
        engine.keep_search(saved("Bridge", "bridge", NOON, filters={"story": "old", "sort": "oldest"}))
        assert reviewed(index, NOON, NOON, engine.searches()).searches[0].articles == 2

    for order, ids in ([], ["d0", "d1"]), (["--sort", "newest"], ["d1", "d0"]):
        found = streams("search", "--saved", "bridge", *order, "--json", "--data", tmp_path).json
        assert [hit["id"] for hit in found["hits"]] == ids


def test_two_queries_are_counted_over_the_same_time(
    streams: Streams, sample_run: SampleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.clock.now", lambda: sample_run.today + timedelta(days=1))
    found = streams("compare", "the", "minister", "--since", "365d", "--json", "--data", sample_run.data).json
    first, second = found["volumes"]
    assert first["total"] >= second["total"] > 0
    assert len(first["counts"]) == len(found["starts"]) == len(second["counts"])
    shown = streams("compare", "the", "minister", "--since", "365d", "--data", sample_run.data).out
    assert "\u2588" in shown
    assert f"{second['total']} found by minister" in shown
