"""Alerts: what the rules found, with the words that matched, and what became of telling people."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from streams.index.merged import at_standing
from streams.web.matches import evidence
from streams.web.parameters import AlertList, Id
from streams.web.site import OurSite

router = APIRouter()


@router.get("/alerts")
def alerts(site: OurSite, asked: Annotated[AlertList, Query()]) -> Response:
    """Alerts, the last updated first."""
    page = site.search.alerts(at_standing(site.search, asked.query(asked.offset, asked.limit)))
    return site.templates.page("alerts.html", asked=asked, page=page, rules=site.engine.rules())


@router.get("/alerts/{alert_id:path}")
def alert(site: OurSite, alert_id: Id) -> Response:
    """One alert with its evidence."""
    found = site.alert(alert_id)
    return site.templates.page(
        "alert.html",
        alert=found,
        evidence=[evidence(article, site.search.document(article.document_id)) for article in found.articles],
        story=site.search.story(found.story_id),
        deliveries=site.engine.explain(alert_id).deliveries,
    )
