"""What Faust is handed of what was fetched."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import pytest
from faust.types import TP

from streams.engines.cluster.app import StageApp
from streams.engines.cluster.transport import FETCH_WAIT_MS, Fetched, Transport
from streams.settings import Settings
from tests.engines.cluster.test_offsets import PARTITION, record

OTHER = TP("raw-items", 1)


@pytest.fixture
def consumer(tmp_path: Path) -> Transport.Consumer:
    app = StageApp("match", Settings(_env_file=None, kafka=["127.0.0.1:9"], data=tmp_path))  # type: ignore[call-arg]
    return cast(Transport.Consumer, app.consumer)


def test_a_full_buffer_takes_no_partition_out_of_the_fetch(consumer: Transport.Consumer) -> None:
    active = consumer._set_active_tps({PARTITION})
    consumer.on_buffer_full(PARTITION)
    assert active == {PARTITION}


async def test_one_message_holds_all_records_of_a_partition_that_came_together(
    consumer: Transport.Consumer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = [record(4), record(5), record(9)], [record(2, OTHER)]

    async def fetch(_: float) -> object:
        return {PARTITION: ours, OTHER: theirs}, {PARTITION, OTHER}

    monkeypatch.setattr(consumer, "_wait_next_records", fetch)
    monkeypatch.setattr(consumer, "highwater", lambda _: 10)
    monkeypatch.setattr(consumer, "flow_active", True)
    handed = [message async for _, message in consumer.getmany(1.0)]
    assert [(type(one), one.tp, one.offset) for one in handed] == [(Fetched, PARTITION, 9), (Fetched, OTHER, 2)]
    assert [cast(Fetched, one).records for one in handed] == [ours, theirs]


async def test_a_fetch_does_not_wait_long_for_records(consumer: Transport.Consumer) -> None:
    made = consumer._new_consumer_thread()._create_worker_consumer(cast(Transport, consumer.transport))
    await made.stop()
    assert made._fetch_max_wait_ms == FETCH_WAIT_MS
