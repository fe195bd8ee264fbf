"""A query tried as a rule, for the page and the API."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from streams.alerts.channels import LOG
from streams.alerts.history import tried
from streams.alerts.trial import Trial
from streams.errors import NotFoundError
from streams.records import Rule
from streams.web.parameters import RuleTrial
from streams.web.site import Site


def trial_of(site: Site, asked: RuleTrial) -> Trial:
    """What the query would have led to. Raises NotFoundError for a rule that is not live, and QueryError."""
    live = {rule.id: rule for rule in site.engine.rules()}
    if asked.rule is not None and asked.rule not in live:
        raise NotFoundError(f"no rule {asked.rule!r} is live: `streams rules list` shows those that are")
    now = site.clock()
    rule = _as_rule(asked, live)
    (trial,) = tried([rule], live, site.search, now - timedelta(days=asked.days), now)
    return trial


def _as_rule(asked: RuleTrial, live: dict[str, Rule]) -> Rule:
    if asked.rule is not None:
        return msgspec.structs.replace(live[asked.rule], query=asked.q)
    return Rule(id="", name="", query=asked.q, channels=[LOG])
