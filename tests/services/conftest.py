"""A cluster of its own for each test."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from streams.engines.topics import set_up
from streams.settings import Settings
from tests.services.cluster import Cluster, delete_topics
from tests.services.two_papers import publish
from tests.serving import Site


@pytest.fixture
def cluster(kafka_address: str, tmp_path: Path) -> Iterator[Cluster]:
    """Empty topics under a prefix of their own, gone afterwards; no language has a model."""
    settings = Settings(
        _env_file=None,  # type: ignore[call-arg]
        kafka=[kafka_address],
        topic_prefix=f"test-{uuid.uuid4().hex[:12]}-",
        models={},
        title_model="",
        data=tmp_path,
    )
    try:
        asyncio.run(set_up(settings))
        yield Cluster(settings, tmp_path)
    finally:
        asyncio.run(delete_topics(settings))


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """Two papers that tell of the same matters."""
    async with Site() as site:
        publish(site)
        yield site
