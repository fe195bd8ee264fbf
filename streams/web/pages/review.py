"""A look back over the last hours: what is new by story, what came back, and the alerts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from streams.review import sections
from streams.web.looking_back import review_of
from streams.web.parameters import Lookback
from streams.web.site import OurSite

SPANS = (6, 12, 24, 72, 168)
"""Hours that the page offers."""

router = APIRouter()


@router.get("/review")
def review(site: OurSite, asked: Annotated[Lookback, Query()]) -> Response:
    """What the last hours brought."""
    found = review_of(site, asked)
    return site.templates.page(
        "review.html",
        asked=asked,
        review=found,
        headings=list(sections(found)),
        spans=sorted({*SPANS, asked.hours}),
    )
