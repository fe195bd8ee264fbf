"""The system itself: feeds and their health, live rules, and what the API offers."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from streams.web.feeds import health_of, shown, worst_first
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
        counts=Counter(map(health_of, healths)),
        rows=[(health_of(health), shown(health)) for health in part],
    )


@router.get("/rules")
def rules(site: OurSite) -> Response:
    """Live alert rules."""
    return site.templates.page("rules.html", rules=site.engine.rules())


@router.get("/api")
def api(request: Request, site: OurSite) -> Response:
    """What the API offers, made from its own description."""
    document: dict[str, Any] = request.app.openapi()
    return site.templates.page("api.html", paths=document["paths"])
