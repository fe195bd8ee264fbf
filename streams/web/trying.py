"""A query tried as a rule, for the page and the API."""

from __future__ import annotations

import msgspec

from streams.alerts.channels import LOG
from streams.alerts.trial import Trial
from streams.records import Rule
from streams.web.managing import live_rule, try_out
from streams.web.parameters import RuleTrial
from streams.web.site import Site


def trial_of(site: Site, asked: RuleTrial) -> Trial:
    """What the query would have led to. Raises NotFoundError for a rule that is not live, and QueryError."""
    if asked.rule is None:
        return try_out(site, Rule(id="", name="", query=asked.q, channels=[LOG]), asked.days)
    return try_out(site, msgspec.structs.replace(live_rule(site, asked.rule), query=asked.q), asked.days)
