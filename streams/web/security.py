"""What protects the page: who may ask, and what a browser may do with the answer.

The page shows text from the open internet and listens on the operator's machine. Templates escape; the headers
here are the second wall (no scripts but our one file, and that on one page only, nothing from elsewhere, no
framing). The check of the Host header keeps other web sites from reading the page by pointing their own name at
this machine (DNS rebinding).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOST = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:[0-9]{1,5})?")
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


def _policy(scripts: str) -> str:
    return (
        f"default-src 'self'; script-src {scripts}; object-src 'none'; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )


CONTENT_POLICY = "Content-Security-Policy"
HEADERS = {
    CONTENT_POLICY: _policy("'none'"),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # without any, browsers do not say where a form came from
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}
WITH_SCRIPT = {CONTENT_POLICY: _policy("'self'")}
"""What a page has of its own that has a script: a file of ours; with `nosniff` nothing else is taken for one."""
_OWN = (CONTENT_POLICY, "Cache-Control")
"""Those that an answer may have of its own."""


class Guard:
    """ASGI middleware: refuses hosts that are not ours and sets HEADERS on every answer.

    Whoever asks for the headers alone (HEAD) gets those of the same page, as routes know only of GET.
    """

    def __init__(self, app: ASGIApp, hosts: Iterable[str]) -> None:
        self._app = app
        self._hosts = LOCAL_HOSTS | {host.lower().strip("[]") for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        only_headers = scope["method"] == "HEAD"
        if only_headers:
            scope = {**scope, "method": "GET"}

        async def send_guarded(message: Message) -> None:
            if only_headers and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            if message["type"] == "http.response.start":
                own = MutableHeaders(scope=message)
                own.update(HEADERS | {name: own.get(name, HEADERS[name]) for name in _OWN})
            await send(message)

        host = Headers(scope=scope).get("host", "")
        if host_name(host) in self._hosts:
            await self._app(scope, receive, send_guarded)
        else:
            refusal = PlainTextResponse(
                f"This page does not answer to the host name {host[:200]!r}: ask for localhost, or add the name "
                "to STREAMS_PAGE_HOSTS.\n",
                status_code=400,
            )
            await refusal(scope, receive, send_guarded)


def host_name(host: str) -> str | None:
    """The name in a Host header, without port and brackets, in lower case; None for what is more than these."""
    if not HOST.fullmatch(host):
        return None
    try:
        return urlsplit(f"//{host}").hostname
    except ValueError:
        return None
