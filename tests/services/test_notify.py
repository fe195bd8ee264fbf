"""Deliveries on a real Kafka: none is lost or made again when workers change, and no channel waits for another."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import SecretStr

from streams.alerts.decide import Decide
from streams.records import Delivery, Settled, Topic
from tests.factories import hit, rule
from tests.services.cluster import Cluster, until

NOBODY = "127.0.0.1:9"


def deliveries(*stories: str) -> list[tuple[str, Delivery]]:
    """An alert a story, each for a file and for a webhook that nobody answers."""
    hits = [hit(rule=rule(channels=["file", "dead"]), story_id=story) for story in stories]
    records = [output.record for output in Decide({}).process(hits)]
    return [(record.channel, record) for record in records if isinstance(record, Delivery)]


def told(path: Path) -> list[str]:
    """The stories that the file channel was told of."""
    lines = path.read_text().splitlines() if path.exists() else []
    return [json.loads(line)["alert"]["story_id"] for line in lines]


async def test_deliveries_outlive_their_worker_and_a_dead_channel_holds_up_no_other(cluster: Cluster) -> None:
    cluster.settings = cluster.settings.model_copy(update={"allow_hosts": [NOBODY]})
    first, second = cluster.folder / "one" / "alerts.jsonl", cluster.folder / "two" / "alerts.jsonl"
    mended = cluster.folder / "mended.jsonl"

    def dead_is(address: str) -> None:
        cluster.settings = cluster.settings.model_copy(update={"channels": {"dead": SecretStr(address)}})

    async def noted() -> list[Settled]:
        return [one for one in await cluster.records(Topic.DELIVERIES) if isinstance(one, Settled)]

    async def settled(count: int) -> bool:
        return len({one.key for one in await noted() if one.state == "done"}) == count

    async def first_told() -> bool:
        return told(first) == ["a", "b"]

    async def mended_told() -> bool:
        return told(mended) == ["a", "b"]

    dead_is(f"http://{NOBODY}/hook")
    await cluster.send(Topic.DELIVERIES, deliveries("a", "b"))
    async with cluster.running("notify", name="one"):
        await until(first_told, 40, "two deliveries told")
    assert await settled(2), "a worker that ends says what it has told"

    dead_is(mended.as_uri())
    async with cluster.running("notify", name="two"):
        await until(mended_told, 40, "what waited told, though nothing new came")
        await cluster.send(Topic.DELIVERIES, deliveries("a", "c"))
        await until(lambda: settled(6), 40, "six deliveries settled")
    assert (told(second), told(mended)) == (["c"], ["a", "b", "c"])
