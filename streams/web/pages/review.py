"""A look back over the last hours: what is new by story, what came back, and the alerts."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from streams.review import reviewed, sections
from streams.web.parameters import Lookback
from streams.web.site import OurSite

SPANS = (6, 12, 24, 72, 168)
"""Hours that the page offers."""

router = APIRouter()


@router.get("/review")
def review(site: OurSite, asked: Annotated[Lookback, Query()]) -> Response:
    """What the last hours brought."""
    now = site.clock()
    found = reviewed(site.search, now - timedelta(hours=asked.hours), now, site.engine.searches())
    return site.templates.page(
        "review.html", asked=asked, review=found, headings=list(sections(found)), spans=SPANS
    )
