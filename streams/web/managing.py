"""The changes that people make on the page and programs by the API, the same for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta

import msgspec

from streams.access import Issued, issue, lasting
from streams.alerts.plain_rules import rule_of
from streams.errors import NotFoundError, UsageError
from streams.index.search import Page
from streams.records import Role, Rule, SavedSearch
from streams.searches import named, refuse_more, saved
from streams.web.parameters import RuleList
from streams.web.site import Site


def listed_rules(site: Site, asked: RuleList) -> Page[Rule]:
    """A part of the live rules; only where they are to be told apart by owner or tag, all are read."""
    begin, end = asked.offset, asked.offset + asked.limit
    if asked.owner is None and asked.tag is None:
        return Page(total=site.engine.rule_count(), hits=site.engine.rules(begin, asked.limit))
    found = [rule for rule in site.engine.rules() if asked.lists(rule)]
    return Page(total=len(found), hits=found[begin:end])


def live_rule(site: Site, rule_id: str) -> Rule:
    """A live rule. Raises NotFoundError."""
    found = site.engine.rule(rule_id)
    if found is None:
        raise NotFoundError(f"no rule {rule_id!r} is live: `streams rules list` shows those that are")
    return found


def channels(site: Site, rule_id: object) -> Collection[str]:
    """What a rule may name: the channels of this process, and those that it has already."""
    live = site.engine.rule(rule_id) if isinstance(rule_id, str) else None
    return {*site.channels, *(live.channels if live else ())}


def read_rule(site: Site, plain: Mapping[str, object]) -> Rule:
    """A rule that somebody gives. Raises RuleError."""
    return rule_of(plain, channels(site, plain.get("id")))


def save_rule(site: Site, plain: Mapping[str, object], *, new: bool = False) -> Rule:
    """Make a rule live, in the place of the one of its id.

    Raises RuleError, and UsageError for an id that is taken where it is to be `new`.
    """
    rule = read_rule(site, plain)
    if new and site.engine.rule(rule.id) is not None:
        raise UsageError(f"id: there is a rule {rule.id} already: give this one another")
    site.engine.apply_rules([rule])
    return rule


def remove_rule(site: Site, rule_id: str) -> Rule:
    """Take a rule out of service; its alerts close. Raises NotFoundError."""
    rule = live_rule(site, rule_id)
    site.engine.apply_rules([msgspec.structs.replace(rule, deleted=True)])
    return rule


def make_token(site: Site, name: str, role: Role, days: int | None) -> Issued:
    """Make a token; without `days` it is good until it is revoked.

    Raises UsageError where it is the first, with which everybody is asked for one, and nobody could make another.
    """
    if role != "admin" and not lasting(site.engine.tokens()):
        raise UsageError(
            "role: the first token has to allow admin: from it on, only who has such a one makes others"
        )
    made = issue(name, role, site.clock(), timedelta(days=days) if days else None)
    site.engine.put_token(made.token)
    return made


def save_search(site: Site, name: str, query: str, filters: Mapping[str, str]) -> SavedSearch:
    """Keep a search under a name. Raises UsageError, and QueryError for a query that cannot be parsed."""
    given = {key: value for key, value in filters.items() if value}
    search = saved(name, query, site.clock(), filters=given, by=site.visitor.name)
    refuse_more(site.engine.searches(), search)
    site.engine.keep_search(search)
    return search


def remove_search(site: Site, which: str) -> SavedSearch:
    """Forget a search, by its id or name. Raises NotFoundError."""
    search = named(site.engine.searches(), which)
    site.engine.drop_search(search.id)
    return search
