"""Who may use the page and the API, for those with the role admin."""

from __future__ import annotations

from collections import Counter
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams.access import ROLES, Issued, lasting, revoke
from streams.errors import UsageError
from streams.labels import MAX_NAME_CHARS
from streams.web import managing
from streams.web.forms import OurForm
from streams.web.parameters import Id, Noted
from streams.web.site import OurSite, Site

SPANS = (30, 365, 0)
"""Days that the page offers for a token; 0: until it is revoked."""

router = APIRouter()


@router.get("/tokens")
def tokens(site: OurSite, noted: Annotated[Noted, Query()]) -> Response:
    """The tokens."""
    return _page(site, noted=noted)


@router.post("/tokens")
def create(site: OurSite, form: OurForm) -> Response:
    """Make a token; the answer shows what it reads, and nothing else ever does."""
    role = next((known for known in ROLES if known == form.get("role")), None)
    if role is None:
        raise UsageError(f"role: take one of {', '.join(ROLES)}")
    days = next((span for span in SPANS if str(span) == form.get("days")), SPANS[0])
    shown = _page(site, made=managing.make_token(site, form.get("name", ""), role, days))
    shown.headers["Cache-Control"] = "no-store"
    return shown


@router.post("/tokens/{token_id}/revoke")
def take_back(site: OurSite, token_id: Id, _: OurForm) -> Response:
    """Take a token out of service, with the sessions that were opened with it."""
    revoke(site.engine, token_id)
    return RedirectResponse("/tokens?said=removed", HTTPStatus.SEE_OTHER)


def _page(site: Site, *, noted: Noted | None = None, made: Issued | None = None) -> Response:
    found = site.engine.tokens()
    return site.templates.page(
        "tokens.html",
        tokens=lasting(found),
        sessions=Counter(token.session_of for token in found),
        said=noted.said if noted else None,
        made=made,
        roles=ROLES,
        spans=SPANS,
        most=MAX_NAME_CHARS,
    )
