"""The index stage between a real Kafka and a real Elasticsearch."""

from __future__ import annotations

from streams.index.elastic import ElasticIndex
from streams.records import Document, Topic
from streams.settings import Settings
from tests.factories import document
from tests.services.cluster import Cluster


async def test_documents_are_in_the_index_once_and_as_they_last_were(
    cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex
) -> None:
    of_elastic = {name: getattr(elastic_settings, name) for name in ("elasticsearch", "index_prefix")}
    cluster.settings = cluster.settings.model_copy(update=of_elastic)
    documents = [
        document(url=f"https://herald.example/{number}", title=f"Number {number}") for number in range(30)
    ]
    revised = document(url="https://herald.example/7", title="Number seven", version=2, revision=2)
    await cluster.send(Topic.DOCUMENTS, [("world", one) for one in (*documents, revised, documents[7])])
    async with cluster.running("index"):
        await cluster.drained("index")
    stored = [elastic_index.document(one.id) for one in documents]
    assert [one.title for one in stored if isinstance(one, Document)] == [
        "Number seven" if number == 7 else f"Number {number}" for number in range(30)
    ]
    assert await cluster.records(Topic.DEAD_LETTERS) == []
