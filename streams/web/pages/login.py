"""Logging in with a token, and out."""

from __future__ import annotations

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from streams.access import open_session
from streams.web.forms import OurForm
from streams.web.parameters import MAX_VALUE_CHARS
from streams.web.security import LOCAL_HOSTS
from streams.web.site import OurSite, Site
from streams.web.visitors import SESSION, drop_cookie, is_secure, read_cookies, set_cookie

OUR_PATH = re.compile(r"/(?![/\\])[^\x00-\x20\\]*")
"""Where one can be led after logging in: never to another site."""

router = APIRouter()
After = Annotated[str, Query(alias="next", max_length=20 * MAX_VALUE_CHARS)]


@router.get("/login")
def ask(request: Request, site: OurSite, after: After = "/") -> Response:
    """The form that takes a token."""
    return _asking(request, site, after)


@router.post("/login")
def log_in(request: Request, site: OurSite, form: OurForm) -> Response:
    """Open a session for who shows a token that is good."""
    lifetime = timedelta(hours=site.session_hours)
    text = open_session(site.engine, form.get("token", ""), site.clock(), lifetime)
    if text is None:
        return _asking(request, site, form.get("next", "/"), HTTPStatus.FORBIDDEN)
    led = RedirectResponse(_ours(form.get("next", "/")), HTTPStatus.SEE_OTHER)
    set_cookie(led, SESSION, text, secure=is_secure(request.scope), max_age_s=int(lifetime.total_seconds()))
    return led


@router.post("/logout")
def log_out(request: Request, site: OurSite, _: OurForm) -> Response:
    """End the session."""
    secure = is_secure(request.scope)
    session = read_cookies(request.headers, secure=secure).get(SESSION, "")
    if site.visitor.how == "session":
        site.engine.drop_tokens([session.split("_")[1]])
    led = RedirectResponse("/login", HTTPStatus.SEE_OTHER)
    drop_cookie(led, SESSION, secure=secure)
    return led


def _asking(request: Request, site: Site, after: str, status: int = HTTPStatus.OK) -> Response:
    readable = not is_secure(request.scope) and request.url.hostname not in LOCAL_HOSTS
    return site.templates.page(
        "login.html", status, after=_ours(after), refused=status != HTTPStatus.OK, readable=readable
    )


def _ours(path: str) -> str:
    return path if OUR_PATH.fullmatch(path) else "/"
