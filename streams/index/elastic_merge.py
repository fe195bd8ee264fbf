"""Moving the documents of a story in Elasticsearch to the story that it became part of.

A moved document keeps its version: whatever is newer says by itself which story it belongs to, and a document that
is written once more under the version it has loses, as always. So this can be done again at any time.
"""

from __future__ import annotations

from itertools import count

import msgspec
from elasticsearch import Elasticsearch

from streams.errors import ServiceError
from streams.index import elastic_bulk
from streams.index.elastic_client import address, answering
from streams.index.elastic_mapping import DOCUMENTS, QUERY, Json
from streams.index.elastic_record import from_source
from streams.records import Document

AT_ONCE = 500
MOST_ROUNDS = 10_000


def move(client: Elasticsearch, prefix: str, story_id: str, into: str) -> None:
    """Give all documents of a story to another one. Raises what `elastic_bulk.write` does."""
    for turn in count():
        found = _of_story(client, prefix, story_id)
        if not found:
            return
        if turn == MOST_ROUNDS:
            raise ServiceError(f"{address(client)} still finds documents of story {story_id}: look at its log")
        moved = [msgspec.structs.replace(document, story_id=into) for document in found]
        elastic_bulk.write(client, prefix, list(enumerate(moved)), again=True)


def _of_story(client: Elasticsearch, prefix: str, story_id: str) -> list[Document]:
    """Some of the story's documents, those written right before among them."""
    query: Json = {"bool": {"filter": [{"term": {"story_id": story_id}}]}}
    with answering(client):
        client.indices.refresh(index=DOCUMENTS.pattern(prefix), ignore_unavailable=True)
        answer = client.search(
            index=DOCUMENTS.alias(prefix),
            ignore_unavailable=True,
            query=query,
            size=AT_ONCE,
            source={"excludes": [QUERY]},
            allow_partial_search_results=False,
        )
    return [from_source(hit["_source"], Document) for hit in answer["hits"]["hits"]]
