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
    dead = {"dead": SecretStr(f"http://{NOBODY}/hook")}
    cluster.settings = cluster.settings.model_copy(update={"channels": dead, "allow_hosts": [NOBODY]})
    first, second = cluster.folder / "one" / "alerts.jsonl", cluster.folder / "two" / "alerts.jsonl"

    async def noted() -> list[Settled]:
        return [one for one in await cluster.records(Topic.DELIVERIES) if isinstance(one, Settled)]

    async def settled(count: int) -> bool:
        return len({one.key for one in await noted() if one.state == "done"}) == count

    await cluster.send(Topic.DELIVERIES, deliveries("a", "b"))
    async with cluster.running("notify", name="one"):
        await until(lambda: settled(2), 40, "two deliveries settled")
        await cluster.drained("notify", within_s=40)  # what is told and not yet noted is told again
    assert told(first) == ["a", "b"]
    await cluster.send(Topic.DELIVERIES, deliveries("a", "c"))
    async with cluster.running("notify", name="two"):
        await until(lambda: settled(3), 40, "three deliveries settled")
    assert told(second) == ["c"]
    states = {(one.channel, one.state) for one in await noted()}
    assert states == {("file", "done"), ("dead", "pending")}
