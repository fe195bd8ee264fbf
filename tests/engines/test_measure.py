"""What is measured of a data folder, and what its running process answers about itself."""

from __future__ import annotations

import asyncio
from pathlib import Path

from prometheus_client import REGISTRY

from streams.engines.measure import measure_lags, measure_tables, watched
from streams.engines.runtime import running
from streams.engines.sqlite import Store
from streams.records import Topic
from streams.settings import load
from streams.stage import Output
from tests.factories import document, raw_item
from tests.ports import free_port
from tests.test_probes import asked


def lag(stage: str, topic: Topic) -> float | None:
    return REGISTRY.get_sample_value("streams_lag_records", {"stage": stage, "topic": topic, "partition": "0"})


def test_what_waits_is_measured_by_stage_and_topic(store: Store) -> None:
    store.append([Output(Topic.RAW_ITEMS, "k", raw_item())] * 2 + [Output(Topic.DOCUMENTS, "k", document())])
    measure_lags(store)
    waiting = {("identify", Topic.RAW_ITEMS): 2, ("match", Topic.DOCUMENTS): 1, ("index", Topic.DOCUMENTS): 1}
    assert {of: lag(*of) for of in waiting} == waiting
    assert lag("index", Topic.ALERTS) == 0


def test_state_tables_are_measured_by_name(store: Store) -> None:
    store.append([], {"identities": {b"a": b"1", b"b": b"2"}})
    measure_tables(store)
    assert REGISTRY.get_sample_value("streams_table_entries", {"table": "identities", "partition": "0"}) == 2


async def test_a_running_folder_answers_about_itself(tmp_path: Path) -> None:
    settings = load(data=tmp_path / "data", models={}, title_model="", metrics_port=free_port())
    async with running(settings) as runtime, watched(runtime, settings):
        await runtime.send(Topic.RAW_ITEMS, [("k", raw_item())])
        await asyncio.wait_for(runtime.drained(), 20)
        assert await asked(settings, "/readyz") == (200, "ready\n")
        _, text = await asked(settings, "/metrics")
    assert 'streams_records_in_total{stage="identify"}' in text
