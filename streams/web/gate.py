"""Who may do what on the page and the API: the one place through which every request goes.

Looking needs the role `read`, changing `edit`, tokens `admin`. Only what is listed in OPEN is for everybody.
A request that another web site makes a browser send changes nothing: browsers say where a request comes from, and
forms carry a token besides (`forms.py`).
"""

from __future__ import annotations

import re
from datetime import datetime
from http import HTTPStatus
from math import ceil
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from streams.access import allows
from streams.clock import Clock
from streams.engines.engine import Engine
from streams.records import Role
from streams.web.errors import Failure, answer
from streams.web.pace import Pace
from streams.web.security import LOCAL_HOSTS, host_name
from streams.web.visitors import FORM, VISIT, Door, Visitor, is_secure, read_cookies, set_cookie
from streams.web.visits import KEPT, as_cookie

READING = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN = frozenset({"/livez", "/readyz", "/login", "/logout", "/static/style.css", "/static/favicon.svg"})
ADMINS = re.compile(r"(/api)?/tokens(/.*)?")
FILES = re.compile(r".*\.(csv|jsonl|atom)")
"""Asked for by programs, which cannot log in."""

MAX_BODY_BYTES = 1_000_000
LENGTH = re.compile(r"[0-9]{1,9}")
CLOSED = (
    "this page is not for everybody, and there is no token yet: on the machine that it runs on, make one with "
    "`streams tokens create NAME --role admin`"
)


def needed(method: str, path: str) -> Role:
    """The role that a request needs."""
    if ADMINS.fullmatch(path):
        return "admin"
    return "read" if method in READING else "edit"


class Gate:
    """ASGI middleware: finds out who asks, and lets through what they may do. `local` as in `Door`; `a_minute` is
    how many requests one visitor may make.
    """

    def __init__(self, app: ASGIApp, engine: Engine, clock: Clock, *, local: bool, a_minute: int = 0) -> None:
        self._app = app
        self._clock = clock
        self._pace = Pace(a_minute, clock)
        self._door = Door(engine, clock, local=local)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        here = host_name(Headers(scope=scope).get("host", "")) in LOCAL_HOSTS
        visitor = await run_in_threadpool(self._door.visitor, scope, host_is_local=here)
        scope["visitor"] = visitor
        refusal = self._too_fast(Request(scope), visitor) or await run_in_threadpool(
            self._refusal, Request(scope), visitor
        )
        if refusal is not None:
            await refusal(scope, receive, send)
        else:
            await self._app(scope, receive, _remembering(scope, send, visitor, self._clock()))

    def _too_fast(self, request: Request, visitor: Visitor) -> Response | None:
        """Refuse who asks too often: by the name of their token, strangers by their address."""
        if request.scope["path"] in OPEN - {"/login"} or visitor.how == "local":
            return None
        stranger = request.client.host if request.client else ""
        wait_s = self._pace.wait_s(f"token {visitor.name}" if visitor.role else f"address {stranger}")
        if not wait_s:
            return None
        error = f"too many requests: wait {ceil(wait_s)} s, as Retry-After says, and ask less often"
        refused = answer(request, HTTPStatus.TOO_MANY_REQUESTS, Failure(error=error))
        refused.headers["Retry-After"] = str(ceil(wait_s))
        return refused

    def _refusal(self, request: Request, visitor: Visitor) -> Response | None:
        # The scope's path is what the routes go by; the address of the request is made of Host, too.
        method, path = request.method, request.scope["path"]
        if path not in OPEN:
            role = needed(method, path)
            if visitor.role is None:
                return self._unknown(request)
            if not allows(visitor.role, role):
                return answer(
                    request,
                    HTTPStatus.FORBIDDEN,
                    Failure(error=f"this needs a token with the role {role}; yours may {visitor.role}"),
                )
        if method in READING or visitor.how == "bearer":
            return _too_large(request)
        return _from_elsewhere(request) or _too_large(request)

    def _unknown(self, request: Request) -> Response:
        if not self._door.has_tokens():
            return answer(request, HTTPStatus.FORBIDDEN, Failure(error=CLOSED))
        path: str = request.scope["path"]
        if not path.startswith("/api/") and not FILES.fullmatch(path) and "authorization" not in request.headers:
            wanted = path + (f"?{request.url.query}" if request.url.query else "")
            after = wanted if request.method in READING else "/"
            return RedirectResponse(f"/login?next={quote(after, safe='/')}", HTTPStatus.SEE_OTHER)
        said = "this token is not good" if "authorization" in request.headers else "show a token"
        refused = answer(
            request,
            HTTPStatus.UNAUTHORIZED,
            Failure(error=f"{said}: `Authorization: Bearer TOKEN` with one that `streams tokens create` made"),
        )
        refused.headers["WWW-Authenticate"] = 'Bearer realm="streams"'
        return refused


def _from_elsewhere(request: Request) -> Response | None:
    """Refuse changes that another site asks for by way of somebody's browser."""
    if not _from_here(request.headers):
        error = "this change was asked for by another web site, and is not made; use the page's own forms"
        return answer(request, HTTPStatus.FORBIDDEN, Failure(error=error))
    if request.scope["path"].startswith("/api/") and _has_body(request) and not _is_json(request):
        error = "give the body as JSON, with `Content-Type: application/json`"
        return answer(request, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, Failure(error=error))
    return None


def _from_here(headers: Headers) -> bool:
    """What browsers say of where a request comes from: newer ones in Sec-Fetch-Site (W3C, Fetch Metadata), all in
    Origin. What says nothing is no browser.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


def _too_large(request: Request) -> Response | None:
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers:
        error = "say with Content-Length how large the body is"
        return answer(request, HTTPStatus.LENGTH_REQUIRED, Failure(error=error))
    if not LENGTH.fullmatch(length) or int(length) > MAX_BODY_BYTES:
        error = f"a body has at most {MAX_BODY_BYTES:,} bytes"
        return answer(request, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, Failure(error=error))
    return None


def _has_body(request: Request) -> bool:
    return request.headers.get("content-length", "0") != "0" or request.method in ("POST", "PUT", "PATCH")


def _is_json(request: Request) -> bool:
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"


def _remembering(scope: Scope, send: Send, visitor: Visitor, now: datetime) -> Send:
    """Note with each page that they looked; give whoever has no session what its forms are bound to."""
    secure = is_secure(scope)
    bound = visitor.how == "session" or FORM in read_cookies(Headers(scope=scope), secure=secure)

    async def send_remembering(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = Headers(raw=message["headers"])
            if headers.get("content-type", "").startswith("text/html"):
                cookies, kept_s = Response(), int(KEPT.total_seconds())
                set_cookie(cookies, VISIT, as_cookie(visitor.before, now), secure=secure, max_age_s=kept_s)
                if not bound:
                    set_cookie(cookies, FORM, visitor.secret, secure=secure, max_age_s=None)
                given = [(name, value) for name, value in cookies.raw_headers if name == b"set-cookie"]
                message["headers"] = [*message["headers"], *given]
        await send(message)

    return send_remembering
