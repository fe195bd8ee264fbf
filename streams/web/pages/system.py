"""The system itself: feeds and their health, and what the API offers."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from streams.feeds import coverage
from streams.feeds.health import STATES
from streams.web.exports import ATOM_ENTRIES
from streams.web.feeds import shown, worst_first
from streams.web.parameters import FeedList
from streams.web.site import OurSite

router = APIRouter()


@router.get("/feeds")
def feeds(site: OurSite, asked: Annotated[FeedList, Query()]) -> Response:
    """Feeds, failing ones first."""
    healths = worst_first(site.engine.feeds())
    part = healths[asked.offset : asked.offset + asked.limit]
    return site.templates.page(
        "feeds.html",
        asked=asked,
        total=len(healths),
        counts=Counter(health.health for health in healths),
        states=STATES,
        rows=[(shown(health), coverage.a_day(health.state.coverage) if health.state else None) for health in part],
    )


@router.get("/api")
def api(request: Request, site: OurSite) -> Response:
    """What the API offers, made from its own description."""
    document: dict[str, Any] = request.app.openapi()
    schemas = document["components"]["schemas"]

    def body_of(operation: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
        """The fields of the object that an operation takes."""
        if "requestBody" not in operation:
            return []
        body: dict[str, Any] = operation["requestBody"]["content"]["application/json"]["schema"]
        if "$ref" not in body:
            return [("(body)", body)]
        named: str = body["$ref"]
        return list(schemas[named.rpartition("/")[2]]["properties"].items())

    return site.templates.page("api.html", paths=document["paths"], body_of=body_of, atom_entries=ATOM_ENTRIES)
