"""A worker's folder belongs to one Kafka."""

from __future__ import annotations

from pathlib import Path

from streams.engines.cluster.fitting import keep_of
from streams.engines.folder import claimed


def test_state_of_another_kafka_is_deleted_and_that_of_this_one_kept(tmp_path: Path) -> None:
    tables = tmp_path / "v1" / "tables"
    with claimed(tmp_path):
        tables.mkdir(parents=True)
        keep_of("this", tmp_path)
        keep_of("this", tmp_path)
        assert tables.exists()
        keep_of("begun anew", tmp_path)
        assert sorted(one.name for one in tmp_path.iterdir()) == ["kafka", "running.lock"]
        keep_of("begun anew", tmp_path)
