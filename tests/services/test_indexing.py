"""The index stage between a real Kafka and a real Elasticsearch."""

from __future__ import annotations

from itertools import chain

from streams import codec
from streams.engines.dead_letters import dead_letter, dead_letters, replay
from streams.index.elastic import ElasticIndex
from streams.index.elastic_mapping import REFRESH_S
from streams.index.merged import standing
from streams.index.search import DocumentQuery
from streams.records import Document, Record, Story, Topic
from streams.settings import Settings
from tests.factories import NOON, document
from tests.services.cluster import Cluster
from tests.services.expected import articles_of, related, untagged
from tests.services.news import one_event, two_sides

UNHEARD_OF = "x" * 600
"""Elasticsearch takes ids of 512 bytes at most."""


async def test_documents_are_in_the_index_once_and_as_they_last_were(
    cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex
) -> None:
    cluster.write_to(elastic_settings)
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


async def test_within_a_minute_of_a_merge_all_documents_are_the_surviving_storys_and_both_ids_lead_to_it(
    cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex
) -> None:
    cluster.write_to(elastic_settings)
    records = merging(cluster.settings)
    gone = next(one for one in records if isinstance(one, Story) and one.merged_into)
    into, merge = str(gone.merged_into), records.index(gone)
    async with cluster.running("index"):
        await cluster.send(Topic.DOCUMENTS, [("world", one) for one in records[:merge]])
        await cluster.drained("index")
        elastic_index.refresh()
        before = {story: documents_of(elastic_index, story) for story in (gone.id, into)}
        await cluster.send(Topic.DOCUMENTS, [("world", one) for one in records[merge:]])
        await cluster.drained("index", within_s=60 - REFRESH_S)
    elastic_index.refresh()
    assert all(before.values())
    assert documents_of(elastic_index, into) >= before[gone.id] | before[into]
    assert documents_of(elastic_index, gone.id) == set()
    assert [found and found.id for found in (standing(elastic_index, story) for story in before)] == [into] * 2
    old = elastic_index.story(gone.id)
    assert old is not None
    assert old.merged_into == into


def merging(settings: Settings) -> list[Record]:
    """What RELATE makes of two stories that turn out to be one."""
    items = [record for _, record in chain(two_sides(NOON), *one_event(NOON))]
    return related(settings, untagged(articles_of(settings, [(0, item) for item in items])))


def documents_of(index: ElasticIndex, story: str) -> set[str]:
    """The documents that are found under a story's id."""
    return {one.id for one in index.documents(DocumentQuery(story=story, limit=100)).hits}


async def test_a_document_that_elasticsearch_refuses_is_put_aside_and_the_rest_is_stored(
    cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex
) -> None:
    cluster.write_to(elastic_settings)
    first, refused, last = document(id="first"), document(id=UNHEARD_OF), document(id="last")
    await cluster.send(Topic.DOCUMENTS, [("world", one) for one in (first, refused, last)])
    async with cluster.running("index"):
        await cluster.drained("index")
        (key,) = await dead_letters(cluster.settings)
        letter = await dead_letter(cluster.settings, key)
        await replay(cluster.settings, {key}, NOON)
        await cluster.drained("index")
    assert [elastic_index.document(one.id) for one in (first, last)] == [first, last]
    assert (letter.stage, letter.topic, letter.offset, codec.decode(letter.value)) == (
        "index",
        "documents",
        1,
        refused,
    )
    assert "Elasticsearch refuses" in letter.error
    (key_again,) = await dead_letters(cluster.settings)
    again = await dead_letter(cluster.settings, key_again)
    assert (again.value, again.offset) == (letter.value, 3)
    assert key_again != key
