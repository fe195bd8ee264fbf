"""A rule tried on what is stored, for the page and the API; on the page also while it is typed.

A trial takes time in proportion to the articles that match, and a query that is half written may match nearly all.
So while a rule is typed it is tried when it has few, and few are tried at once: whoever else asks is not held up.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

import msgspec

from streams.alerts.advice import Advice, advise
from streams.alerts.channels import LOG
from streams.alerts.history import tried
from streams.alerts.trial import Trial
from streams.errors import ServiceError
from streams.index.search import DocumentQuery
from streams.records import Rule
from streams.web.managing import live_rule
from streams.web.parameters import RuleTrial
from streams.web.site import Site

UNNAMED = "trial"
"""The id of a rule that is tried before it has one."""

MOST_WHILE_TYPED = 5000
"""Articles that a rule may match to be tried while it is typed: a second's work."""
AGAIN_AFTER_S = 1.0


class Outcome(NamedTuple):
    """What the page shows of a trial: what the rule would have led to and what is odd about its query, or that it
    finds `too_many` articles to be tried by itself, or what is wrong.
    """

    trial: Trial | None = None
    advice: Sequence[Advice] = ()
    too_many: int = 0
    fault: str = ""


def trial_of(site: Site, asked: RuleTrial) -> Trial:
    """What the query would have led to. Raises NotFoundError for a rule that is not live, and QueryError."""
    if asked.rule is None:
        return try_out(site, Rule(id="", name="", query=asked.q, channels=[LOG]), asked.days)
    return try_out(site, msgspec.structs.replace(live_rule(site, asked.rule), query=asked.q), asked.days)


def try_out(site: Site, rule: Rule, days: int) -> Trial:
    """What a rule would have led to. Raises QueryError for one that is too much for the index."""
    before, now = site.engine.rule(rule.id), site.clock()
    live = {} if before is None else {before.id: before}
    (trial,) = tried([rule], live, site.search, now - timedelta(days=days), now)
    return trial


def asked_for(site: Site, rule: Rule, days: int) -> Outcome:
    """A rule tried because somebody wants it, however much that is. Raises QueryError."""
    return Outcome(trial=try_out(site, rule, days), advice=advise(rule.query, site.search) if rule.query else ())


def while_typed(site: Site, rule: Rule, days: int) -> Outcome:
    """A rule tried as it stands for the moment. Raises QueryError, and ServiceError while others are tried."""
    if not site.typed.acquire(blocking=False):
        raise ServiceError("other rules are being tried at the moment: this one is tried again", AGAIN_AFTER_S)
    try:
        found = _most_found(site, rule, days)
        if found > MOST_WHILE_TYPED:
            return Outcome(too_many=found, advice=advise(rule.query, None))
        return Outcome(trial=try_out(site, rule, days), advice=advise(rule.query, None) if rule.query else ())
    finally:
        site.typed.release()


def _most_found(site: Site, rule: Rule, days: int) -> int:
    """How many articles the rule finds, or the live one that it is compared with, if that finds more."""
    before, since = site.engine.rule(rule.id), site.clock() - timedelta(days=days)
    queries = {one.query for one in (rule, before) if one is not None and one.query}
    pages = [site.search.documents(DocumentQuery(query=query, since=since, limit=0)) for query in queries]
    return max((page.total for page in pages), default=0)
