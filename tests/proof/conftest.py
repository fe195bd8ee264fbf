"""Services that a proof may kill: its own, on ports and data of their own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import pytest

from deploy.services.__main__ import services
from deploy.services.elasticsearch import Elasticsearch
from deploy.services.kafka import Kafka
from streams.clock import now
from streams.engines import topics
from streams.index import elastic_setup
from streams.index.elastic_client import connect
from streams.settings import load
from tests.services import named
from tests.services.cluster import Cluster
from tests.services_fixtures import FOLDER, tools_there

KAFKA_PORT, ELASTICSEARCH_PORT = 19492, 19494
pytestmark = pytest.mark.proof


class Site(NamedTuple):
    """A cluster with its services; `options` are what its workers are told, `told` where alerts go."""

    kafka: Kafka
    elasticsearch: Elasticsearch
    cluster: Cluster
    options: dict[str, str]
    told: Path


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything set up and empty; no language has a model."""
    folder = tmp_path_factory.mktemp("site")
    for outer in (folder, folder.parent, folder.parent.parent):
        outer.chmod(outer.stat().st_mode | 0o755)  # Elasticsearch may run as another user
    (folder / "downloads").symlink_to(FOLDER / "downloads")
    kafka, elasticsearch = services(folder, KAFKA_PORT, ELASTICSEARCH_PORT)
    try:
        with tools_there("Java 17+ and Maven"):
            kafka.start()
            elasticsearch.start()
            yield _set_up(kafka, elasticsearch, folder)
    finally:
        kafka.kill()
        elasticsearch.kill()


def _set_up(kafka: Kafka, elasticsearch: Elasticsearch, folder: Path) -> Site:
    told, names = folder / "told.jsonl", folder / "names.yml"
    names.write_text(named.FILE, encoding="utf-8")
    options = {
        "kafka": kafka.address,
        "elasticsearch": elasticsearch.address,
        "topic_prefix": "proof-",
        "index_prefix": "proof-",
        "models": "{}",
        "entities": str(names),
        "channels": f'{{"told": "file://{told}"}}',
        "log_level": "info",
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in options.items():
            environment.setenv(f"STREAMS_{name.upper()}", value)
        settings = load()
    asyncio.run(topics.set_up(settings))
    with closing(connect(settings)) as client:
        elastic_setup.set_up(client, settings, now())
    return Site(kafka, elasticsearch, Cluster(settings, folder), options, told)
