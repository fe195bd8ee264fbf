"""What an alert rests on: the articles that matched, all of them counted, the first and the newest listed."""

from __future__ import annotations

import msgspec

from streams.records import Alert, AlertArticle, Hit

MOST_LISTED = 100
MOST_UNLISTED = 10_000
"""Ids kept of articles that fell off the list. A repeat of one that even fell off these is counted anew."""


class AlertState(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one alert.

    `unlisted` are the ids of articles that are counted but no longer listed, oldest first, and
    `unlisted_domains` the publishers of those that are no copies.
    """

    alert: Alert
    unlisted: list[str] = []
    unlisted_copies: int = 0
    unlisted_domains: list[str] = []


def opened(alert_id: str, hit: Hit) -> AlertState:
    """A new alert with its first article; nobody is told of it yet."""
    alert = Alert(
        id=alert_id,
        version=1,
        rule_id=hit.rule.id,
        rule_name=hit.rule.name,
        story_id=hit.story_id,
        title="",
        opened_at=hit.fetched_at,
        updated_at=hit.fetched_at,
        created_at=hit.fetched_at,
        articles=[_article(hit)],
        article_count=1,
        copies=0,
        publishers=0,
        delivery="recorded",
        delivery_reason="",
        channels=hit.rule.channels,
    )
    return _counted(AlertState(alert=alert))


def extended(state: AlertState, hit: Hit) -> AlertState | None:
    """The alert with one more article or a newer revision of one; None when the hit tells nothing new."""
    listed = state.alert.articles
    for place, known in enumerate(listed):
        if known.document_id == hit.document_id:
            if hit.revision <= known.revision:
                return None
            return _updated(state, hit, [*listed[:place], _article(hit), *listed[place + 1 :]])
    if hit.document_id in state.unlisted:
        return None
    longer = _updated(state, hit, [*listed, _article(hit)], added=1)
    return longer if len(listed) < MOST_LISTED else _shortened(longer)


def _updated(state: AlertState, hit: Hit, articles: list[AlertArticle], added: int = 0) -> AlertState:
    before = state.alert
    alert = msgspec.structs.replace(
        before,
        version=before.version + 1,
        rule_name=hit.rule.name,
        channels=hit.rule.channels,
        updated_at=max(before.updated_at, hit.fetched_at),
        articles=articles,
        article_count=before.article_count + added,
    )
    return _counted(msgspec.structs.replace(state, alert=alert))


def _shortened(state: AlertState) -> AlertState:
    """Take the oldest article but the first off the list; what it counts for stays."""
    first, gone, *rest = state.alert.articles
    domains = set(state.unlisted_domains) | ({gone.source.domain} if gone.copy_of is None else set())
    return AlertState(
        alert=msgspec.structs.replace(state.alert, articles=[first, *rest]),
        unlisted=[*state.unlisted, gone.document_id][-MOST_UNLISTED:],
        unlisted_copies=state.unlisted_copies + (gone.copy_of is not None),
        unlisted_domains=sorted(domains)[:MOST_UNLISTED],
    )


def _counted(state: AlertState) -> AlertState:
    articles = state.alert.articles
    domains = {one.source.domain for one in articles if one.copy_of is None} | set(state.unlisted_domains)
    alert = msgspec.structs.replace(
        state.alert,
        title=next((one.title for one in articles if one.title), state.alert.rule_name),
        copies=sum(one.copy_of is not None for one in articles) + state.unlisted_copies,
        publishers=len(domains),
    )
    return msgspec.structs.replace(state, alert=alert)


def _article(hit: Hit) -> AlertArticle:
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
