"""Stories now, and one story with its articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Annotated, Literal, NamedTuple
from urllib.parse import quote

from fastapi import APIRouter, Query
from pydantic import Field
from starlette.responses import RedirectResponse, Response

from streams.index.search import AlertQuery, DocumentQuery, Search, StoryQuery
from streams.records import Document, Story
from streams.web.parameters import MAX_DAYS, MAX_LIMIT, Id, StoryFilter, StoryList
from streams.web.site import OurSite, Site
from streams.web.timeline import Timeline, timeline

MOST_MEMBERS = 500
"""Articles of a story, its newest, that its page lists and its chart counts; a search lists them all."""

MOST_EPISODES = 10
MOST_ALERTS = 50

router = APIRouter()


class StoriesNow(StoryList):
    """The same list as elsewhere, beginning with what is big today."""

    days: int = Field(default=1, ge=0, le=MAX_DAYS)
    sort: Literal["largest", "newest"] = "largest"

    def as_filter(self) -> StoryFilter:
        """The whole list, as it can be had as a file."""
        return StoryFilter(**self.model_dump(include=set(StoryFilter.model_fields)))


class Row(NamedTuple):
    """A story in the list, its chart, how many articles are new to who looks, and the story it brings back."""

    story: Story
    chart: Timeline | None
    fresh: int
    earlier: Story | None


class Telling(NamedTuple):
    """An article of a story and the copies of it."""

    document: Document
    copies: list[Document]


@router.get("/")
@router.get("/stories")
def stories(site: OurSite, asked: Annotated[StoriesNow, Query()]) -> Response:
    """Stories now."""
    now = site.clock()
    page = site.search.stories(asked.query(now, asked.offset, asked.limit))
    earlier = site.search.stories_by_id({story.recurs for story in page.hits if story.recurs})
    rows = [_row(site, story, earlier.get(story.recurs or ""), asked.start(now), now) for story in page.hits]
    return site.templates.page(
        "stories.html",
        asked=asked,
        files=asked.as_filter().given(),
        total=page.total,
        rows=rows,
        status=site.engine.status(),
    )


@router.get("/stories/{story_id:path}")
def story(site: OurSite, story_id: Id) -> Response:
    """One story; the id of one that became part of another leads there."""
    found = site.story(story_id)
    if found.id != story_id:
        return RedirectResponse(f"/stories/{quote(found.id, safe='')}")
    newest = site.search.scan(DocumentQuery(story=story_id))
    members = list(islice(newest, MOST_MEMBERS))[::-1]
    return site.templates.page(
        "story.html",
        story=found,
        chart=timeline(members),
        tellings=tellings(members),
        shown=len(members),
        fresh=[member.id for member in members if site.visitor.is_new(member.created_at)],
        alerts=site.search.alerts(AlertQuery(story=story_id, limit=MOST_ALERTS)),
        earlier=list(islice(_earlier(site.search, found), MOST_EPISODES)),
        later=list(islice(_later(site.search, found), MOST_EPISODES)),
    )


def tellings(documents: Sequence[Document]) -> list[Telling]:
    """The articles in the order given, each copy under its original where that is among them."""
    originals = {document.id: Telling(document, []) for document in documents if document.copy_of is None}
    found: list[Telling] = []
    for document in documents:
        if document.copy_of in originals:
            originals[document.copy_of].copies.append(document)
        else:
            found.append(originals.get(document.id) or Telling(document, []))
    return found


def _row(site: Site, story: Story, earlier: Story | None, start: datetime | None, now: datetime) -> Row:
    members = list(islice(site.search.scan(DocumentQuery(story=story.id, since=start)), MOST_MEMBERS))
    chart = timeline(members, start, now if start else None)
    return Row(story, chart, sum(site.visitor.is_new(member.created_at) for member in members), earlier)


def _earlier(search: Search, story: Story) -> Iterator[Story]:
    """The story that this one brings back, the one that that brought back, and so on."""
    seen = {story.id}
    while story.recurs and story.recurs not in seen:
        seen.add(story.recurs)
        before = search.story(story.recurs)
        if before is None:
            return
        yield before
        story = before


def _later(search: Search, story: Story) -> Iterable[Story]:
    """Stories that bring this one back, as far as they are among the latest that bring back any."""
    query = StoryQuery(recurring=True, since=story.last_seen, limit=MAX_LIMIT)
    return (other for other in search.stories(query).hits if other.recurs == story.id)
