"""Who may do what: tokens, their roles, and the sessions that people open with them on the page.

A token reads `streams_ID_SECRET`. Its secret has 256 random bits, so a plain hash of it can be kept and tells
nothing: look-up secrets of at least 112 bits need no slow, salted one (NIST SP 800-63B, 5.1.2.2). A session is a
token of its own, which is good as long as the one that it was opened with is, and only for some hours.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, get_args

import msgspec

from streams.engines.engine import Engine
from streams.errors import NotFoundError
from streams.labels import label
from streams.records import Role, Token

ROLES: tuple[Role, ...] = get_args(Role)
"""Each may do what those before it may."""

TEXT = re.compile(r"streams_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
ID_BYTES, SECRET_BYTES = 6, 32
NOBODY = hashlib.sha256(b"nobody").hexdigest()


class Issued(NamedTuple):
    """A new token, and its text, which is shown once and kept nowhere."""

    token: Token
    text: str


def issue(name: str, role: Role, at: datetime, lifetime: timedelta | None = None, session_of: str = "") -> Issued:
    """Make a token. Raises UsageError for a name that cannot be shown in a line."""
    shown = label(name, "token")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        id=secrets.token_hex(ID_BYTES),
        name=shown,
        role=role,
        hash=_hash(secret),
        created_at=at,
        expires_at=None if lifetime is None else at + lifetime,
        session_of=session_of,
    )
    return Issued(token, f"streams_{token.id}_{secret}")


def admitted(text: str, find: Callable[[str], Token | None], at: datetime) -> Token | None:
    """The token that this is the text of, if it is good at that time; for a session, with its token's role.

    `find` gives the token of an id. Secrets are compared in constant time.
    """
    given = TEXT.fullmatch(text)
    if given is None:
        return None
    token = find(given[1])
    same = hmac.compare_digest(_hash(given[2]), token.hash if token else NOBODY)
    if token is None or not same or _over(token, at):
        return None
    if not token.session_of:
        return token
    parent = find(token.session_of)
    if parent is None or _over(parent, at):
        return None
    return msgspec.structs.replace(token, role=parent.role, name=parent.name)


def allows(role: Role, needed: Role) -> bool:
    """Whether a role may do what needs another one."""
    return ROLES.index(role) >= ROLES.index(needed)


def open_session(engine: Engine, text: str, at: datetime, lifetime: timedelta) -> str | None:
    """A session for who shows a token: its text, or None when the token is not good.

    Sessions that are over are forgotten meanwhile.
    """
    token = admitted(text, engine.token, at)
    if token is None or token.session_of:
        return None
    known = engine.tokens()
    if over := [one.id for one in known if one.session_of and _over(one, at)]:
        engine.drop_tokens(over)
    session = issue(token.name, token.role, at, lifetime, session_of=token.id)
    engine.put_token(session.token)
    return session.text


def lasting(tokens: Iterable[Token]) -> list[Token]:
    """The tokens that are no sessions."""
    return [token for token in tokens if not token.session_of]


def revoke(engine: Engine, token_id: str) -> Token:
    """Take a token out of service, with its sessions, and return it. Raises NotFoundError."""
    token = engine.token(token_id)
    if token is None:
        raise NotFoundError(f"no token {token_id!r}: `streams tokens list` shows them")
    engine.drop_tokens([one.id for one in engine.tokens() if token_id in (one.id, one.session_of)])
    return token


def _over(token: Token, at: datetime) -> bool:
    return token.expires_at is not None and token.expires_at <= at


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
