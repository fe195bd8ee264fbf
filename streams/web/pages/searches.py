"""Saved searches, and two queries compared over time."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams.errors import QueryError
from streams.web import managing
from streams.web.forms import OurForm
from streams.web.lines import HEIGHT, WIDTH, lines
from streams.web.looking_back import comparison_of
from streams.web.parameters import ComparisonAsked, Id, Noted
from streams.web.site import OurSite

SPANS = (1, 7, 30, 90, 365)
"""Days that the page offers to compare over."""

router = APIRouter()


@router.get("/searches")
def searches(site: OurSite, noted: Annotated[Noted, Query()]) -> Response:
    """The saved searches."""
    return site.templates.page("searches.html", searches=site.engine.searches(), said=noted.said)


@router.post("/searches")
def save(site: OurSite, form: OurForm) -> Response:
    """Keep a search under a name."""
    managing.save_search(site, form.get("name", ""), form.get("q", ""), form)
    return RedirectResponse("/searches?said=kept", HTTPStatus.SEE_OTHER)


@router.post("/searches/{search_id}/remove")
def remove(site: OurSite, search_id: Id, _: OurForm) -> Response:
    """Forget a search."""
    managing.remove_search(site, search_id)
    return RedirectResponse("/searches?said=removed", HTTPStatus.SEE_OTHER)


@router.get("/compare")
def compare(site: OurSite, asked: Annotated[ComparisonAsked, Query()]) -> Response:
    """How many articles two queries find over time, in one chart."""
    found, fault = None, None
    try:
        if asked.a and asked.b:
            found = comparison_of(site, asked)
    except QueryError as error:
        fault = str(error)
    return site.templates.page(
        "compare.html",
        status_code=400 if fault else 200,
        asked=asked,
        searches=site.engine.searches(),
        found=found,
        chart=lines(found) if found else None,
        fault=fault,
        spans=sorted({*SPANS, asked.days}),
        width=WIDTH,
        height=HEIGHT,
    )
