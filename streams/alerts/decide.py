"""From hits to alerts: one for each rule and story, and the decision whether, when and where to tell people.

Every decision depends on the record and on values of the table, so that a batch that was carried out in part and
comes again leads to the same end. A hit changes one value; a tick, a story that changed and a rule that was taken
away change several, each for itself.
"""

from __future__ import annotations

from collections.abc import Iterable, MutableMapping, Sequence
from datetime import datetime, timedelta

import msgspec

from streams.alerts.counting import CHANGED, Counting
from streams.alerts.evidence import AlertState, changed, extended, opened, withdrawn, without_articles
from streams.alerts.memory import KEPT, REMOVED, Memory
from streams.alerts.merging import merged
from streams.alerts.telling import (
    ACKNOWLEDGED,
    closed,
    considered,
    deliveries,
    event,
    is_live,
    let_go,
    source_muted,
    unheld,
    untold,
)
from streams.alerts.windows import WINDOWED, Watch
from streams.codec import content_id
from streams.records import Edit, Hit, Record, Revised, Rule, StoryChange, Tick, Topic, Unusual
from streams.stage import Output

__all__ = ["KEPT", "Decide"]

PATIENT = frozenset({"new_story", "returning"})
"""Kinds of rules whose alerts wait for what becomes of the story."""


