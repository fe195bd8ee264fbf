"""A Kafka that goes away while much is moved is told of as everywhere, and not as a fault of the program."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from aiokafka.errors import KafkaTimeoutError

from streams.errors import ServiceError
from streams.migrate import migration
from streams.reprocess import cluster
from streams.settings import load

SETTINGS = {"kafka": ["kafka:9092"], "elasticsearch": "http://127.0.0.1:9"}
TOLD = "Kafka at kafka:9092 does not answer"


async def fails(*_: object) -> None:
    raise KafkaTimeoutError


async def test_a_migration_that_loses_kafka_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.migrate.cluster.Cluster.__aenter__", fails)
    with pytest.raises(ServiceError, match=TOLD):
        await migration.migrate(cast(Any, None), load(**SETTINGS), merge=False)


async def test_a_re_run_that_loses_kafka_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(cluster._Rerun, "run", fails)
    with pytest.raises(ServiceError, match=TOLD):
        await cluster.reprocess(load(**SETTINGS, data=tmp_path), cast(Any, None), None, cast(Any, None))
