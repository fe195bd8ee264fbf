"""The pages for people, one module per subject."""

from __future__ import annotations

from fastapi import APIRouter

from streams.web.pages import (
    alerts,
    articles,
    corrections,
    entities,
    login,
    mutes,
    review,
    rules,
    search,
    searches,
    stories,
    system,
    tokens,
)

router = APIRouter(include_in_schema=False)
for part in (
    stories,
    articles,
    entities,
    corrections,
    search,
    searches,
    review,
    alerts,
    mutes,
    rules,
    system,
    tokens,
    login,
):
    router.include_router(part.router)
