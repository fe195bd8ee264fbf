"""What an alert rests on: the articles that matched, all of them counted, the first and the newest listed.

Every hit writes the alert anew, so it has to stay small, however many articles the story comes to: of those that
are no longer listed, short digests are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from streams.alerts.digests import count_of, holds, joined, with_text
from streams.records import Alert, AlertArticle, AlertEvent, Hit, Revised, Rule
from streams.relate.owners import owner_of

MOST_LISTED = 40
MOST_EVENTS = 40
VELOCITY_HOURS = 24


class AlertState(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one alert, with the rule as its last hit had it.

    `unlisted_ids` holds digests of the articles that are counted but no longer listed, oldest first, and
    `unlisted_domains` of the publishers of those that are no copies. `hours` counts the articles of the last
    hours, numbered since 1970. `waiting`: what the rule waits for has not come about, and nobody sees the alert
    yet. `untold` says why no article so far was a reason to tell anybody, and is empty once one was;
    `told_level` is the level that people were told of; `story_version` the story's when it closed the alert, or
    with its newest article: what became of the story up to then comes again only after a crash.
    `was_held_until` is of an alert that gave way to another one, which is then held in its stead.
    """

    alert: Alert
    rule: Rule
    unlisted_ids: bytes = b""
    unlisted_copies: int = 0
    unlisted_domains: bytes = b""
    hours: dict[int, int] = {}
    waiting: bool = False
    untold: str = ""
    told_level: int = 0
    story_version: int = 0
    was_held_until: datetime | None = None


def opened(alert_id: str, hit: Hit, earlier: Sequence[AlertArticle] = (), count: int = 1) -> AlertState:
    """A new alert with its first article, or earlier ones besides, `count` in all; nobody is told of it yet."""
    first = without_articles(alert_id, hit.rule, hit.story_id, hit.fetched_at)
    alert = msgspec.structs.replace(first.alert, articles=[*earlier, article(hit)], article_count=count)
    hours = {_hour(hit.fetched_at): count}
    return _counted(msgspec.structs.replace(first, alert=alert, hours=hours, story_version=hit.story_version))


def without_articles(alert_id: str, rule: Rule, story_id: str, at: datetime) -> AlertState:
    """A new alert that rests on no article.

    An alert of this id may have been forgotten here while the index still has it. The new one must have a higher
    version, so versions begin with the seconds since 1970: no alert was updated more often.
    """
    alert = Alert(
        id=alert_id,
        version=int(at.timestamp()),
        rule_id=rule.id,
        rule_name=rule.name,
        story_id=story_id,
        title=rule.name,
        opened_at=at,
        updated_at=at,
        created_at=at,
        articles=[],
        article_count=0,
        copies=0,
        publishers=0,
        delivery="recorded",
        delivery_reason="",
        channels=rule.channels,
        kind=rule.kind,
    )
    return AlertState(alert=alert, rule=rule)


def changed(state: AlertState, event: AlertEvent | None = None, /, **fields: object) -> AlertState:
    """The alert in its next version, with other values in some fields and one more event."""
    events = state.alert.events
    if event is not None:
        events = [*events[:1], *events[1:][-(MOST_EVENTS - 2) :], event]
    more = {"version": state.alert.version + 1, "events": events} | fields
    return msgspec.structs.replace(state, alert=msgspec.structs.replace(state.alert, **more))


def withdrawn(state: AlertState, revised: Revised) -> AlertState | None:
    """The alert after an article was revised and matches no more.

    None when the article is not listed, or still matches: then the hit of this revision came before.
    """
    listed = state.alert.articles
    for place, known in enumerate(listed):
        if known.document_id == revised.document_id and known.revision < revised.revision:
            gone = msgspec.structs.replace(known, revision=revised.revision, withdrawn=True)
            why = f"revision {revised.revision} of {known.document_id} does not match any more"
            event = AlertEvent(at=revised.at, what="withdrawn", why=why)
            return changed(state, event, articles=[*listed[:place], gone, *listed[place + 1 :]])
    return None


