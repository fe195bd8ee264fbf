"""`streams reader` and `streams web` as processes beside a real Kafka and a real Elasticsearch."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import aiohttp
import pytest

from streams.engines.remote import ClusterEngine
from streams.feeds.opml import feed_from_url
from streams.index.elastic import ElasticIndex
from streams.records import RawItem, Tick, Topic
from streams.settings import Settings
from tests.ports import free_port
from tests.services.cluster import Cluster, until
from tests.serving import Site, rss
from tests.test_probes import asked

FEED = rss(
    "Herald", [("https://herald.example/1", "One", "First."), ("https://herald.example/2", "Two", "Second.")]
)


@pytest.fixture
def cluster(cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex) -> Cluster:
    cluster.settings = cluster.settings.model_copy(update={"metrics_port": free_port()})
    return cluster.write_to(elastic_settings)


@contextmanager
def running(cluster: Cluster, *command: str, **others: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the cluster; it must end well when asked to."""
    given = cluster.settings
    own = {
        name: str(getattr(given, name))
        for name in ("topic_prefix", "elasticsearch", "index_prefix", "metrics_port")
    }
    options = own | {"kafka": given.kafka[0]} | others
    with (cluster.folder / "process.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "streams", *command],
            env=os.environ | {f"STREAMS_{name.upper()}": value for name, value in options.items()},
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.terminate()
        status = process.wait(40)
    assert status == 0, (cluster.folder / "process.log").read_text()


async def ready(cluster: Cluster) -> bool:
    try:
        return (await asked(cluster.settings, "/readyz"))[0] == 200
    except aiohttp.ClientError:
        return False


async def test_a_reader_brings_in_items_and_ticks_and_tells_of_its_polls(cluster: Cluster) -> None:
    async with Site() as site:
        site.pages["feed"] = FEED
        await asyncio.to_thread(subscribe, cluster, site.url("feed"))
        with running(cluster, "reader", allow_hosts=site.host):
            await until(lambda: ready(cluster), 60, "the reader has its share")

            async def arrived() -> bool:
                return len(await cluster.records(Topic.RAW_ITEMS)) == 5

            await until(arrived, 40, "two items and a tick for each partition")

            async def told() -> bool:
                _, metrics = await asked(cluster.settings, "/metrics")
                return metrics.count('streams_feed_polls_total{outcome="new"} 1.0') == 1

            await until(told, 20, "the poll is counted")
            _, metrics = await asked(cluster.settings, "/metrics")
    found = await cluster.log(Topic.RAW_ITEMS)
    assert sorted(record.title for _, record in found if isinstance(record, RawItem)) == ["One", "Two"]
    assert sorted(partition for partition, record in found if isinstance(record, Tick)) == [0, 1, 2]
    assert "streams_items_read_total 2.0" in metrics


def subscribe(cluster: Cluster, url: str) -> None:
    with ClusterEngine(cluster.settings) as engine:
        assert engine.add_feeds([feed_from_url(url)]) == 1


async def test_the_page_is_served_over_the_cluster_and_says_that_it_can_answer(cluster: Cluster) -> None:
    port = free_port()
    with running(cluster, "web", port=str(port)):
        await until(lambda: ready(cluster), 60, "the page is served")
        page = cluster.settings.model_copy(update={"metrics_port": port})
        assert await asked(page, "/livez") == (200, "alive\n")
        assert await asked(page, "/readyz") == (200, "ready\n")
        assert (await asked(page, "/api/stories"))[0] == 200
        assert (await asked(page, "/metrics"))[0] == 404


async def test_a_page_whose_index_is_away_is_alive_and_not_ready(cluster: Cluster) -> None:
    cluster.settings = cluster.settings.model_copy(update={"elasticsearch": "http://127.0.0.1:9"})

    async def told() -> bool:
        try:
            status, text = await asked(cluster.settings, "/readyz")
        except aiohttp.ClientError:
            return False
        return status == 503 and "Elasticsearch at http://127.0.0.1:9 is away" in text

    with running(cluster, "web", port=str(free_port())):
        await until(told, 60, "that Elasticsearch is away")
        assert await asked(cluster.settings, "/livez") == (200, "alive\n")


@pytest.mark.parametrize("command", ["reader", "web"])
def test_without_kafka_they_end_with_one_line(cluster: Cluster, command: str) -> None:
    options = {"KAFKA": "127.0.0.1:9", "ELASTICSEARCH": cluster.settings.elasticsearch, "PORT": str(free_port())}
    ended = subprocess.run(
        [sys.executable, "-m", "streams", command],
        env=os.environ
        | {f"STREAMS_{name}": value for name, value in options.items()}
        | {"STREAMS_LOG_LEVEL": "error"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert ended.stderr.splitlines()[-1].startswith("streams: Kafka at 127.0.0.1:9")
