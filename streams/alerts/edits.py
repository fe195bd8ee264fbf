"""What people decide about alerts: that one is known, or that a story or a source is not to be told of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from streams.codec import content_id
from streams.records import Edit


def acknowledge(alert_id: str, at: datetime, by: str = "") -> Edit:
    """Somebody knows of an alert: it is told no more."""
    rule_id = alert_id.partition(".")[0]
    return Edit(id=alert_id, action="acknowledge", at=at, rule_id=rule_id, alert_id=alert_id, by=by)


def mute(
    at: datetime,
    *,
    story_id: str = "",
    source: str = "",
    rule_id: str = "",
    until: datetime | None = None,
    by: str = "",
    lift: bool = False,
) -> Edit:
    """Nobody is to be told of a story, or of what a source (a domain) publishes: by one rule, or by any.

    It lasts until it is lifted, at most `until` then; that of a story goes on for the one that it becomes part of.
    """
    return Edit(
        id=content_id("mute", rule_id, story_id, source),
        action="unmute" if lift else "mute",
        at=at,
        rule_id=rule_id,
        story_id=story_id,
        source=source,
        until=until,
        by=by,
    )


def in_force(mutes: Iterable[Edit], now: datetime) -> list[Edit]:
    """The mutes that are not over, oldest first."""
    return sorted((one for one in mutes if one.until is None or one.until > now), key=lambda one: (one.at, one.id))
