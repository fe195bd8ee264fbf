"""What an alert rests on: the articles that matched, all of them counted, the first and the newest listed.

Every hit writes the alert anew, so it has to stay small, however many articles the story comes to: of those that
are no longer listed, short digests are kept.
"""

from __future__ import annotations

from hashlib import blake2b

import msgspec

from streams.records import Alert, AlertArticle, Hit
from streams.relate.owners import owner_of

MOST_LISTED = 40
MOST_UNLISTED = 2000
"""Digests kept of articles that fell off the list, and as many of publishers. A repeat of an article that even
fell off these is counted anew.
"""
DIGEST_BYTES = 6


class AlertState(msgspec.Struct, frozen=True, kw_only=True):
    """All that is remembered of one alert.

    `unlisted_ids` holds digests of the articles that are counted but no longer listed, oldest first, and
    `unlisted_domains` of the publishers of those that are no copies.
    """

    alert: Alert
    unlisted_ids: bytes = b""
    unlisted_copies: int = 0
    unlisted_domains: bytes = b""


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
    if _holds(state.unlisted_ids, hit.document_id):
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
    return AlertState(
        alert=msgspec.structs.replace(state.alert, articles=[first, *rest]),
        unlisted_ids=_with(state.unlisted_ids, gone.document_id),
        unlisted_copies=state.unlisted_copies + (gone.copy_of is not None),
        unlisted_domains=state.unlisted_domains
        if gone.copy_of
        else _with(state.unlisted_domains, owner_of(gone.source.domain)),
    )


def _counted(state: AlertState) -> AlertState:
    articles = state.alert.articles
    listed = {owner_of(one.source.domain) for one in articles if one.copy_of is None}
    others = len(state.unlisted_domains) // DIGEST_BYTES
    publishers = others + sum(not _holds(state.unlisted_domains, owner) for owner in listed)
    alert = msgspec.structs.replace(
        state.alert,
        title=next((one.title for one in articles if one.title), state.alert.rule_name),
        copies=sum(one.copy_of is not None for one in articles) + state.unlisted_copies,
        publishers=publishers,
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


def _with(digests: bytes, text: str) -> bytes:
    """The digests and that of a text, once; the oldest gives way."""
    return digests if _holds(digests, text) else (digests + _digest(text))[-MOST_UNLISTED * DIGEST_BYTES :]


def _holds(digests: bytes, text: str) -> bool:
    place, digest = -1, _digest(text)
    while (place := digests.find(digest, place + 1)) >= 0:
        if place % DIGEST_BYTES == 0:
            return True
    return False


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
