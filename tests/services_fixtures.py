"""A real Elasticsearch and a real Kafka for tests: those given, those that run, or ones started for this run.

`STREAMS_TEST_ELASTICSEARCH` and `STREAMS_TEST_KAFKA` give the addresses of servers that tests may fill. Without
them those of `python -m deploy.services` are used; what tests started is stopped when the last run that could use
it ends.
Tests skip where Java or Maven is missing, and fail instead with `STREAMS_REQUIRE_SERVICES=1`.
"""

from __future__ import annotations

import fcntl
import os
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

import pytest
from elasticsearch import Elasticsearch

from deploy.services.__main__ import ELASTICSEARCH_PORT, KAFKA_PORT, services
from deploy.services.elasticsearch import Elasticsearch as Node
from deploy.services.java import MissingError
from deploy.services.kafka import Kafka
from streams.clock import now
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect
from streams.index.elastic_mapping import FAMILIES
from streams.index.elastic_setup import set_up
from streams.settings import Settings, load

FOLDER = Path(__file__).parents[1] / ".services"
KAFKA, NODE = services(FOLDER, KAFKA_PORT, ELASTICSEARCH_PORT)
GIVEN = {service: os.environ.get(f"STREAMS_TEST_{service.name.upper()}") for service in (KAFKA, NODE)}
REQUIRED = os.environ.get("STREAMS_REQUIRE_SERVICES") == "1"
IN_USE = pytest.StashKey[IO[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Let other runs know of this one. Workers of a run live shorter than the run."""
    if not hasattr(config, "workerinput"):
        FOLDER.mkdir(exist_ok=True)
        config.stash[IN_USE] = (FOLDER / "tests.lock").open("w")
        fcntl.flock(config.stash[IN_USE], fcntl.LOCK_SH)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop what tests started, unless another run may be using it."""
    if IN_USE not in config.stash:
        return
    with config.stash[IN_USE] as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        for service in GIVEN:
            if _started(service).exists():
                service.stop()
                _started(service).unlink()


@pytest.fixture(scope="session")
def elasticsearch_address() -> str:
    """Where a real Elasticsearch answers."""
    return _answering(NODE)


@pytest.fixture(scope="session")
def kafka_address() -> str:
    """Where a real Kafka answers."""
    return _answering(KAFKA)


@pytest.fixture(scope="session")
def elastic_settings(elasticsearch_address: str) -> Iterator[Settings]:
    """Options of an Elasticsearch that is set up, under names of this run's own."""
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    settings = load(elasticsearch=elasticsearch_address, index_prefix=prefix)
    with closing(connect(settings)) as client:
        set_up(client, settings, now())
        yield settings
        clear(client, prefix)


@pytest.fixture
def elastic(elastic_settings: Settings) -> Iterator[Elasticsearch]:
    """A client of it; the indices that a test makes are gone afterwards."""
    with closing(connect(elastic_settings)) as client:
        yield client
        delete_indices(client, elastic_settings.index_prefix)


@pytest.fixture
def elastic_index(elastic: Elasticsearch, elastic_settings: Settings) -> ElasticIndex:
    """An empty index on it."""
    return ElasticIndex(elastic, elastic_settings.index_prefix)


def clear(client: Elasticsearch, prefix: str) -> None:
    """Delete all that a set-up under this prefix made."""
    delete_indices(client, prefix)
    for family in FAMILIES.values():
        client.options(ignore_status=404).indices.delete_index_template(name=family.alias(prefix))


def delete_indices(client: Elasticsearch, prefix: str) -> None:
    """Delete all indices with this prefix."""
    names = list(client.indices.get(index=f"{prefix}*", expand_wildcards=["open", "closed"]))
    if names:
        client.indices.delete(index=names)


@contextmanager
def tools_there(tools: str) -> Iterator[None]:
    """The body starts a service; without the tools for it a test skips, or fails where services are required."""
    try:
        yield
    except MissingError as error:
        if REQUIRED:
            raise
        pytest.skip(f"needs {tools}: {error}")


def _answering(service: Kafka | Node) -> str:
    if given := GIVEN[service]:
        return given
    with tools_there("Java 17+ and Maven"), _one_at_a_time():
        if service.pid() is None:
            _started(service).touch()
        service.start()
    return service.address


def _started(service: Kafka | Node) -> Path:
    """Marks a service that tests have started."""
    return FOLDER / f"{service.name.lower()}-started-by-tests"


@contextmanager
def _one_at_a_time() -> Iterator[None]:
    """The workers of a run, and runs beside each other, start the node once."""
    with (FOLDER / "start.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
