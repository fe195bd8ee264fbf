"""One article: what it says, whom it names, what was taken out and why it stands where it stands."""

from __future__ import annotations

from itertools import islice

from fastapi import APIRouter
from starlette.responses import Response

from streams.index.search import DocumentQuery, Search
from streams.records import Document
from streams.web.marks import cut, entity_marks, paragraphs
from streams.web.pages.stories import MOST_MEMBERS
from streams.web.parameters import Id
from streams.web.site import OurSite, found

router = APIRouter()


@router.get("/articles/{document_id:path}")
def article(site: OurSite, document_id: Id) -> Response:
    """One article."""
    explanation = site.engine.explain(document_id)
    document = found(explanation.document, "article", document_id)
    return site.templates.page(
        "article.html",
        document=document,
        title=cut(document.title, entity_marks(document.entities, "title")),
        paragraphs=paragraphs(document),
        story=explanation.became or explanation.story,
        original=site.search.document(document.copy_of) if document.copy_of else None,
        copies=_copies(site.search, document),
        explanation=explanation,
    )


def _copies(search: Search, document: Document) -> list[Document]:
    members = islice(search.scan(DocumentQuery(story=document.story_id, sort="oldest")), MOST_MEMBERS)
    return [member for member in members if member.copy_of == document.id]