def united(state: AlertState, other: AlertState) -> AlertState:
    """The alert with the evidence of another one; itself when it has all of that already."""
    listed = {one.document_id for one in state.alert.articles}
    more = [one for one in other.alert.articles if one.document_id not in listed and not _knows(state, one)]
    if not more:
        return state
    unlisted = len(other.unlisted_ids) and other.alert.article_count - len(other.alert.articles)
    first, *rest = state.alert.articles or more[:1]
    rest = sorted([*rest, *more], key=lambda one: (one.published, one.document_id))
    alert = msgspec.structs.replace(
        state.alert,
        articles=[first, *(one for one in rest if one.document_id != first.document_id)],
        article_count=state.alert.article_count + len(more) + unlisted,
    )
    hours = {hour: state.hours.get(hour, 0) + other.hours.get(hour, 0) for hour in {*state.hours, *other.hours}}
    whole = msgspec.structs.replace(
        state,
        alert=alert,
        hours=hours,
        unlisted_ids=joined(state.unlisted_ids, other.unlisted_ids),
        unlisted_copies=state.unlisted_copies + other.unlisted_copies,
        unlisted_domains=joined(state.unlisted_domains, other.unlisted_domains),
    )
    while len(whole.alert.articles) > MOST_LISTED:
        whole = _shortened(whole)
    return _counted(whole)


def extended(state: AlertState, hit: Hit) -> AlertState | None:
    """The alert with one more article or a newer revision of one; None when the hit tells nothing new."""
    listed = state.alert.articles
    for place, known in enumerate(listed):
        if known.document_id == hit.document_id:
            if hit.revision <= known.revision:
                return None
            return _updated(state, hit, [*listed[:place], article(hit), *listed[place + 1 :]])
    if holds(state.unlisted_ids, hit.document_id):
        return None
    longer = _updated(state, hit, [*listed, article(hit)], added=1)
    return longer if len(listed) < MOST_LISTED else _shortened(longer)


def article(hit: Hit) -> AlertArticle:
    """A hit as an alert lists it."""
    return AlertArticle(
        document_id=hit.document_id,
        revision=hit.revision,
        title=hit.title,
        url=hit.url,
        source=hit.source,
        published=hit.published,
        copy_of=hit.copy_of,
        matches=hit.matches,
    )


def _updated(state: AlertState, hit: Hit, articles: list[AlertArticle], added: int = 0) -> AlertState:
    before, hour = state.alert, _hour(hit.fetched_at)
    alert = msgspec.structs.replace(
        before,
        version=before.version + 1,
        rule_name=hit.rule.name,
        channels=hit.rule.channels,
        updated_at=max(before.updated_at, hit.fetched_at),
        articles=articles,
        article_count=before.article_count + added,
    )
    hours = state.hours | {hour: state.hours.get(hour, 0) + added}
    version = max(state.story_version, hit.story_version)
    return _counted(msgspec.structs.replace(state, alert=alert, rule=hit.rule, hours=hours, story_version=version))


def _shortened(state: AlertState) -> AlertState:
    """Take the oldest article but the first off the list; what it counts for stays."""
    first, gone, *rest = state.alert.articles
    return msgspec.structs.replace(
        state,
        alert=msgspec.structs.replace(state.alert, articles=[first, *rest]),
        unlisted_ids=with_text(state.unlisted_ids, gone.document_id),
        unlisted_copies=state.unlisted_copies + (gone.copy_of is not None),
        unlisted_domains=state.unlisted_domains
        if gone.copy_of
        else with_text(state.unlisted_domains, owner_of(gone.source.domain)),
    )


def _counted(state: AlertState) -> AlertState:
    articles = state.alert.articles
    listed = {owner_of(one.source.domain) for one in articles if one.copy_of is None}
    others = count_of(state.unlisted_domains)
    publishers = others + sum(not holds(state.unlisted_domains, owner) for owner in listed)
    hours = {hour: count for hour, count in state.hours.items() if hour > max(state.hours) - VELOCITY_HOURS}
    alert = msgspec.structs.replace(
        state.alert,
        title=next((one.title for one in articles if one.title), state.alert.rule_name),
        copies=sum(one.copy_of is not None for one in articles) + state.unlisted_copies,
        publishers=publishers,
        velocity=sum(hours.values()) / VELOCITY_HOURS,
        level=sum(publishers >= threshold for threshold in state.rule.escalate),
    )
    return msgspec.structs.replace(state, alert=alert, hours=hours)


def _knows(state: AlertState, one: AlertArticle) -> bool:
    return holds(state.unlisted_ids, one.document_id)


def _hour(at: datetime) -> int:
    return int(at.timestamp()) // 3600
