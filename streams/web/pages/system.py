"""The system itself: feeds and their health, live rules, and what the API offers."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from streams.errors import QueryError
from streams.web.feeds import health_of, shown, worst_first
from streams.web.parameters import FeedList, RuleTrial
from streams.web.site import OurSite
from streams.web.trying import trial_of

SPANS = (1, 7, 30, 365)
"""Days that the page offers to try a rule on."""

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
        counts=Counter(map(health_of, healths)),
        rows=[(health_of(health), shown(health)) for health in part],
    )


@router.get("/rules")
def rules(site: OurSite, asked: Annotated[RuleTrial, Query()]) -> Response:
    """Live alert rules, and a query tried as one; what is wrong with it is shown."""
    trial, fault = None, None
    try:
        trial = trial_of(site, asked) if asked.q else None
    except QueryError as error:
        fault = str(error)
    return site.templates.page(
        "rules.html",
        status_code=400 if fault else 200,
        rules=site.engine.rules(),
        asked=asked,
        trial=trial,
        fault=fault,
        spans=SPANS,
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
        named: str = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"]
        return list(schemas[named.rpartition("/")[2]]["properties"].items())

    return site.templates.page("api.html", paths=document["paths"], body_of=body_of)
