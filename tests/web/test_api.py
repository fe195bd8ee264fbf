from __future__ import annotations

from typing import Any

import httpx
import pytest

from streams import codec
from streams.alerts.advice import Advice
from streams.engines.engine import Explanation, FeedHealth, Status
from streams.index.search import Page
from streams.records import Alert, Document, Rule, Story


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/api/documents", Page[Document]),
        ("/api/documents/bridge-1", Document),
        ("/api/stories", Page[Story]),
        ("/api/stories/bridge", Story),
        ("/api/alerts", Page[Alert]),
        ("/api/alerts/bridges.bridge", Alert),
        ("/api/feeds", Page[FeedHealth]),
        ("/api/rules", Page[Rule]),
        ("/api/advice?q=bridge+-bridge", Page[Advice]),
        ("/api/explain/bridge-1", Explanation),
        ("/api/status", Status),
    ],
)
async def test_answers_are_records(client: httpx.AsyncClient, path: str, kind: type[object]) -> None:
    answer = await client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert codec.encode(codec.decode_as(answer.content, kind)) == answer.content


async def test_documents_are_found_by_query_and_filters(client: httpx.AsyncClient) -> None:
    asked = {"q": "bridge", "copies": "false", "sort": "oldest", "limit": "2", "offset": "1", "facets": "true"}
    found = codec.decode_as((await client.get("/api/documents", params=asked)).content, Page[Document])
    assert (found.total, [hit.id for hit in found.hits]) == (5, ["bridge-4", "bridge-5"])
    assert [(bucket.value, bucket.count) for bucket in found.facets["people"]] == [("Ada Brandt", 1)]
    without = (await client.get("/api/documents")).json()
    assert without["facets"] == {}


async def test_stories_and_alerts_are_narrowed(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/stories?recurring=true&days=1")).json()["total"] == 1
    assert (await client.get("/api/stories?state=closed")).json()["hits"][0]["id"] == "bridge-winter"
    assert (await client.get("/api/alerts?since=2026-03-02T11:30:00Z")).json()["total"] == 0


async def test_what_is_odd_about_a_query_is_told(client: httpx.AsyncClient) -> None:
    assert [one["kind"] for one in (await client.get("/api/advice?q=bridge+-bridge")).json()["hits"]] == ["never"]
    assert (await client.get("/api/advice?q=bridge")).json()["hits"] == []
    refused = await client.get("/api/advice?q=bridge+AND")
    assert (refused.status_code, refused.json()["position"]) == (400, 10)


async def test_feeds_come_without_the_readers_fingerprints(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/feeds?limit=1")
    assert answer.json()["total"] == 4
    assert [hit["feed"]["id"] for hit in answer.json()["hits"]] == ["herald"]
    assert "c2VjcmV0LWtleQ==" not in (await client.get("/api/feeds")).text


@pytest.mark.parametrize(
    ("path", "status", "failure"),
    [
        ("/api/documents?limit=0", 400, {"parameter": "limit"}),
        ("/api/documents?since=soon", 400, {"parameter": "since"}),
        ("/api/documents?langauge=fr", 400, {"parameter": "langauge"}),
        ("/api/documents?q=a%20AND", 400, {"parameter": "q", "position": 5}),
        ("/api/documents/none", 404, {}),
        ("/api/stories/none", 404, {}),
        ("/api/alerts/none", 404, {}),
        ("/api/explain/none", 404, {}),
        ("/api/nothing", 404, {}),
    ],
)
async def test_what_is_wrong_is_said_in_json(
    client: httpx.AsyncClient, path: str, status: int, failure: dict[str, Any]
) -> None:
    answer = await client.get(path)
    assert answer.status_code == status
    told = answer.json()
    assert told.pop("error")
    assert told == failure


async def test_what_can_only_be_looked_at_cannot_be_changed(client: httpx.AsyncClient) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = await client.request(method, "/api/documents", json={})
        assert answer.status_code == 405
        assert answer.headers["allow"] == "GET"


async def test_the_description_has_the_records_schemas_and_no_loose_ends(client: httpx.AsyncClient) -> None:
    description = (await client.get("/api/openapi.json")).json()
    schemas = description["components"]["schemas"]
    assert {"Document", "Story", "Alert", "FeedHealth", "Rule", "Explanation", "Status", "Failure"} <= set(schemas)
    assert set(schemas["Document"]["properties"]) >= {"title", "entities", "removed", "copy_of"}
    refs = {ref.rpartition("/")[2] for ref in _refs(description)}
    assert refs <= set(schemas)


async def test_every_path_describes_its_answer_and_its_failure(client: httpx.AsyncClient) -> None:
    paths = (await client.get("/api/openapi.json")).json()["paths"]
    assert len(paths) >= 16
    for operation in (one for methods in paths.values() for one in methods.values()):
        success, default = operation["responses"]
        assert (success in ("200", "201"), default) == (True, "default")
        assert "$ref" in operation["responses"][success]["content"]["application/json"]["schema"]


def _refs(node: object) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if isinstance(node.get("$ref"), str) else []
        return own + [ref for value in node.values() for ref in _refs(value)]
    if isinstance(node, list):
        return [ref for value in node for ref in _refs(value)]
    return []
