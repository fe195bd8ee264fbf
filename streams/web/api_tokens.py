"""The API's part for who may use it: tokens, for those with the role admin."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Body
from msgspec import Struct
from pydantic import Field
from starlette.responses import Response

from streams.access import lasting, revoke
from streams.index.search import Page
from streams.labels import MAX_NAME_CHARS
from streams.records import Role, Token
from streams.web import managing
from streams.web.openapi import answers, as_json, as_list
from streams.web.parameters import Id, Parameters
from streams.web.site import OurSite


class TokenShown(Struct, frozen=True, kw_only=True):
    """A token without what it reads, which is kept nowhere."""

    id: str
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None


class NewToken(Struct, frozen=True, kw_only=True):
    """A token just made; `token` is what it reads, and not shown again."""

    id: str
    token: str


class TokenWanted(Parameters):
    """A token to be made."""

    name: str = Field(min_length=1, max_length=MAX_NAME_CHARS, description="Who or what it is for.")
    role: Role = Field(default="read", description="What it allows: each role allows what those before it do.")
    days: int | None = Field(default=None, ge=1, le=3650, description="How many days it is good; else for ever.")


ANSWERS = (Page[TokenShown], NewToken)
router = APIRouter(prefix="/tokens")


@router.get("", responses=answers(Page[TokenShown]))
def tokens(site: OurSite) -> Response:
    """Who may use the page and the API."""
    return as_list([_shown(token) for token in lasting(site.engine.tokens())])


@router.post("", responses=answers(NewToken, HTTPStatus.CREATED), status_code=HTTPStatus.CREATED)
def create(site: OurSite, wanted: Annotated[TokenWanted, Body()]) -> Response:
    """Make a token."""
    token, text = managing.make_token(site, wanted.name, wanted.role, wanted.days)
    return as_json(NewToken(id=token.id, token=text), HTTPStatus.CREATED)


@router.delete("/{token_id}", responses=answers(TokenShown))
def take_back(site: OurSite, token_id: Id) -> Response:
    """Take a token out of service, with the sessions that were opened with it."""
    return as_json(_shown(revoke(site.engine, token_id)))


def _shown(token: Token) -> TokenShown:
    return TokenShown(
        id=token.id,
        name=token.name,
        role=token.role,
        created_at=token.created_at,
        expires_at=token.expires_at,
    )
