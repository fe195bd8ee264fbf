"""For whatever watches the process: is it alive, can it answer."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import PlainTextResponse, Response

from streams.web.site import OurSite

router = APIRouter(include_in_schema=False)


@router.get("/livez")
async def livez() -> Response:
    """The process answers."""
    return PlainTextResponse("alive\n")


@router.get("/readyz")
def readyz(site: OurSite) -> Response:
    """The engine answers too; if not, the error is the answer."""
    site.engine.status()
    return PlainTextResponse("ready\n")
