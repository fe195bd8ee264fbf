"""Whether, when and where people are told of an alert.

They are told once, by the first article that is live (not of a first poll or a replay) and young enough for the
rule, and once more at each of the rule's thresholds. While the rule's throttle runs, in its quiet hours and until
its digest, alerts are held; they then go out together, as they then stand.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import msgspec

from streams.alerts.evidence import AlertState, changed
from streams.alerts.memory import Memory
from streams.alerts.schedule import Schedule
from streams.codec import content_id
from streams.records import Alert, AlertEvent, Delivery, Hit, Rule, Topic
from streams.stage import Output

TOLD_WITHOUT_ARTICLE = {"silence": "nothing came for a window", "coverage": "a feed is out of its ordinary"}
"""Why people are told, by kinds of rules whose alerts no article brings about."""
ACKNOWLEDGED = "acknowledged before it was told"
LONGEST_THROTTLE_S = 3650 * 86400.0


def untold(hit: Hit, memory: Memory, *, deliver_backfill: bool) -> str:
    """Why this hit is no reason to tell anybody, or nothing."""
    age_s = (hit.fetched_at - hit.published).total_seconds()
    if hit.backfill and not deliver_backfill:
        return "first poll or replay"
    if age_s > hit.rule.max_age_s:
        return f"older than max_age: published {age_s / 3600:.0f} h before it was read"
    return source_muted(hit.source.domain, hit.rule.id, memory)


def source_muted(domain: str, rule_id: str, memory: Memory) -> str:
    """Why nothing is told of what a source publishes, or nothing."""
    if any((one, "", domain) in memory.muted for one in (rule_id, "")):
        return f"muted: what {domain} publishes"
    return ""


def considered(state: AlertState, reason: str, now: datetime, memory: Memory) -> AlertState:
    """The alert after something came about, with the decision about telling people; `reason` is why not to."""
    alert = state.alert
    if alert.held_until is not None:
        return let_go(state, now, memory) if alert.held_until <= now else state
    again = alert.delivered_at is not None
    if again and alert.level <= state.told_level:
        return state
    if reason := reason or _against(state, memory):
        return state if again else _with(state, delivery_reason=reason)
    until, why = _when(state.rule, now, None if again else memory.told(alert.rule_id))
    if until > now:
        return _with(state, delivery="held", delivery_reason=why, held_until=until)
    why = TOLD_WITHOUT_ARTICLE.get(state.rule.kind, "a new article that is live and young enough")
    return _delivered(state, now, "another threshold was crossed" if again else why)


def let_go(state: AlertState, now: datetime, memory: Memory) -> AlertState:
    """A held alert whose time has come: told, unless something speaks against it by now."""
    if reason := _against(state, memory):
        return unheld(state, reason)
    rule = state.rule
    until = Schedule(rule.quiet, "", rule.time_zone).earliest(now)
    if until > now:
        return _with(state, delivery_reason="quiet hours of the rule", held_until=until)
    return _delivered(state, now, "let go when the throttle, the quiet hours or the wait for the digest ended")


def is_live(state: AlertState) -> bool:
    """Whether an alert is open, or people may yet be told of it."""
    return state.alert.state == "open" or state.alert.held_until is not None


def closed(state: AlertState, why: str, at: datetime) -> AlertState:
    """The alert, closed and not held any more."""
    return unheld(event(state, "closed", why, at, state="closed"), why)


def moved(state: AlertState, into: str, at: datetime) -> AlertState:
    """The alert under the story that its own became part of."""
    return event(state, "moved", f"the story was merged into {into}", at, story_id=into)


def unheld(state: AlertState, why: str) -> AlertState:
    """The alert, not held any more and not told."""
    if state.alert.held_until is None:
        return state
    told = state.alert.delivered_at is not None
    return _with(state, delivery="delivered" if told else "recorded", delivery_reason=why, held_until=None)


def deliveries(before: AlertState | None, after: AlertState) -> list[Output]:
    """What is to be sent when an alert has become another one."""
    alert = after.alert
    if alert.delivery != "delivered" or alert.delivered_at is None:
        return []
    again = before is not None and before.alert.delivered_at is not None
    if again and before is not None and before.told_level == after.told_level:
        return []
    return [_delivery(after, channel, alert.delivered_at, again) for channel in alert.channels]


def _against(state: AlertState, memory: Memory) -> str:
    """What speaks against telling people of an alert at all."""
    alert = state.alert
    if not alert.channels:
        return "the rule names no channels"
    if alert.acknowledged_at is not None:
        return "acknowledged"
    if alert.articles and all(one.withdrawn for one in alert.articles):
        return "no article matches any more"
    return _muted(alert, memory)


def _muted(alert: Alert, memory: Memory) -> str:
    rules = (alert.rule_id, "")
    if any((rule_id, alert.story_id, "") in memory.muted for rule_id in rules):
        return "muted: the story"
    domains = {one.source.domain for one in alert.articles}
    silenced = {domain for domain in domains for rule_id in rules if (rule_id, "", domain) in memory.muted}
    return "muted: all of its sources" if domains and domains == silenced else ""


def _when(rule: Rule, now: datetime, told: datetime | None) -> tuple[datetime, str]:
    """The time for telling people, and why it is not now when it is not."""
    until, why = now, ""
    if told is not None and rule.throttle_s > 0:
        throttled = told + timedelta(seconds=min(rule.throttle_s, LONGEST_THROTTLE_S))
        if throttled > now:
            until, why = throttled, "throttled: the rule told of another story shortly before"
    scheduled = Schedule(rule.quiet, rule.digest, rule.time_zone).earliest(until)
    if scheduled > until:
        why = f"kept for the {rule.digest.partition(' ')[0]} digest" if rule.digest else "quiet hours of the rule"
    return scheduled, why


def _delivered(state: AlertState, at: datetime, reason: str) -> AlertState:
    told = _with(state, delivery="delivered", delivery_reason=reason, held_until=None, delivered_at=at)
    return msgspec.structs.replace(told, told_level=state.alert.level)


def _delivery(state: AlertState, channel: str, at: datetime, again: bool) -> Output:
    alert, rule = state.alert, state.rule
    key = content_id("delivery", alert.id, channel, *([f"level {state.told_level}"] if again else []))
    digest = content_id("digest", rule.id, at.isoformat()) if rule.digest else ""
    reason = "escalated" if again else "opened"
    made = Delivery(key=key, channel=channel, alert=alert, at=at, reason=reason, digest=digest)
    return Output(Topic.DELIVERIES, channel, made)


def _with(state: AlertState, **fields: object) -> AlertState:
    """The same version of the alert with other values in some fields."""
    return msgspec.structs.replace(state, alert=msgspec.structs.replace(state.alert, **fields))


def event(state: AlertState, what: str, why: str, at: datetime, /, **fields: object) -> AlertState:
    """The alert in its next version after something became of it."""
    return changed(state, AlertEvent(at=at, what=what, why=why), **fields)
