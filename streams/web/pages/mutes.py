"""What nobody is told of: the mutes in force, and forms to mute and to lift."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams import editing
from streams.errors import UsageError
from streams.index.merged import standing
from streams.records import Edit, Story
from streams.web.forms import OurForm
from streams.web.parameters import Id, Noted
from streams.web.site import OurSite, Site

SPANS = (1, 7, 30, 0)
"""Days that the page offers to mute for; 0: until it is lifted."""

router = APIRouter()


@router.get("/mutes")
def mutes(site: OurSite, noted: Annotated[Noted, Query()]) -> Response:
    """The mutes in force."""
    rows = [(one, _rule(site, one), _story(site, one)) for one in site.engine.mutes()]
    return site.templates.page("mutes.html", rows=rows, said=noted.said)


@router.post("/mutes")
def mute(site: OurSite, form: OurForm) -> Response:
    """Mute a story or a source."""
    if form.get("days", "0") not in map(str, SPANS):
        raise UsageError(f"days: {form['days'][:20]!r} is none of {', '.join(map(str, SPANS))}")
    days = int(form.get("days", "0"))
    wanted = editing.Muting(form.get("story", ""), form.get("source", ""), form.get("rule", ""), days)
    editing.put_mute(site.engine, wanted, site.clock(), site.visitor.name)
    return RedirectResponse("/mutes?said=muted", HTTPStatus.SEE_OTHER)


@router.post("/mutes/{mute_id}/lift")
def lift(site: OurSite, mute_id: Id, _: OurForm) -> Response:
    """Lift a mute."""
    editing.lift_mute(site.engine, mute_id, site.clock(), site.visitor.name)
    return RedirectResponse("/mutes?said=lifted", HTTPStatus.SEE_OTHER)


def _rule(site: Site, edit: Edit) -> str | None:
    """The name of the rule that it is about, while that is live."""
    rule = site.engine.rule(edit.rule_id) if edit.rule_id else None
    return rule.name if rule else None


def _story(site: Site, edit: Edit) -> Story | None:
    return standing(site.search, edit.story_id) if edit.story_id else None
