"""Search: the box, what was found, and links that narrow it down."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from streams.errors import QueryError
from streams.index.merged import at_standing
from streams.index.search import TOTAL, Page
from streams.query.nodes import And, Keyword, KeywordField, Or
from streams.query.parse import parse
from streams.query.slips import slips
from streams.records import Document
from streams.searches import FILTERS as KEPT
from streams.web.matches import findings
from streams.web.parameters import FACETS, DocumentList
from streams.web.rendering import href
from streams.web.site import OurSite

QUERY_FIELDS: Mapping[str, KeywordField] = {
    "people": "person",
    "organisations": "org",
    "places": "place",
    "countries": "country",
}
"""Facets whose values narrow by the query language: so that one can ask for two people at once."""

MOST_SHOWN = 20
"""Saved searches that the page offers; another lists them all."""

FILTERS = ("entity", "source", "language", "story")
router = APIRouter()


@router.get("/search")
def search(site: OurSite, asked: Annotated[DocumentList, Query()]) -> Response:
    """The search page; a query that cannot be parsed is shown with what is wrong in it."""
    try:
        page = site.search.documents(at_standing(site.search, asked.query(asked.offset, asked.limit)), FACETS)
        found, fault = findings(asked.q, page.hits), None
    except QueryError as error:
        page, found, fault = Page[Document](total=0, hits=[]), [], str(error)
    return site.templates.page(
        "search.html",
        status_code=400 if fault else 200,
        asked=asked,
        filters={name: value for name in FILTERS if (value := asked.given().get(name))},
        fault=fault,
        slips=() if fault else list(slips(asked.q)),
        total=page.total,
        approximate=TOTAL in page.approximate,
        findings=found,
        stories=site.search.stories_by_id({hit.story_id for hit in page.hits}),
        facets=[(name, page.facets.get(name, ())) for name in FACETS],
        narrowed=narrowed,
        saved=site.engine.searches()[:MOST_SHOWN],
        kept={name: value for name, value in asked.given().items() if name in KEPT},
    )


def narrowed(asked: DocumentList, facet: str, value: str) -> str:
    """The address of this search narrowed down to one value of a facet."""
    if facet not in QUERY_FIELDS:
        return href("/search", asked.given(), **{facet: value, "offset": None})
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    term = f'{QUERY_FIELDS[facet]}:"{escaped}"'
    node = parse(asked.q)
    if Keyword(field=QUERY_FIELDS[facet], value=value) in (node.nodes if isinstance(node, And) else [node]):
        return href("/search", asked.given(), offset=None)
    query = f"({asked.q})" if isinstance(node, Or) else asked.q
    return href("/search", asked.given(), q=f"{query} {term}".strip(), offset=None)
