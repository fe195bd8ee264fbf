"""Services that a proof may kill: its own, on ports and data that nothing else has."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
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
from tests.ports import free_port
from tests.services import named
from tests.services.cluster import Cluster
from tests.services_fixtures import FOLDER, tools_there

pytestmark = pytest.mark.proof


class Site(NamedTuple):
    """A cluster with its services; `options` are what its workers are told, `told` where alerts go."""

    kafka: Kafka
    elasticsearch: Elasticsearch
    cluster: Cluster
    options: dict[str, str]
    told: Path


@pytest.fixture
def own_options() -> dict[str, str]:
    """Options that a proof has beside those of all."""
    return {}


@pytest.fixture
def site(own_options: dict[str, str]) -> Iterator[Site]:
    """Everything set up and empty; no language has a model."""
    # Not in pytest's folder: Elasticsearch may run as another user, and each run of pytest shuts that to others.
    with TemporaryDirectory(prefix="streams-proof-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        folder.chmod(0o755)
        (folder / "downloads").symlink_to(FOLDER / "downloads")
        kafka, elasticsearch = services(folder, free_port(in_a_row=2), free_port(in_a_row=2))
        try:
            with tools_there("Java 17+ and Maven"):
                kafka.start()
                elasticsearch.start()
                yield _set_up(kafka, elasticsearch, folder, own_options)
        finally:
            kafka.kill()
            elasticsearch.kill()


def _set_up(kafka: Kafka, elasticsearch: Elasticsearch, folder: Path, own: dict[str, str]) -> Site:
    told, names = folder / "told.jsonl", folder / "names.yml"
    names.write_text(named.FILE, encoding="utf-8")
    options = {
        "kafka": kafka.address,
        "elasticsearch": elasticsearch.address,
        "topic_prefix": "proof-",
        "index_prefix": "proof-",
        "models": "{}",
        "title_model": "",  # what is decided again over dicts has no vectors of headlines either
        "entities": str(names),
        "channels": f'{{"told": "file://{told}"}}',
        "log_level": "info",
        **own,
    }
    with pytest.MonkeyPatch.context() as environment:
        for name, value in options.items():
            environment.setenv(f"STREAMS_{name.upper()}", value)
        settings = load()
    asyncio.run(topics.set_up(settings))
    with closing(connect(settings)) as client:
        elastic_setup.set_up(client, settings, now())
    return Site(kafka, elasticsearch, Cluster(settings, folder), options, told)
