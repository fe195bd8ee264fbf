"""One person, organisation or place: its stories, its articles over time, and who appears with it."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from streams.given import LABELS
from streams.index.entities import newest, profile, standing
from streams.tag.mentions import KINDS
from streams.web.parameters import Id
from streams.web.site import OurSite
from streams.web.timeline import timeline

MOST_SHOWN = 10
router = APIRouter()


@router.get("/entities/{wanted:path}")
def entity(site: OurSite, wanted: Id) -> Response:
    """One entity, by its name as shown or its id."""
    shown = standing(site.search, wanted)
    articles = newest(site.search, shown.id)
    return site.templates.page(
        "entity.html",
        entity=profile(site.search, shown.id, articles),
        corrected=[one for one in site.engine.corrections() if one.goes_as and one.goes_as.id == shown.id],
        kind=KINDS.get(shown.label),
        types=LABELS,
        articles=articles[:MOST_SHOWN],
        chart=timeline(articles),
        most=MOST_SHOWN,
    )
