"""A worker on a real Kafka reads what the next version of the program writes beside it."""

from __future__ import annotations

from streams.records import Article, Topic
from tests.factories import raw_item
from tests.services.cluster import Cluster
from tests.versions import more, without


async def test_records_with_a_field_more_and_a_field_less_pass_a_worker_of_this_version(cluster: Cluster) -> None:
    items = [raw_item(url=f"https://herald.example/{number}", title=f"Bridge {number}") for number in range(3)]
    raw = [more(items[0]), without(items[1], "guid"), without(items[2], "summary")]
    async with cluster.running("identify"):
        await cluster.send_bytes(Topic.RAW_ITEMS, [("herald.example", data, None) for data in raw])
        await cluster.drained("identify")
    articles = [one for one in await cluster.records(Topic.ARTICLES) if isinstance(one, Article)]
    with_text = {one.title: bool(one.text) for one in articles}
    assert with_text == {"Bridge 0": True, "Bridge 1": True, "Bridge 2": False}
    assert await cluster.records(Topic.DEAD_LETTERS) == []
