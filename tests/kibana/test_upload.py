"""The import, against a server that takes what Kibana takes."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import BodyPartReader, web
from aiohttp.test_utils import TestServer

from streams.errors import ServiceError, SettingsError
from streams.kibana.objects import saved_objects
from streams.kibana.upload import import_objects
from streams.settings import load

Json = dict[str, Any]


class FakeKibana:
    """Imports as Kibana does: every rule that it has is an assertion or an error here."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], Json] = {}
        self.authorization: str | None = None
        self.answer: web.Response | None = None

    async def import_file(self, request: web.Request) -> web.Response:
        if self.answer is not None:
            return self.answer
        self.authorization = request.headers.get("Authorization")
        if "kbn-xsrf" not in request.headers:
            return web.json_response({"message": "Request must contain a kbn-xsrf header."}, status=400)
        part = await (await request.multipart()).next()
        assert isinstance(part, BodyPartReader)
        assert part.name == "file"
        assert (part.filename or "").endswith(".ndjson")
        objects = [json.loads(line) for line in (await part.read()).splitlines()]
        errors = self._missing(objects)
        if not errors and request.query.get("overwrite") == "true":
            self.objects |= {(one["type"], one["id"]): one for one in objects}
        return web.json_response({"success": not errors, "successCount": len(objects), "errors": errors})

    def _missing(self, objects: list[Json]) -> list[Json]:
        there = {(one["type"], one["id"]) for one in objects}
        return [
            {"id": one["id"], "error": {"type": "missing_references"}}
            for one in objects
            for reference in one["references"]
            if (reference["type"], reference["id"]) not in there
        ]


@pytest.fixture
def kibana() -> FakeKibana:
    return FakeKibana()


@pytest.fixture
async def address(kibana: FakeKibana) -> AsyncIterator[str]:
    app = web.Application()
    app.router.add_post("/base/api/saved_objects/_import", kibana.import_file)
    async with TestServer(app) as server:
        yield f"http://{server.host}:{server.port}/base/"


async def test_all_objects_are_imported_over_those_that_are_there(kibana: FakeKibana, address: str) -> None:
    for _ in range(2):
        told = await import_objects(load(kibana=address, index_prefix="p-"))
        assert told == [f"Kibana: {len(kibana.objects)} data views, searches, charts and dashboards imported"]
    assert list(kibana.objects.values()) == saved_objects("p-")


@pytest.mark.parametrize(
    ("options", "sent"),
    [
        ({}, None),
        ({"elasticsearch_api_key": "a2V5"}, "ApiKey a2V5"),
        ({"elasticsearch_user": "ann", "elasticsearch_password": "pä:ss"}, "Basic YW5uOnDDpDpzcw=="),
    ],
)
async def test_the_credentials_are_those_for_elasticsearch(
    kibana: FakeKibana, address: str, options: Json, sent: str | None
) -> None:
    await import_objects(load(kibana=address, **options))
    assert kibana.authorization == sent


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (web.json_response({"success": False, "errors": [{"id": "p-today"}]}), "refuses the dashboards .*p-today"),
        (
            web.json_response({"message": "no such page"}, status=404),
            "refuses .* .404 .*STREAMS_KIBANA",
        ),
        (web.Response(text="<html>", content_type="text/html"), "refuses the dashboards .200 <html>"),
        (web.Response(status=302, headers={"Location": "/login"}), "refuses the dashboards .302"),
        (web.json_response({"message": "no"}, status=401), "denies access .401"),
        (web.json_response({"message": "no"}, status=403), "denies access .403"),
    ],
)
async def test_what_kibana_refuses_is_said_with_the_way_out(
    kibana: FakeKibana, address: str, answer: web.Response, message: str
) -> None:
    kibana.answer = answer
    with pytest.raises(SettingsError, match=message):
        await import_objects(load(kibana=address))


@pytest.mark.parametrize("status", [429, 500, 503])
async def test_a_kibana_that_starts_or_is_overloaded_is_to_be_asked_again(
    kibana: FakeKibana, address: str, status: int
) -> None:
    kibana.answer = web.Response(status=status, text="Kibana server is not ready yet")
    with pytest.raises(ServiceError, match=r"cannot answer: .*not ready yet"):
        await import_objects(load(kibana=address))


async def test_a_kibana_that_is_not_there_is_to_be_asked_again() -> None:
    with pytest.raises(ServiceError, match=r"http://127\.0\.0\.1:9 is away"):
        await import_objects(load(kibana="http://127.0.0.1:9"))