class Decide:
    """The stage after MATCH: hits, rules, stories that change and people's edits in; alerts and deliveries out.

    The three mappings may be views of one table (`Memory`).
    """

    def __init__(
        self,
        alerts: MutableMapping[str, AlertState],
        watches: MutableMapping[str, Watch] | None = None,
        mutes: MutableMapping[str, Edit] | None = None,
        *,
        deliver_backfill: bool = False,
    ) -> None:
        self._memory = Memory(alerts, {} if watches is None else watches, {} if mutes is None else mutes)
        self._deliver_backfill = deliver_backfill
        self._counting = Counting(self._memory)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """All in order; records of other types are passed over."""
        return [output for record in batch for output in self._decide(record)]

    def _decide(self, record: Record) -> list[Output]:
        match record:
            case Hit():
                return self._hit(record)
            case Tick():
                return self._tick(record.at)
            case Rule():
                return self._removed(record) if record.deleted else self._applied(record)
            case Revised():
                return self._revised(record)
            case StoryChange():
                return self._story(record)
            case Unusual():
                return self._unusual(record)
            case Edit():
                return self._edited(record)
        return []

    def _hit(self, hit: Hit) -> list[Output]:
        watch = self._memory.watch(hit.rule.id)
        if watch is not None and watch.rule.deleted:
            return []
        reason = untold(hit, self._memory, deliver_backfill=self._deliver_backfill)
        before = self._counting.alert(hit) if hit.rule.kind in WINDOWED else self._memory.about(hit)
        alert_id = before.alert.id if before else f"{hit.rule.id}.{hit.story_id}"
        outputs = self._release([hit.rule.id], hit.fetched_at, but=alert_id)
        if hit.rule.kind in WINDOWED:
            return outputs + self._counting.hit(hit, reason)
        after = opened(alert_id, hit) if before is None else extended(before, hit)
        if after is None:
            return outputs
        return outputs + self._keep(before, self._settled(before, after, hit, reason))

    def _settled(self, before: AlertState | None, after: AlertState, hit: Hit, reason: str) -> AlertState:
        """Decide about telling people. Only another article can bring it about, no revision of a known one."""
        if before is None:
            if hit.rule.kind in PATIENT:
                return msgspec.structs.replace(after, waiting=True, untold=reason)
            after = event(
                after, "opened", "the first article that matches", hit.fetched_at, version=after.alert.version
            )
        elif before.waiting:
            return msgspec.structs.replace(after, untold=before.untold and reason)
        if after.alert.state == "closed":
            after = event(
                after,
                "reopened",
                "another article matches",
                hit.fetched_at,
                state="open",
                version=after.alert.version,
            )
        if before is not None and after.alert.level > before.alert.level:
            why = f"{after.alert.publishers} publishers"
            after = event(after, "escalated", why, hit.fetched_at, version=after.alert.version)
        if before is not None and after.alert.article_count == before.alert.article_count:
            due = after.alert.held_until is not None and after.alert.held_until <= hit.fetched_at
            return let_go(after, hit.fetched_at, self._memory) if due else after
        return considered(after, reason, hit.fetched_at, self._memory)

    def _tick(self, at: datetime) -> list[Output]:
        outputs = self._release(None, at)
        for rule_id, watch in sorted(self._memory.live.items()):
            if not watch.rule.deleted:
                outputs += self._counting.tick(watch, at)
            elif watch.removed_at is None:
                self._memory.put_watch(msgspec.structs.replace(watch, removed_at=at))
            elif watch.removed_at < at - REMOVED:
                self._memory.drop_watch(rule_id)
        self._memory.forget(at)
        return outputs

    def _applied(self, rule: Rule) -> list[Output]:
        """A rule as it is from now on. Only one that counts must be known before its first hit.

        Where the rule counted or watched feeds before and does so no more, nothing could close its alerts later:
        they are closed now. Alerts that are held go out as the rule says now.
        """
        watch = self._memory.watch(rule.id)
        outputs = self._counting.ended(rule)
        if watch is not None and watch.rule.kind == "coverage" and rule.kind != "coverage":
            covering = [one for one in self._memory.of_rule(rule.id) if one.alert.kind == "coverage"]
            outputs += self._end(covering, CHANGED)
        if rule.kind in WINDOWED or rule.kind == "coverage" or watch is not None:
            # One that counts no more is known as such to its hits that are still under way.
            self._counting.applied(rule)
        return outputs + self._redirected(rule)

    def _redirected(self, rule: Rule) -> list[Output]:
        outputs: list[Output] = []
        for state in filter(None, map(self._memory.state, self._memory.held(rule.id))):
            as_now = msgspec.structs.replace(
                state.rule, channels=rule.channels, quiet=rule.quiet, time_zone=rule.time_zone
            )
            if as_now != state.rule:
                after = changed(msgspec.structs.replace(state, rule=as_now), channels=rule.channels)
                outputs += self._keep(state, after)
        return outputs

    def _removed(self, rule: Rule) -> list[Output]:
        """A rule was taken away: nothing more is told, its alerts close, and hits still under way are dropped."""
        watch = self._memory.watch(rule.id)
        counted = [watch.alert] if watch and watch.alert else []
        for state in self._memory.of_rule(rule.id):
            if state.waiting:
                # Nobody has seen it: another hit, of the rule applied again, lets it wait on.
                self._memory.put(msgspec.structs.replace(state, rule=rule))
        outputs = self._end([*self._memory.of_rule(rule.id), *counted], "the rule was removed")
        if watch is None or not watch.rule.deleted:
            self._memory.put_watch(Watch(rule=rule))
        return outputs

    def _end(self, states: Iterable[AlertState], why: str) -> list[Output]:
        return [
            output
            for state in states
            if is_live(state) and not state.waiting
            for output in self._keep(state, closed(state, why, state.alert.updated_at))
        ]

    def _revised(self, revised: Revised) -> list[Output]:
        outputs: list[Output] = []
        for state in self._memory.of_story(revised.story_id):
            after = withdrawn(state, revised) if state.alert.merged_into is None else None
            if after is not None:
                outputs += self._keep(state, after)
        return outputs

    def _story(self, change: StoryChange) -> list[Output]:
        outputs: list[Output] = []
        if change.merged_into is not None:
            self._memory.move_mutes(change.story_id, change.merged_into)
            outputs += self._counting.moved(change.story_id, change.merged_into, change.at)
            for after in merged(self._memory, change.story_id, change.merged_into, change.at):
                self._memory.put(after)
                outputs += [] if after.waiting else [_recorded(after)]
            return outputs
        for state in self._memory.of_story(change.story_id):
            if state.alert.merged_into is not None:
                continue  # what becomes of the story is told by the alert that it gave way to
            came = state.waiting and change.version >= state.story_version and _came_about(state, change)
            after = self._came(state, change) if came else state
            if change.state == "closed" and change.version > state.story_version and not after.waiting:
                # It closed days after its last article, whose time this is.
                why = "nothing more came to the story, which closed"
                after = event(after, "closed", why, change.at, state="closed")
                after = msgspec.structs.replace(after, story_version=change.version)
            if after is not state:
                outputs += self._keep(state, after)
        return outputs

    def _came(self, state: AlertState, change: StoryChange) -> AlertState:
        """An alert that waited, when what its rule waits for has come about."""
        now = max(state.alert.updated_at, change.at)
        why = (
            f"{change.publishers} publishers"
            if state.rule.kind == "new_story"
            else f"the story brings back {change.recurs}"
        )
        after = event(state, "opened", why, now, opened_at=now, updated_at=now, recurs=change.recurs)
        return considered(msgspec.structs.replace(after, waiting=False), state.untold, now, self._memory)

    def _unusual(self, found: Unusual) -> list[Output]:
        """A feed that is silent or floods, or does so no more: an alert of each rule of coverage."""
        outputs: list[Output] = []
        rules = [watch.rule for _, watch in sorted(self._memory.live.items())]
        for rule in (one for one in rules if one.kind == "coverage" and not one.deleted):
            alert_id = f"{rule.id}.{content_id('coverage', found.feed_id, found.what, found.since.isoformat())}"
            before = self._memory.state(alert_id)
            if found.over and before is not None and before.alert.state == "open":
                outputs += self._keep(before, closed(before, found.why, found.at))
            elif not found.over and before is None:
                outputs += self._keep(None, self._irregular(alert_id, rule, found))
        return outputs

    def _irregular(self, alert_id: str, rule: Rule, found: Unusual) -> AlertState:
        first = without_articles(alert_id, rule, "", found.at)
        alert = msgspec.structs.replace(first.alert, title=f"{found.source.name} is {found.what}")
        first = msgspec.structs.replace(first, alert=alert)
        after = event(first, "opened", found.why, found.at, version=alert.version)
        return considered(after, source_muted(found.source.domain, rule.id, self._memory), found.at, self._memory)

    def _edited(self, edit: Edit) -> list[Output]:
        if edit.action != "acknowledge":
            self._memory.put_mute(edit)
            return []
        state = self._memory.state(edit.alert_id)
        if state is not None:
            state = self._memory.remaining(state)
        if state is None or state.waiting or state.alert.acknowledged_at is not None:
            return []
        who = f"by {edit.by}" if edit.by else "by a person"
        after = event(state, "acknowledged", who, edit.at, acknowledged_at=edit.at, acknowledged_by=edit.by)
        return self._keep(state, unheld(after, ACKNOWLEDGED))

    def _release(self, rule_ids: Iterable[str] | None, now: datetime, but: str = "") -> list[Output]:
        """Tell of the held alerts of these rules (None: of all) whose time has come, save one."""
        outputs: list[Output] = []
        for alert_id in self._memory.due(rule_ids, now, but):
            state = self._memory.state(alert_id)
            if state is not None:
                alert = msgspec.structs.replace(state.alert, version=state.alert.version + 1)
                after = let_go(msgspec.structs.replace(state, alert=alert), now, self._memory)
                outputs += self._keep(state, after)
        return outputs

    def _keep(self, before: AlertState | None, after: AlertState) -> list[Output]:
        self._memory.put(after)
        return [] if after.waiting else [_recorded(after), *deliveries(before, after)]


def _recorded(state: AlertState) -> Output:
    return Output(Topic.ALERTS, state.alert.id, state.alert)


def _came_about(state: AlertState, change: StoryChange) -> bool:
    rule = state.rule
    if rule.deleted:
        return False
    if rule.kind == "returning":
        return change.recurs is not None
    in_time = change.at - change.began_at <= timedelta(seconds=rule.window_s)
    return change.publishers >= rule.publishers and in_time
