"""What happens on a real Kafka to records at fault and to stages whose service is away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar

import pytest

from streams import codec
from streams.errors import ServiceError
from streams.index import elastic
from streams.records import Article, DeadLetter, Document, RawItem, Record, TaggedArticle, Tick, Topic
from tests.factories import NOON, document, raw_item
from tests.poison import HUGE, POISON
from tests.services.cluster import Cluster, until


def items(*names: str) -> list[tuple[str, RawItem]]:
    return [("herald", raw_item(url=f"https://herald.example/{name}", title=name)) for name in names]


async def letters(cluster: Cluster) -> list[DeadLetter]:
    return [record for record in await cluster.records(Topic.DEAD_LETTERS) if isinstance(record, DeadLetter)]


async def test_poison_is_put_aside_with_its_reason_and_the_rest_goes_on(cluster: Cluster) -> None:
    await cluster.send(Topic.RAW_ITEMS, items("first"))
    await cluster.send_bytes(Topic.RAW_ITEMS, [("herald", poison.value, None) for poison in POISON.values()])
    await cluster.send(Topic.RAW_ITEMS, items("last"))
    async with cluster.running("identify"):
        await cluster.drained("identify")
    articles = await cluster.records(Topic.ARTICLES)
    assert {record.title for record in articles if isinstance(record, Article)} == {"first", "last"}
    found = await letters(cluster)
    assert [letter.value for letter in found] == [poison.value for poison in POISON.values()]
    assert [letter.offset for letter in found] == list(range(1, len(POISON) + 1))
    for letter, (name, poison) in zip(found, POISON.items(), strict=True):
        assert (letter.stage, letter.topic, letter.key) == ("identify", "raw-items", "herald"), name
        assert re.search(poison.reason, letter.error), name


async def test_an_article_of_two_megabytes_goes_through_with_its_text_cut(cluster: Cluster) -> None:
    await cluster.send(Topic.RAW_ITEMS, [("herald", HUGE)])
    async with cluster.running("identify", "tag"):
        await cluster.drained("identify", "tag")
    (tagged,) = await cluster.records(Topic.TAGGED)
    assert isinstance(tagged, TaggedArticle)
    assert len(tagged.text) <= cluster.settings.max_text_chars
    assert await letters(cluster) == []


async def test_a_tick_reaches_every_partition_of_every_topic_once(cluster: Cluster) -> None:
    tick = codec.encode(Tick(at=NOON))
    await cluster.send_bytes(Topic.RAW_ITEMS, [("", tick, number) for number in range(3)])
    stages = ("identify", "tag", "relate", "match")
    async with cluster.running(*stages):
        await cluster.drained(*stages)
    for topic, partitions in ((Topic.ARTICLES, 3), (Topic.TAGGED, 1), (Topic.DOCUMENTS, 1), (Topic.HITS, 3)):
        found = await cluster.log(topic)
        assert sorted(number for number, record in found if record == Tick(at=NOON)) == list(range(partitions))


class FakeIndex:
    """An index that is away as long as it is told to be."""

    away = True
    tried = 0
    written: ClassVar[list[Record]] = []

    @classmethod
    def from_settings(cls, _: object) -> FakeIndex:
        return cls()

    def write(self, records: Sequence[Record]) -> None:
        FakeIndex.tried += 1
        if FakeIndex.away:
            raise ServiceError("away", retry_after_s=0.2)
        FakeIndex.written += records

    def refuse_unready(self) -> None:
        return

    def close(self) -> None:
        return


async def test_a_batch_that_waits_for_a_service_is_given_up_when_its_partitions_move(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elastic, "ElasticIndex", FakeIndex)
    documents = [document(url=f"https://herald.example/{number}") for number in range(20)]
    await cluster.send(Topic.DOCUMENTS, [("world", one) for one in documents])

    async def tried() -> bool:
        return FakeIndex.tried > 1

    async with cluster.running("index", name="one"):
        await until(tried, 30, "the first worker tries")
        async with cluster.running("index", name="two"):
            assert await cluster.committed("index") == {}
            FakeIndex.away = False
            await cluster.drained("index")
    assert list(dict.fromkeys(one.id for one in FakeIndex.written if isinstance(one, Document))) == [
        one.id for one in documents
    ]
    assert await letters(cluster) == []
