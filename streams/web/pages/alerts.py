"""Alerts: what the rules found, with the words that matched, and what became of telling people."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams.editing import acknowledge_alert
from streams.index.merged import at_standing
from streams.web.forms import OurForm
from streams.web.matches import evidence
from streams.web.parameters import AlertList, Id, Noted
from streams.web.rendering import quoted
from streams.web.site import OurSite

MOST_OFFERED = 500
"""Rules to choose from that the page shows."""

router = APIRouter()


@router.get("/alerts")
def alerts(site: OurSite, asked: Annotated[AlertList, Query()]) -> Response:
    """Alerts, the last updated first."""
    page = site.search.alerts(at_standing(site.search, asked.query(asked.offset, asked.limit)))
    offered = site.engine.rules(limit=MOST_OFFERED)
    return site.templates.page(
        "alerts.html",
        asked=asked,
        alerts=page.hits,
        stories=site.search.stories_by_id({one.story_id for one in page.hits}),
        total=page.total,
        rules=offered,
        gone=asked.rule if asked.rule not in {rule.id for rule in offered} else None,
        mutes=len(site.engine.mutes()),
    )


@router.post("/alerts/{alert_id:path}/acknowledge")
def acknowledge(site: OurSite, alert_id: Id, _: OurForm) -> Response:
    """Say that somebody knows of it."""
    acknowledged = acknowledge_alert(site.engine, alert_id, site.clock(), site.visitor.name)
    return RedirectResponse(f"/alerts/{quoted(acknowledged.id)}?said=acknowledged", HTTPStatus.SEE_OTHER)


@router.get("/alerts/{alert_id:path}")
def alert(site: OurSite, alert_id: Id, noted: Annotated[Noted, Query()]) -> Response:
    """One alert with its evidence."""
    found = site.alert(alert_id)
    return site.templates.page(
        "alert.html",
        alert=found,
        evidence=[evidence(article, site.search.document(article.document_id)) for article in found.articles],
        story=site.search.story(found.story_id),
        deliveries=site.engine.explain(alert_id).deliveries,
        sources=list(dict.fromkeys(article.source.domain for article in found.articles)),
        live=site.engine.rule(found.rule_id) is not None,
        said=noted.said,
    )
