"""Who asks: anybody on this machine while there are no tokens, or who shows a token or the cookie of a session."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import datetime
from http.cookies import CookieError, SimpleCookie
from typing import Literal, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Scope

from streams.access import admitted, allows
from streams.clock import Clock
from streams.engines.engine import Engine
from streams.records import Role
from streams.web.visits import visit_before

SESSION, FORM, VISIT = "streams_session", "streams_form", "streams_visit"
"""Cookies: a session's token; for others what their forms are bound to; when they looked last."""

FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""Headers that a proxy adds: who comes through one need not sit at this machine."""


class Visitor(NamedTuple):
    """Who asks, and how that is known. `role` is None for a stranger; forms are bound to `secret`.

    `local`: nobody has to show anything here, as there are no tokens. `before`: when their last visit ended.
    """

    name: str
    role: Role | None
    how: Literal["nothing", "local", "bearer", "basic", "session"]
    secret: str = ""
    before: datetime | None = None

    def may(self, needed: Role) -> bool:
        """Whether what needs a role is allowed."""
        return self.role is not None and allows(self.role, needed)

    def is_new(self, at: datetime) -> bool:
        """Whether what came at a time is new to them."""
        return self.before is not None and at > self.before

    @property
    def form_token(self) -> str:
        """What a form must carry: another site can neither read it here nor make it (double submit, bound to the
        session; OWASP, Cross-Site Request Forgery Prevention)."""
        return hmac.new(self.secret.encode(), b"form", hashlib.sha256).hexdigest()


LOCAL = Visitor("", "admin", "local")


class Door:
    """Finds out who asks. `local` says that the page listens on this machine only."""

    def __init__(self, engine: Engine, clock: Clock, *, local: bool) -> None:
        self._engine, self._clock, self._local = engine, clock, local

    def visitor(self, scope: Scope, *, host_is_local: bool) -> Visitor:
        """Who made this request. One that shows a token that is not good is a stranger, also on this machine."""
        headers = Headers(scope=scope)
        cookies = read_cookies(headers, secure=is_secure(scope))
        visitor = self._shown(headers, cookies, host_is_local=host_is_local)
        return visitor._replace(before=visit_before(cookies.get(VISIT, ""), self._clock()))

    def _shown(self, headers: Headers, cookies: Mapping[str, str], *, host_is_local: bool) -> Visitor:
        scheme, _, given = headers.get("authorization", "").partition(" ")
        form = cookies.get(FORM) or secrets.token_urlsafe(16)
        if scheme.lower() == "bearer":
            return self._known(given.strip(), "bearer", form)
        if scheme.lower() == "basic":
            # For feed readers, which know no other way. Browsers send it along by themselves: it may only read.
            return _reading(self._known(_password(given), "basic", form))
        if session := cookies.get(SESSION):
            known = self._known(session, "session", form)
            if known.role is not None:
                return known
        direct = self._local and host_is_local and not any(name in headers for name in FORWARDED)
        here = direct and not self.has_tokens()
        return LOCAL._replace(secret=form) if here else Visitor("", None, "nothing", form)

    def has_tokens(self) -> bool:
        """Whether anybody could log in."""
        return bool(self._engine.tokens())

    def _known(self, text: str, how: Literal["bearer", "basic", "session"], form: str) -> Visitor:
        token = admitted(text, self._engine.token, self._clock())
        if token is None or (how == "session") != bool(token.session_of):
            return Visitor("", None, "nothing", form)
        return Visitor(token.name, token.role, how, text if how == "session" else form)


def _reading(visitor: Visitor) -> Visitor:
    return visitor._replace(role=visitor.role and "read")


def is_secure(scope: Scope) -> bool:
    """Whether the request came over TLS, to us or to a proxy that is believed."""
    return bool(scope.get("scheme") == "https")


def read_cookies(headers: Headers, *, secure: bool) -> dict[str, str]:
    """Our cookies by their names here."""
    try:
        found = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return {}
    names = {_named(name, secure): name for name in (SESSION, FORM, VISIT)}
    return {names[name]: morsel.value for name, morsel in found.items() if name in names}


def set_cookie(answer: Response, name: str, value: str, *, secure: bool, max_age_s: int | None) -> None:
    """A cookie that no script can read and no other site can make a browser send with a change."""
    answer.set_cookie(
        _named(name, secure), value, max_age=max_age_s, path="/", secure=secure, httponly=True, samesite="lax"
    )


def drop_cookie(answer: Response, name: str, *, secure: bool) -> None:
    """Let the browser forget a cookie."""
    answer.delete_cookie(_named(name, secure), path="/", secure=secure, httponly=True, samesite="lax")


def _named(name: str, secure: bool) -> str:
    """With the prefix, only we can have set it, no neighbour under the same domain (RFC 6265bis, 4.1.3)."""
    return f"__Host-{name}" if secure else name


def _password(given: str) -> str:
    try:
        return base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
