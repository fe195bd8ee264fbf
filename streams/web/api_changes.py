"""The API's part that changes rules, alerts, mutes, names and saved searches, for those with the role edit."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query
from pydantic import Field
from starlette.responses import Response

from streams import editing
from streams.alerts.rules import KEYS
from streams.alerts.trial import Trial
from streams.correcting import Wish, correct
from streams.given import LABELS
from streams.index.search import Page
from streams.labels import MAX_NAME_CHARS
from streams.records import Alert, Correction, Edit, Rule, SavedSearch
from streams.searches import FILTERS, Filter
from streams.web import managing
from streams.web.openapi import answers, as_json, as_list
from streams.web.parameters import MAX_DAYS, MAX_QUERY_CHARS, Id, Parameters, Value
from streams.web.site import OurSite
from streams.web.trying import UNNAMED, try_out

RULE = f"A rule by the keys of a file of rules: {', '.join(KEYS)}."
PlainRule = Annotated[dict[str, Any], Body(description=RULE)]


class MuteWanted(Parameters):
    """What nobody is to be told of."""

    story: Value = Field(default="", description="The id of a story; this or a source is needed.")
    source: Value = Field(default="", description="A publisher's domain.")
    rule: Value = Field(default="", description="Only by the rule of this id; else by all rules.")
    days: int = Field(default=0, ge=0, le=MAX_DAYS, description="How many days; 0: until it is lifted.")


class CorrectionWanted(Parameters):
    """What a name is to be: name and type (or one of both), into, or never."""

    entity: Value = Field(description="The id or name of the person, organisation or place.")
    name: Value | None = Field(default=None, description="What it is called.")
    type: Value | None = Field(default=None, description=f"What it is: {', '.join(LABELS)}.")
    into: Value | None = Field(default=None, description="The id or name of the one that it is the same as.")
    never: bool = Field(default=False, description="Whether it is no name at all.")


class SearchWanted(Parameters):
    """A search to be kept."""

    name: str = Field(max_length=MAX_NAME_CHARS, description="Under which it is kept.")
    q: str = Field(default="", max_length=MAX_QUERY_CHARS, description="A query in the query language.")
    filters: dict[Filter, Value] = Field(
        default={}, max_length=len(FILTERS), description=f"What narrows it down: {', '.join(FILTERS)}."
    )


ANSWERS = (Page[Edit], Page[Correction], Page[SavedSearch])
router = APIRouter()


@router.put("/rules/{rule_id}", responses=answers(Rule))
def put_rule(site: OurSite, rule_id: Id, plain: PlainRule) -> Response:
    """Make a rule live, in the place of the one of this id if there is one."""
    return as_json(managing.save_rule(site, {**plain, "id": rule_id}))


@router.delete("/rules/{rule_id}", responses=answers(Rule))
def delete_rule(site: OurSite, rule_id: Id) -> Response:
    """Take a rule out of service; its alerts close."""
    return as_json(managing.remove_rule(site, rule_id))


@router.post("/rules/trial", responses=answers(Trial))
def try_rule(
    site: OurSite,
    plain: PlainRule,
    days: Annotated[int, Query(ge=1, le=MAX_DAYS, description="Articles of the last so many days.")] = 30,
) -> Response:
    """What a rule of any kind would have led to, and what changes against the live one of its id."""
    return as_json(try_out(site, managing.read_rule(site, {"id": UNNAMED, **plain}), days))


@router.post("/alerts/{alert_id:path}/acknowledge", responses=answers(Alert))
def acknowledge(site: OurSite, alert_id: Id) -> Response:
    """Say that somebody knows of an alert: it is told no more. Answers the alert as it was."""
    return as_json(editing.acknowledge_alert(site.engine, alert_id, site.clock(), site.visitor.name))


@router.get("/mutes", responses=answers(Page[Edit]))
def mutes(site: OurSite) -> Response:
    """The mutes in force, oldest first."""
    return as_list(site.engine.mutes())


@router.post("/mutes", responses=answers(Edit))
def mute(site: OurSite, wanted: Annotated[MuteWanted, Body()]) -> Response:
    """Let nobody be told of a story or of what a source publishes."""
    muting = editing.Muting(**wanted.model_dump())
    return as_json(editing.put_mute(site.engine, muting, site.clock(), site.visitor.name))


@router.delete("/mutes/{mute_id}", responses=answers(Edit))
def lift(site: OurSite, mute_id: Id) -> Response:
    """Lift a mute."""
    return as_json(editing.lift_mute(site.engine, mute_id, site.clock(), site.visitor.name))


@router.get("/corrections", responses=answers(Page[Correction]))
def corrections(site: OurSite) -> Response:
    """What people decided about names, oldest first."""
    return as_list(site.engine.corrections())


@router.post("/corrections", responses=answers(Correction))
def decide(site: OurSite, wanted: Annotated[CorrectionWanted, Body()]) -> Response:
    """Decide what a name goes as; what is stored and articles to come go by it within seconds."""
    wish = Wish(**wanted.model_dump(exclude={"entity"}))
    return as_json(correct(site.engine, wanted.entity, wish, site.clock(), site.visitor.name))


@router.delete("/corrections/{entity:path}", responses=answers(Correction))
def take_back(site: OurSite, entity: Id) -> Response:
    """Take a decision back, by the id or name of what it is about."""
    return as_json(correct(site.engine, entity, Wish(undo=True), site.clock(), site.visitor.name))


@router.get("/searches", responses=answers(Page[SavedSearch]))
def searches(site: OurSite) -> Response:
    """The saved searches, by name."""
    return as_list(site.engine.searches())


@router.post("/searches", responses=answers(SavedSearch))
def save_search(site: OurSite, wanted: Annotated[SearchWanted, Body()]) -> Response:
    """Keep a search under a name, in the place of the one that has it."""
    return as_json(managing.save_search(site, wanted.name, wanted.q, wanted.model_dump()["filters"]))


@router.delete("/searches/{search_id:path}", responses=answers(SavedSearch))
def remove_search(site: OurSite, search_id: Id) -> Response:
    """Forget a saved search, by its id or name."""
    return as_json(managing.remove_search(site, search_id))
