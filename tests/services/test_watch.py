"""A worker on a real Kafka tells how it is and what it does; of several each has a port of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from streams.engines.cluster.app import StageApp
from streams.engines.cluster.watch import watched
from streams.engines.lag import Lags, Place
from streams.records import Topic
from tests.factories import raw_item
from tests.ports import free_port
from tests.services.cluster import Cluster, until
from tests.test_probes import asked

ITEMS = [("herald", raw_item(url=f"https://herald.example/{number}", title=f"N {number}")) for number in range(5)]


async def test_the_lag_is_what_the_broker_says_of_the_group(cluster: Cluster) -> None:
    await cluster.send(Topic.RAW_ITEMS, ITEMS)
    async with Lags(cluster.settings) as lags:
        before = await lags.of("identify")
        assert sorted(before.values()) == [Place(0, 0), Place(0, 0), Place(0, 5)]
        async with cluster.running("identify"):
            await cluster.drained("identify")
        assert sorted((await lags.of("identify")).values()) == [Place(0, 0), Place(0, 0), Place(5, 0)]


def started(command: list[str], environment: dict[str, str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "workers.log").open("wb") as log:
        return subprocess.Popen(command, env=os.environ | environment, stderr=log)


@asynccontextmanager
async def working(cluster: Cluster, stage: str) -> AsyncIterator[StageApp]:
    app = StageApp(stage, cluster.settings)
    async with watched(stage, app, cluster.settings):
        starting = asyncio.create_task(app.start())
        try:
            yield app
        finally:
            await starting
            await app.stop()


async def test_a_worker_is_ready_once_it_has_its_partitions_and_counts_what_it_does(cluster: Cluster) -> None:
    settings = cluster.settings = cluster.settings.model_copy(update={"metrics_port": free_port()})
    await cluster.send(Topic.RAW_ITEMS, [*ITEMS, ITEMS[0]])
    async with working(cluster, "identify"):
        assert await asked(settings, "/livez") == (200, "alive\n")
        status, text = await asked(settings, "/readyz")
        assert (status, "no partitions yet" in text) == (503, True)

        async def ready() -> bool:
            return (await asked(settings, "/readyz"))[0] == 200

        await until(ready, 60, "the worker is ready")
        await cluster.drained("identify")

        async def measured() -> bool:
            _, text = await asked(settings, "/metrics")
            name = f"{settings.topic_prefix}raw-items"
            lags = [line for line in text.splitlines() if f'topic="{name}"' in line and "streams_lag" in line]
            return len(lags) == 3 and all(line.endswith(" 0.0") for line in lags)

        await until(measured, 40, "the lag is told as none")
        _, text = await asked(settings, "/metrics")
    assert 'streams_records_in_total{stage="identify"} ' in text
    assert 'streams_table_entries{partition="0",table="identities"}' in text


async def test_workers_of_several_stages_answer_on_a_port_each(cluster: Cluster) -> None:
    first = free_port(2)
    own = {"kafka": cluster.settings.kafka[0], "topic_prefix": cluster.settings.topic_prefix}
    environment = {f"STREAMS_{name.upper()}": value for name, value in own.items()}
    environment["STREAMS_METRICS_PORT"] = str(first)
    command = [sys.executable, "-m", "streams", "worker", "--stage", "identify", "--stage", "decide"]
    process = started([*command, "--data", str(cluster.folder / "workers")], environment, cluster.folder)

    async def ready() -> bool:
        assert process.poll() is None, (cluster.folder / "workers.log").read_text()
        try:
            answers = [
                await asked(cluster.settings.model_copy(update={"metrics_port": port}), "/readyz")
                for port in (first, first + 1)
            ]
        except aiohttp.ClientError:
            return False
        return [status for status, _ in answers] == [200, 200]

    try:
        await until(ready, 60, "both are ready")
    finally:
        process.terminate()
        assert process.wait(40) == 0
