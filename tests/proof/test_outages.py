"""Services that are away for minutes and workers that are replaced one by one, under load."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping

import pytest
from aiokafka.errors import KafkaError

from deploy.processes import resident_mb
from tests.factories import NOON
from tests.proof.conftest import Site
from tests.proof.fleet import Fleet, fleet
from tests.proof.outcome import ALERTING, STAGES, nothing_is_lost_or_doubled, trickle, worked_off
from tests.services.cluster import until
from tests.services.news import news

pytestmark = pytest.mark.proof

A_SECOND, PORTION = 40, 20
ELASTICSEARCH_AWAY_S = float(os.environ.get("STREAMS_PROOF_AWAY_S", "300"))
KAFKA_AWAY_S = ELASTICSEARCH_AWAY_S / 5
UP_S, START_S = 120.0, 8.0
GROWTH = 1.25


async def under_load(site: Site, seconds: float, meanwhile: Callable[[Fleet], Awaitable[None]]) -> None:
    """Items come all the time; when they have gone through, nothing is lost."""
    await site.cluster.apply(ALERTING)
    async with fleet(site.options, site.cluster.folder / "fleet") as workers:
        items = news(int(seconds * A_SECOND), NOON)
        sending = asyncio.create_task(trickle(site, items, PORTION, PORTION / A_SECOND))
        await until(lambda: all_at_work(site), UP_S, "all stages at work")
        await meanwhile(workers)
        await sending
        await worked_off(site)
    print(f"workers that ended, by stage and exit status: {dict(workers.ends)}")  # noqa: T201
    await nothing_is_lost_or_doubled(site)


async def test_elasticsearch_away_for_minutes(site: Site) -> None:
    async def away(workers: Fleet) -> None:
        await asyncio.to_thread(site.elasticsearch.kill)
        await asyncio.sleep(ELASTICSEARCH_AWAY_S / 3)
        before = memory(workers)
        await asyncio.sleep(ELASTICSEARCH_AWAY_S * 2 / 3)
        after = memory(workers)
        await asyncio.to_thread(site.elasticsearch.start)
        assert not workers.ends, "workers wait for a service that is away"
        grown = {name: (before[name], mb) for name, mb in after.items() if mb > GROWTH * before[name]}
        assert not any(name.startswith("index") for name in grown), grown

    await under_load(site, ELASTICSEARCH_AWAY_S + 60, away)


async def test_kafka_away_for_a_minute(site: Site) -> None:
    async def away(workers: Fleet) -> None:
        await asyncio.to_thread(site.kafka.kill)
        await asyncio.sleep(KAFKA_AWAY_S)
        await asyncio.to_thread(site.kafka.start)

    await under_load(site, KAFKA_AWAY_S + 60, away)


async def test_a_rolling_restart(site: Site) -> None:
    async def roll(workers: Fleet) -> None:
        for worker in workers.workers:
            ended = sum(workers.ends.values())
            worker.signal(signal.SIGTERM)
            await until(lambda ended=ended: replaced(workers, ended), 60, f"{worker.folder.name} is replaced")  # type: ignore[misc]
            await asyncio.sleep(START_S)
        assert {status for _, status in workers.ends} == {0}

    await under_load(site, 180, roll)


async def all_at_work(site: Site) -> bool:
    """Whether each stage has done something that gets something to do from the start."""
    stages = set(STAGES) - {"notify", "fulltext"}
    try:
        return all([await site.cluster.committed(stage) for stage in stages])
    except KafkaError:
        return False


async def replaced(workers: Fleet, ended: int) -> bool:
    return sum(workers.ends.values()) > ended


def memory(workers: Fleet) -> Mapping[str, float]:
    """Resident memory of each worker, by the name of its folder."""
    return {worker.folder.name: resident_mb(worker.process.pid) for worker in workers.workers}
