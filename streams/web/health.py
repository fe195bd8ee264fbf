"""For whatever watches the process: does it go on, and can it answer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from streams.index.search import AlertQuery
from streams.web.site import OurSite

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez(site: OurSite) -> Response:
    """The process answers, and none of its stages is stuck."""
    return _told(site.condition.stuck(), "alive")


@router.get("/readyz")
def readyz(site: OurSite) -> Response:
    """The stages go on and the index answers too; if not, the error is the answer."""
    site.search.alerts(AlertQuery(limit=0))
    return _told(site.condition.unready(), "ready")


def _told(wrong: str | None, well: str) -> Response:
    return PlainTextResponse(f"{wrong or well}\n", status_code=503 if wrong else 200)
