"""The JSON API: the records as they are stored, under `/api`. What changes something is in modules of its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from streams.alerts.advice import Advice, advise
from streams.alerts.trial import Trial
from streams.engines.engine import Explanation, FeedHealth, Status
from streams.index.entities import Profile, profile
from streams.index.merged import at_standing
from streams.index.search import Page
from streams.records import Alert, Document, Rule, Story
from streams.review import Review
from streams.volumes import Comparison
from streams.web import api_changes, api_tokens
from streams.web.errors import Failure
from streams.web.feeds import shown, worst_first
from streams.web.looking_back import comparison_of, review_of
from streams.web.managing import listed_rules
from streams.web.openapi import answers, as_json, as_list
from streams.web.parameters import (
    FACETS,
    MAX_QUERY_CHARS,
    AlertList,
    ComparisonAsked,
    DocumentListWithFacets,
    FeedList,
    Id,
    Lookback,
    RuleList,
    RuleTrial,
    StoryList,
)
from streams.web.site import OurSite
from streams.web.trying import trial_of

ANSWERS = (
    Page[Document],
    Page[Story],
    Page[Alert],
    Page[FeedHealth],
    Page[Rule],
    Review,
    Comparison,
    Trial,
    Page[Advice],
    Explanation,
    Profile,
    Status,
    Failure,
    *api_changes.ANSWERS,
    *api_tokens.ANSWERS,
)
"""Every type that the API answers with."""

_failure = answers(Failure)[200] | {"description": "Refused or failed; the message says why."}
router = APIRouter(prefix="/api", responses={"default": _failure})


@router.get("/documents", responses=answers(Page[Document]))
def documents(site: OurSite, asked: Annotated[DocumentListWithFacets, Query()]) -> Response:
    """Articles that match a query, with facets where asked for."""
    query = at_standing(site.search, asked.query(asked.offset, asked.limit))
    return as_json(site.search.documents(query, FACETS if asked.facets else ()))


@router.get("/documents/{document_id:path}", responses=answers(Document))
def document(site: OurSite, document_id: Id) -> Response:
    """One article as it now stands."""
    return as_json(site.document(document_id))


@router.get("/stories", responses=answers(Page[Story]))
def stories(site: OurSite, asked: Annotated[StoryList, Query()]) -> Response:
    """Stories."""
    return as_json(site.search.stories(asked.query(site.clock(), asked.offset, asked.limit)))


@router.get("/stories/{story_id:path}", responses=answers(Story))
def story(site: OurSite, story_id: Id) -> Response:
    """One story as it now stands, or the one that it became part of; its articles are `/api/documents?story=…`."""
    return as_json(site.story(story_id))


@router.get("/entities/{wanted:path}", responses=answers(Profile))
def entity(site: OurSite, wanted: Id) -> Response:
    """One person, organisation or place by id or name: its stories, its days, and who appears with it."""
    return as_json(profile(site.search, wanted))


@router.get("/alerts", responses=answers(Page[Alert]))
def alerts(site: OurSite, asked: Annotated[AlertList, Query()]) -> Response:
    """Alerts, the last updated first."""
    return as_json(site.search.alerts(at_standing(site.search, asked.query(asked.offset, asked.limit))))


@router.get("/alerts/{alert_id:path}", responses=answers(Alert))
def alert(site: OurSite, alert_id: Id) -> Response:
    """One alert as it now stands."""
    return as_json(site.alert(alert_id))


@router.get("/feeds", responses=answers(Page[FeedHealth]))
def feeds(site: OurSite, asked: Annotated[FeedList, Query()]) -> Response:
    """Feeds and how they are doing, failing ones first."""
    healths = worst_first(site.engine.feeds())
    part = healths[asked.offset : asked.offset + asked.limit]
    return as_json(Page(total=len(healths), hits=[shown(health) for health in part]))


@router.get("/review", responses=answers(Review))
def review(site: OurSite, asked: Annotated[Lookback, Query()]) -> Response:
    """What the last hours brought: stories that are new, came back or go on, and alerts."""
    return as_json(review_of(site, asked))


@router.get("/compare", responses=answers(Comparison))
def compare(site: OurSite, asked: Annotated[ComparisonAsked, Query()]) -> Response:
    """How many articles two queries find over the same time, step by step."""
    return as_json(comparison_of(site, asked))


@router.get("/rules/trial", responses=answers(Trial))
def trial(site: OurSite, asked: Annotated[RuleTrial, Query()]) -> Response:
    """What a query would have led to as a rule, and what changes against a live one."""
    return as_json(trial_of(site, asked))


@router.get("/rules", responses=answers(Page[Rule]))
def rules(site: OurSite, asked: Annotated[RuleList, Query()]) -> Response:
    """The live alert rules."""
    return as_json(listed_rules(site, asked))


@router.get("/advice", responses=answers(Page[Advice]))
def advice(
    site: OurSite,
    q: Annotated[str, Query(max_length=MAX_QUERY_CHARS, description="The query to look at.")] = "",
) -> Response:
    """What is odd about a query: it can never match, matches nearly everything, or has words not seen lately."""
    return as_list(advise(q, site.search))


@router.get("/explain/{item_id:path}", responses=answers(Explanation))
def explain(site: OurSite, item_id: Id) -> Response:
    """Every decision about an article, story or alert, with the numbers behind it."""
    return as_json(site.engine.explain(item_id))


@router.get("/status", responses=answers(Status))
def status(site: OurSite) -> Response:
    """Counts, records waiting and records put aside."""
    return as_json(site.engine.status())


# Behind what only reads: the description has the paths in this order.
router.include_router(api_changes.router)
router.include_router(api_tokens.router)
