"""From hits to alerts: one for each rule and story, and the decision whether, when and where to tell people.

People are told of an alert once, by the first article that is live (not of a first poll or a replay) and young
enough for the rule. While a rule's throttle runs, its new alerts are held; the first tick or hit of the rule
after that lets them go, together and as they then stand. All else is recorded only.

Every decision depends on the record, the alert's own value and the rule's last delivery, so that a batch that
was carried out in part and comes again leads to the same end.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, MutableMapping, Sequence
from datetime import datetime, timedelta

import msgspec

from streams.alerts.evidence import AlertState, extended, opened
from streams.codec import content_id
from streams.records import Alert, Delivery, Hit, Record, Tick, Topic
from streams.stage import Output

KEPT = timedelta(days=90)
"""How long an alert is remembered after its last change: longer than any story stays open."""
LONGEST_THROTTLE_S = 3650 * 86400.0


class Decide:
    """The stage after MATCH: hits in, alerts and deliveries out."""

    def __init__(self, alerts: MutableMapping[str, AlertState], *, deliver_backfill: bool = False) -> None:
        self._alerts = alerts
        self._deliver_backfill = deliver_backfill
        self._told: dict[str, datetime] = {}
        self._held: dict[str, dict[str, datetime]] = {}
        self._ends: list[tuple[datetime, str]] = []
        for state in alerts.values():
            self._note(state.alert)
            heapq.heappush(self._ends, (_end(state.alert), state.alert.id))

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Hits and ticks in order; other records are passed over."""
        outputs: list[Output] = []
        for record in batch:
            if isinstance(record, Hit):
                outputs += self._hit(record)
            elif isinstance(record, Tick):
                outputs += self._release(self._held, record.at)
                self._forget(record.at)
        return outputs

    def _hit(self, hit: Hit) -> list[Output]:
        alert_id = f"{hit.rule.id}.{hit.story_id}"
        outputs = self._release([hit.rule.id], hit.fetched_at, but=alert_id)
        before = self._alerts.get(alert_id)
        after = opened(alert_id, hit) if before is None else extended(before, hit)
        if after is None:
            return outputs
        another = before is None or after.alert.article_count > before.alert.article_count
        alert = self._settle(after.alert, hit, another)
        return outputs + self._keep(before, msgspec.structs.replace(after, alert=alert))

    def _settle(self, alert: Alert, hit: Hit, another: bool) -> Alert:
        """Decide about telling people. Only `another` article can bring it about, no revision of a known one."""
        now = hit.fetched_at
        if alert.held_until is not None:
            return _delivered(alert, now) if alert.held_until <= now else alert
        if alert.delivery == "delivered" or not another:
            return alert
        if reason := self._silence(hit):
            return msgspec.structs.replace(alert, delivery_reason=reason)
        if (until := self._throttled_until(hit)) and now < until:
            reason = "throttled: the rule told of another story shortly before"
            return msgspec.structs.replace(alert, delivery="held", delivery_reason=reason, held_until=until)
        return _delivered(alert, now)

    def _silence(self, hit: Hit) -> str:
        """Why this hit is no reason to tell anybody, or nothing."""
        age_s = (hit.fetched_at - hit.published).total_seconds()
        if hit.backfill and not self._deliver_backfill:
            return "first poll or replay"
        if age_s > hit.rule.max_age_s:
            return f"older than max_age: published {age_s / 3600:.0f} h before it was read"
        return "" if hit.rule.channels else "the rule names no channels"

    def _throttled_until(self, hit: Hit) -> datetime | None:
        told = self._told.get(hit.rule.id)
        if told is None or hit.rule.throttle_s <= 0:
            return None
        return told + timedelta(seconds=min(hit.rule.throttle_s, LONGEST_THROTTLE_S))

    def _release(self, rule_ids: Iterable[str], now: datetime, but: str = "") -> list[Output]:
        """Tell of the held alerts of these rules whose time has come, save one."""
        due = sorted(
            (until, alert_id)
            for rule_id in rule_ids
            for alert_id, until in self._held.get(rule_id, {}).items()
            if until <= now and alert_id != but
        )
        outputs: list[Output] = []
        for _, alert_id in due:
            state = self._alerts[alert_id]
            alert = msgspec.structs.replace(_delivered(state.alert, now), version=state.alert.version + 1)
            outputs += self._keep(state, msgspec.structs.replace(state, alert=alert))
        return outputs

    def _keep(self, before: AlertState | None, after: AlertState) -> list[Output]:
        alert = after.alert
        self._alerts[alert.id] = after
        self._note(alert)
        if before is None:
            heapq.heappush(self._ends, (_end(alert), alert.id))
        outputs = [Output(Topic.ALERTS, alert.id, alert)]
        if alert.delivered_at is not None and (before is None or before.alert.delivered_at is None):
            outputs += [_delivery(alert, channel, alert.delivered_at) for channel in alert.channels]
        return outputs

    def _note(self, alert: Alert) -> None:
        """Fold one alert's value into what is known of its rule."""
        if alert.delivered_at is not None:
            self._told[alert.rule_id] = max(alert.delivered_at, self._told.get(alert.rule_id, alert.delivered_at))
        held = self._held.setdefault(alert.rule_id, {})
        if alert.held_until is not None:
            held[alert.id] = alert.held_until
        else:
            held.pop(alert.id, None)

    def _forget(self, now: datetime) -> None:
        """Delete alerts that ended long ago. An alert's place in the heap may be older than its end."""
        while self._ends and self._ends[0][0] < now - KEPT:
            _, alert_id = heapq.heappop(self._ends)
            end = _end(self._alerts[alert_id].alert)
            if end < now - KEPT:
                del self._alerts[alert_id]
            else:
                heapq.heappush(self._ends, (end, alert_id))


def _delivered(alert: Alert, at: datetime) -> Alert:
    reason = (
        "let go when the throttle ended" if alert.held_until else "a new article that is live and young enough"
    )
    return msgspec.structs.replace(
        alert, delivery="delivered", delivery_reason=reason, held_until=None, delivered_at=at
    )


def _delivery(alert: Alert, channel: str, at: datetime) -> Output:
    key = content_id("delivery", alert.id, channel)
    return Output(Topic.DELIVERIES, channel, Delivery(key=key, channel=channel, alert=alert, at=at))


def _end(alert: Alert) -> datetime:
    """Until when something may still happen to the alert by itself."""
    return alert.held_until or alert.updated_at
