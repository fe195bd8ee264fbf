"""Alert rules: those that are live, one with the history of its alerts, and forms to try and change them."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from streams.alerts.plain_rules import form_of_rule, plain_of_form
from streams.alerts.rule_kinds import NEEDED
from streams.errors import QueryError, UsageError
from streams.index.search import AlertQuery
from streams.query.parse import parse
from streams.records import Rule
from streams.web import managing
from streams.web.forms import OurForm
from streams.web.parameters import Id, Noted, RulesAsked, Said
from streams.web.rendering import quoted
from streams.web.security import WITH_SCRIPT
from streams.web.site import OurSite, Site
from streams.web.trying import UNNAMED, Outcome, asked_for, trial_of, while_typed

SPANS = (1, 7, 30, 365)
"""Days that the page offers to try a rule on."""

MOST_ALERTS, MOST_OFFERED = 50, 500
"""Alerts in a rule's history, and rules to choose from, that a page shows."""
NEW: Mapping[str, str] = {"channels": "log", "max_age": "48h"}
"""What the form of a new rule begins with."""

NOT_TRIED = Outcome()

router = APIRouter()


@router.get("/rules")
def rules(site: OurSite, asked: Annotated[RulesAsked, Query()]) -> Response:
    """Live alert rules, and a query tried as one; what is wrong with it is shown."""
    trial, fault, offered = None, None, site.engine.rules(limit=MOST_OFFERED)
    try:
        trial = trial_of(site, asked) if asked.q else None
    except QueryError as error:
        fault = str(error)
    return site.templates.page(
        "rules.html",
        status_code=400 if fault else 200,
        total=site.engine.rule_count(),
        rules=offered,
        listed=managing.listed_rules(site, asked),
        owners=sorted({rule.owner for rule in offered if rule.owner}),
        tags=sorted({tag for rule in offered for tag in rule.tags}),
        asked=asked,
        trial=trial,
        fault=fault,
        spans=sorted({*SPANS, asked.days}),
    )


@router.get("/new-rule")
def new_rule(site: OurSite) -> Response:
    """The form of a new rule."""
    return _page(site, None, NEW)


@router.post("/new-rule")
def create(site: OurSite, form: OurForm) -> Response:
    """Make a new rule live."""
    return _save(site, None, form)


@router.post("/new-rule/try")
def try_new(site: OurSite, form: OurForm) -> Response:
    """Try a new rule on what is stored; nothing is changed."""
    return _try(site, None, form)


@router.get("/rules/{rule_id}")
def rule(site: OurSite, rule_id: Id, noted: Annotated[Noted, Query()]) -> Response:
    """One rule with its alerts."""
    live = managing.live_rule(site, rule_id)
    return _page(site, live, form_of_rule(live), said=noted.said)


@router.post("/rules/{rule_id}")
def change(site: OurSite, rule_id: Id, form: OurForm) -> Response:
    """Change a rule."""
    return _save(site, managing.live_rule(site, rule_id), {**form, "id": rule_id})


@router.post("/rules/{rule_id}/try")
def try_change(site: OurSite, rule_id: Id, form: OurForm) -> Response:
    """Try a change of a rule on what is stored; nothing is changed."""
    return _try(site, managing.live_rule(site, rule_id), {**form, "id": rule_id})


@router.post("/rules/{rule_id}/remove")
def remove(site: OurSite, rule_id: Id, _: OurForm) -> Response:
    """Take a rule out of service."""
    managing.remove_rule(site, rule_id)
    return RedirectResponse("/rules?said=removed", HTTPStatus.SEE_OTHER)


def _save(site: Site, live: Rule | None, form: Mapping[str, str]) -> Response:
    try:
        saved = managing.save_rule(site, plain_of_form(form), new=live is None)
    except UsageError as error:
        return _page(site, live, form, fault=_told(error, form))
    return RedirectResponse(f"/rules/{quoted(saved.id)}?said=saved", HTTPStatus.SEE_OTHER)


def _try(site: Site, live: Rule | None, form: Mapping[str, str]) -> Response:
    days = next((span for span in SPANS if str(span) == form.get("days")), SPANS[-2])
    how = while_typed if form.get("typed") else asked_for
    try:
        outcome = how(site, managing.read_rule(site, {"id": UNNAMED, **plain_of_form(form)}), days)
    except UsageError as error:
        outcome = Outcome(fault=_told(error, form))
    return _page(site, live, form, outcome=outcome, days=days)


def _told(error: UsageError, form: Mapping[str, str]) -> str:
    """What is wrong with a rule; if it is the query, with its place there."""
    try:
        parse(form.get("query", ""))
    except QueryError as wrong:
        return "\n".join([str(error), *str(wrong).splitlines()[1:]])
    return str(error)


def _page(
    site: Site,
    live: Rule | None,
    form: Mapping[str, str],
    *,
    fault: str = "",
    outcome: Outcome = NOT_TRIED,
    days: int = SPANS[-2],
    said: Said | None = None,
) -> Response:
    history = site.search.alerts(AlertQuery(rule=live.id, limit=MOST_ALERTS)) if live else None
    answer = site.templates.page(
        "rule.html",
        status_code=400 if fault or outcome.fault else 200,
        rule=live,
        form=form,
        fault=fault,
        outcome=outcome,
        days=days,
        spans=SPANS,
        said=said,
        history=history,
        kinds=list(NEEDED),
        channels=sorted(managing.channels(site, live.id if live else None)),
    )
    answer.headers.update(WITH_SCRIPT)
    return answer
