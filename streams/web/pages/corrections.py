"""What people decided about names, and the forms of a name's page."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams.correcting import Wish, correct
from streams.web.forms import OurForm
from streams.web.parameters import Id, Noted
from streams.web.site import OurSite

router = APIRouter()


@router.get("/corrections")
def corrections(site: OurSite, noted: Annotated[Noted, Query()]) -> Response:
    """The decisions in force, the last one first."""
    return site.templates.page("corrections.html", rows=site.engine.corrections()[::-1], said=noted.said)


@router.post("/corrections")
def decide(site: OurSite, form: OurForm) -> Response:
    """Decide what a name goes as. An empty field says nothing."""
    wish = Wish(
        name=form.get("name") or None,
        type=form.get("type") or None,
        into=form.get("into") or None,
        never=form.get("never") == "yes",
    )
    correct(site.engine, form.get("entity", ""), wish, site.clock(), site.visitor.name)
    return RedirectResponse("/corrections?said=corrected", HTTPStatus.SEE_OTHER)


@router.post("/corrections/{entity_id}/undo")
def undo(site: OurSite, entity_id: Id, _: OurForm) -> Response:
    """Take a decision back."""
    correct(site.engine, entity_id, Wish(undo=True), site.clock(), site.visitor.name)
    return RedirectResponse("/corrections?said=undone", HTTPStatus.SEE_OTHER)
