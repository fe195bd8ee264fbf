"""What the API answers, and how it describes that: paths as FastAPI sees them, schemas as msgspec knows them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from starlette.responses import Response

from streams import codec
from streams.index.search import Page

REF = "#/components/schemas/{name}"


def answers(kind: Any, status: int = 200) -> dict[int | str, dict[str, Any]]:
    """What a route says of its answers: JSON of the record type `kind`."""
    (schema,), _ = msgspec.json.schema_components([kind], ref_template=REF)
    return {int(status): {"description": "OK", "content": {"application/json": {"schema": schema}}}}


def as_json(value: object, status: int = 200) -> Response:
    """Such an answer."""
    return Response(codec.encode(value), status, media_type="application/json")


def as_list(found: Sequence[object]) -> Response:
    """A whole list as such an answer."""
    return as_json(Page(total=len(found), hits=found))


def describe(app: FastAPI, kinds: Sequence[Any]) -> None:
    """Make `app.openapi()` give the document with the schemas of all `kinds`, the record types answered."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title, version=app.version, description=app.description, routes=app.routes
            )
            _, schemas = msgspec.json.schema_components(kinds, ref_template=REF)
            document.setdefault("components", {}).setdefault("schemas", {}).update(schemas)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
