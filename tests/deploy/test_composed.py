"""The services of docker-compose.yml at work: their very commands and environments, against local services."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import aiohttp
import pytest
from elasticsearch import Elasticsearch

from streams.clock import now
from streams.engines.remote import ClusterEngine
from streams.engines.stages import CLUSTER_INPUTS
from streams.records import Topic
from streams.sample.server import SampleServer
from streams.sample.start import start_for
from streams.seeds import seeds_folder
from streams.settings import PREFIX, Settings, load
from tests.deploy.compose import healthy, started
from tests.local_server import Answer, Asked, answering_as
from tests.ports import free_port
from tests.services.cluster import Cluster, delete_topics, until
from tests.services_fixtures import clear

LONGEST_S = 240.0
METRICS = f"{PREFIX}METRICS_PORT"


class Site(NamedTuple):
    """Where a test's deployment is; `instead` are the options that differ from the file's."""

    settings: Settings
    instead: Mapping[str, str]
    sample: SampleServer
    imported: list[Asked]
    folder: Path

    async def answer(self, path: str) -> tuple[int, object]:
        """What the page answers to the token that the set-up showed; nothing (status 0) while it is not up."""
        [token] = re.findall(r"streams_\w{12}_[\w-]{43}", (self.folder / "setup.log").read_text())
        shown = {"Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{self.settings.port}{path}"
        try:
            async with aiohttp.request("GET", url, headers=shown) as response:
                return response.status, await response.json()
        except aiohttp.ClientError:
            return 0, None


@pytest.fixture
async def site(kafka_address: str, elasticsearch_address: str, tmp_path: Path) -> AsyncIterator[Site]:
    """Local services in place of the file's, names of the test's own, and the bundled feeds to read."""
    prefix, imported = f"test-{uuid.uuid4().hex[:12]}-", list[Asked]()

    def kibana(asked: Asked) -> Answer:
        imported.append(asked)
        return Answer({"success": True, "successCount": 1, "errors": []})

    async with SampleServer(seeds_folder() / "sample", start_for(tmp_path, now())) as sample:
        with answering_as(kibana) as kibana_address:
            options = {
                "kafka": kafka_address,
                "elasticsearch": elasticsearch_address,
                "kibana": kibana_address,
                "topic_prefix": prefix,
                "index_prefix": prefix,
                "data": str(tmp_path / "data"),
                "port": str(free_port(2)),
                "allow_hosts": sample.host,
            }
            settings = load(**options)
            instead = {PREFIX + name.upper(): value for name, value in options.items()}
            yield Site(settings, instead, sample, imported, tmp_path)
    await delete_topics(settings)
    with Elasticsearch(elasticsearch_address) as client:
        clear(client, prefix)


@pytest.mark.parametrize(
    "stages",
    [
        pytest.param(["identify"], id="as far as articles"),
        pytest.param(list(CLUSTER_INPUTS), id="all of it", marks=pytest.mark.proof),
    ],
)
async def test_it_sets_itself_up_reads_feeds_and_serves_what_comes_of_them(
    site: Site, stages: Sequence[str], tmp_path: Path
) -> None:
    with started("setup", site.instead, tmp_path) as setup:
        assert await asyncio.to_thread(setup.wait, LONGEST_S) == 0
    assert [asked.path for asked in site.imported] == ["/api/saved_objects/_import"]
    with ClusterEngine(site.settings) as engine:
        engine.add_feeds(site.sample.feeds())
    ports = {name: free_port(2) for name in ("reader", *stages, "web")}
    with ExitStack() as end:
        processes = [
            end.enter_context(started(name, {**site.instead, METRICS: str(port)}, tmp_path))
            for name, port in ports.items()
        ]
        await until(lambda: _through(site, stages), LONGEST_S, "articles have come through")
        await until(lambda: _serves(site), LONGEST_S, "the page answers")
        well = [await asyncio.to_thread(healthy, name, port) for name, port in ports.items()]
        assert well == [True] * len(processes)
    assert [process.returncode for process in processes] == [0] * len(processes)


async def _through(site: Site, stages: Sequence[str]) -> bool:
    """Whether the last of the stages has brought something out."""
    if "index" not in stages:
        return bool(await Cluster(site.settings, site.settings.data).records(Topic.ARTICLES))
    _, found = await site.answer("/api/documents")
    return isinstance(found, dict) and found.get("total", 0) > 0


async def _serves(site: Site) -> bool:
    status, _ = await site.answer("/api/stories")
    return status == 200
