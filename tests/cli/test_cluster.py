"""Commands of the cluster, without one."""

from __future__ import annotations

import sys

import pytest

from streams.engines.cluster import workers
from streams.engines.cluster.workers import Child
from tests.cli.conftest import Streams


def test_what_the_set_up_did_is_told_also_when_what_comes_next_fails(
    streams: Streams, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def set_up(_: object) -> list[str]:
        return ["created articles with 12 partitions"]

    monkeypatch.setenv("STREAMS_KAFKA", "kafka:9092")
    monkeypatch.setenv("STREAMS_ELASTICSEARCH", "http://127.0.0.1:9")
    monkeypatch.setattr("streams.engines.topics.set_up", set_up)
    said = streams("setup")
    assert (said.status, said.out) == (1, "created articles with 12 partitions\n")
    assert "Elasticsearch at http://127.0.0.1:9 is away" in said.err


def test_a_stage_that_is_named_twice_is_one_worker(streams: Streams, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two would share its folder, in which one has no place."""
    started: list[Child] = []

    async def work_apart(wanted: list[Child]) -> int:
        started.extend(wanted)
        return 0

    monkeypatch.setenv("STREAMS_KAFKA", "kafka:9092")
    monkeypatch.setenv("STREAMS_METRICS_PORT", "9400")
    monkeypatch.setattr(workers, "work_apart", work_apart)
    assert streams("worker", "--stage", "tag", "--stage", "relate", "--stage", "tag").status == 0
    assert [child.name for child in started] == ["tag", "relate"]
    assert started[0].command[:4] == [sys.executable, "-m", "streams", "worker"]
    assert [child.environment for child in started] == [
        {"STREAMS_METRICS_PORT": "9400"},
        {"STREAMS_METRICS_PORT": "9401"},
    ]
