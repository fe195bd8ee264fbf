"""Rules that count over time: each has one alert at a time, opened and closed by its windows."""

from __future__ import annotations

from datetime import datetime

import msgspec

from streams.alerts.evidence import AlertState, article, changed, extended, opened, without_articles
from streams.alerts.memory import Memory
from streams.alerts.telling import closed, considered, deliveries, event, is_live, moved
from streams.alerts.windows import Watch, counted, reached, renewed, silent_since, ticked, why
from streams.codec import content_id
from streams.records import Hit, Rule, Topic
from streams.stage import Output
from streams.wording import lasting

CALM = "no more than usual comes"
CHANGED = "the rule was changed: what it counted or listened for is over"


class Counting:
    """What hits and ticks mean to rules of frequency, spikes and silence. Each changes one value, the rule's."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory

    def alert(self, hit: Hit) -> AlertState | None:
        """The alert that a hit would add to, if it came about now."""
        watch = self._known(hit.rule)
        return watch.open if watch else None

    def applied(self, rule: Rule) -> None:
        """A rule that counts, as it is from now on."""
        known = self._known(rule)
        if known is None:
            self._memory.put_watch(Watch(rule=rule, told_at=self._memory.told(rule.id)))
        elif known.rule != rule:
            self._memory.put_watch(msgspec.structs.replace(known, rule=rule))

    def ended(self, rule: Rule) -> list[Output]:
        """What becomes of the alert of a rule that counts otherwise from now on, or not at all."""
        watch = self._memory.watch(rule.id)
        if watch is None or watch.alert is None or self._known(rule) is not None or not is_live(watch.alert):
            return []
        return self._keep(watch, watch.alert, closed(watch.alert, CHANGED, watch.alert.alert.updated_at))

    def hit(self, hit: Hit, reason: str) -> list[Output]:
        """Count one more article; `reason` says why nobody is to be told of it, if so.

        A rule comes before its hits. So a hit of a rule that counted otherwise was under way when the rule was
        changed, and says nothing about what is counted now.
        """
        watch = self._memory.watch(hit.rule.id)
        if watch is None:
            watch = Watch(rule=hit.rule, told_at=self._memory.told(hit.rule.id), ticked=hit.fetched_at)
        elif self._known(hit.rule) is None:
            return []
        hit = msgspec.structs.replace(hit, rule=watch.rule)
        if hit.rule.kind == "silence":
            return self._heard(watch, hit)
        # Ticks close alerts; a replay has none.
        outputs = self.tick(watch, hit.fetched_at) if watch.open else []
        return outputs + self._count(self._known(hit.rule) or watch, hit, reason)

    def _count(self, watch: Watch, hit: Hit, reason: str) -> list[Output]:
        at = min(hit.published, hit.fetched_at)
        more, before = counted(watch, hit), watch.open
        if more is None or hit.copy_of is not None:
            return self._noted(watch, more, hit)
        before = before or _lately(watch, at)
        until = reached(more, at)
        if before is None and until is None:
            self._memory.put_watch(more)
            return []
        until = max(filter(None, (until, watch.until if before else None)))
        more = msgspec.structs.replace(more, until=until)
        after = (extended(before, hit) or before) if before else self._begun(watch, more, hit, at)
        after = considered(after, reason, hit.fetched_at, self._memory)
        return self._keep(more, before or _same(watch.alert, after), _as_of(after, until, hit.fetched_at))

    def _noted(self, watch: Watch, more: Watch | None, hit: Hit) -> list[Output]:
        """An article that does not count: a copy, or known already (`more` is None)."""
        before = watch.open
        listed = before is not None and any(one.document_id == hit.document_id for one in before.alert.articles)
        after = extended(before, hit) if before and (listed or more) else None
        noted = more or renewed(watch, hit)
        if after is not None:
            return self._keep(noted or watch, before, after)
        if noted is not None:
            self._memory.put_watch(noted)
        return []

    def moved(self, story_id: str, into: str, at: datetime) -> list[Output]:
        """The open alerts about a story that became part of another one go on under that."""
        outputs: list[Output] = []
        for _, watch in sorted(self._memory.live.items()):
            if watch.open is not None and watch.open.alert.story_id == story_id:
                outputs += self._keep(watch, watch.open, moved(watch.open, into, at))
        return outputs

    def tick(self, watch: Watch, at: datetime) -> list[Output]:
        """The time, for a rule of silence or one whose alert is open."""
        if watch.rule.kind == "silence":
            return self._listened(watch, at)
        before = watch.open
        if before is None or before.alert.held_until is not None or watch.until is None or at < watch.until:
            return []
        return self._keep(watch, before, event(before, "closed", CALM, at, state="closed"))

    def _begun(self, watch: Watch, more: Watch, hit: Hit, at: datetime) -> AlertState:
        """A new alert; one that is still held goes on instead."""
        last, reason = watch.alert, why(more, at)
        if last is not None and last.alert.held_until is not None:
            longer = extended(last, hit) or changed(last)
            return event(longer, "reopened", reason, hit.fetched_at, state="open", version=longer.alert.version)
        near = [one for one in more.recent if abs(one.published - at) <= more.window]
        earlier = [one for one in near if one.document_id != hit.document_id]
        alert_id = f"{hit.rule.id}.{content_id(hit.rule.kind, hit.document_id, str(hit.revision))}"
        count = max(len(earlier) + 1, more.rule.count)
        first = opened(alert_id, hit, earlier, count)
        return event(first, "opened", reason, hit.fetched_at, version=first.alert.version)

    def _heard(self, watch: Watch, hit: Hit) -> list[Output]:
        """An article of what is watched for silence."""
        at, before = min(hit.published, hit.fetched_at), watch.open
        if watch.newest is not None and at <= watch.newest:
            return []
        # Nobody listened before the first hit, however old that is.
        newest = at if watch.newest is not None else hit.fetched_at
        more = msgspec.structs.replace(watch, rule=hit.rule, newest=newest, recent=[article(hit)])
        if before is None:
            self._memory.put_watch(more)
            return []
        return self._keep(more, before, closed(before, f"heard again: {hit.document_id}", hit.fetched_at))

    def _listened(self, watch: Watch, at: datetime) -> list[Output]:
        noted = ticked(watch, at) or watch
        since = silent_since(noted, at)
        if since is None or noted.open is not None:
            if noted is not watch:
                self._memory.put_watch(noted)
            return []
        last = noted.recent[-1:]
        alert_id = f"{watch.rule.id}.{content_id('silence', since.isoformat())}"
        first = without_articles(alert_id, watch.rule, "", at)
        publishers = sum(one.copy_of is None for one in last)
        alert = msgspec.structs.replace(first.alert, articles=last, article_count=len(last), publishers=publishers)
        after = event(
            msgspec.structs.replace(first, alert=alert),
            "opened",
            f"nothing came for {lasting((at - since).total_seconds())}",
            at,
            version=alert.version,
        )
        return self._keep(noted, None, considered(after, "", at, self._memory))

    def _keep(self, watch: Watch, before: AlertState | None, after: AlertState) -> list[Output]:
        told = self._memory.told(watch.rule.id)
        self._memory.put_watch(msgspec.structs.replace(watch, alert=after, told_at=told))
        return [Output(Topic.ALERTS, after.alert.id, after.alert), *deliveries(before, after)]

    def _known(self, rule: Rule) -> Watch | None:
        """What the rule has counted, unless it counts otherwise now."""
        watch = self._memory.watch(rule.id)
        if watch is None or watch.rule.deleted:
            return None
        known = watch.rule
        return (
            watch if (known.kind, known.window_s, known.query) == (rule.kind, rule.window_s, rule.query) else None
        )


def _lately(watch: Watch, at: datetime) -> AlertState | None:
    """The alert that is over, for an article that comes late and is of its time."""
    last = watch.alert
    return last if last is not None and watch.until is not None and at <= watch.until else None


def _as_of(state: AlertState, until: datetime, now: datetime) -> AlertState:
    """The alert, open until then: what articles that come late tell of may be over by now."""
    wanted = "open" if now < until or state.alert.held_until is not None else "closed"
    if state.alert.state == wanted:
        return state
    what, why = ("reopened", "late articles prolong it") if wanted == "open" else ("closed", CALM)
    return event(state, what, why, now, state=wanted, version=state.alert.version)


def _same(known: AlertState | None, after: AlertState) -> AlertState | None:
    return known if known is not None and known.alert.id == after.alert.id else None
