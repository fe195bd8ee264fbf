"""A cluster of its own for each test."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path

import pytest

from streams.engines.topics import set_up
from streams.settings import Settings
from tests.services.cluster import Cluster


@pytest.fixture
def cluster(kafka_address: str, tmp_path: Path) -> Cluster:
    """Empty topics under a prefix of their own; no language has a model."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        kafka=[kafka_address],
        topic_prefix=f"test-{uuid.uuid4().hex[:12]}-",
        models={},
        data=tmp_path,
    )
    asyncio.run(set_up(settings))
    return Cluster(settings, tmp_path)
