"""What DECIDE remembers: alerts, what rules have counted, and mutes, all of them values of one table.

The table's keys tell them apart: an alert's id has a dot between rule and story, a rule's id has none, and a
mute's key begins with `!`. All else here is a fold over these values.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, MutableMapping
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from streams.alerts.evidence import AlertState, extended
from streams.alerts.windows import WINDOWED, Watch
from streams.records import Alert, Edit, Hit

KEPT = timedelta(days=90)
"""How long an alert is remembered after its last change: longer than any story stays open."""
WAITING = timedelta(days=7)
"""How long, past its rule's window, an alert waits for what it needs to be opened."""
REMOVED = timedelta(days=8)
"""How long a rule that was taken away is remembered: longer than hits of it may still be under way."""
MUTE = "!"


class _Place(NamedTuple):
    """Where an alert is found by rule and by story."""

    rule_id: str
    story_id: str
    opened_at: datetime
    gave_way: bool


class Memory:
    """The table's three kinds of values, and what is found by rule and by story."""

    def __init__(
        self,
        alerts: MutableMapping[str, AlertState],
        watches: MutableMapping[str, Watch],
        mutes: MutableMapping[str, Edit],
    ) -> None:
        self._alerts, self._watches, self._mutes = alerts, watches, mutes
        # What is known to be in the table need not be looked for there: most hits begin an alert.
        self._places: dict[str, _Place] = {}
        self._watching: set[str] = set()
        self._told: dict[str, datetime] = {}
        self._held: dict[str, dict[str, datetime]] = defaultdict(dict)
        self._soonest: dict[str, datetime] = {}  # By rule: no held alert of it is due before.
        self._at: dict[tuple[str, str], tuple[datetime, str]] = {}
        self._of_story: dict[str, set[str]] = defaultdict(set)
        self._of_rule: dict[str, set[str]] = defaultdict(set)
        self._ends: list[tuple[datetime, str]] = []
        self.live: dict[str, Watch] = {}
        """Rules that a tick may say something about: of silence, with an open alert, or removed."""
        self.muted: dict[tuple[str, str, str], dict[str, Edit]] = defaultdict(dict)
        """Mutes by rule, story and source, of which one is empty; of each, by id."""
        for key in list(alerts):
            if "." in key:
                state = alerts[key]
                self._note(state)
                heapq.heappush(self._ends, (_end(state), key))
        for key in list(watches):
            if "." not in key and not key.startswith(MUTE):
                self._note_watch(key, watches[key])
        for key in list(mutes):
            if key.startswith(MUTE):
                self._note_mute(mutes[key])

    def state(self, alert_id: str) -> AlertState | None:
        """One alert."""
        watch = self.watch(alert_id.partition(".")[0])
        if watch is not None and watch.alert is not None and watch.alert.alert.id == alert_id:
            return watch.alert
        return self._alerts[alert_id] if alert_id in self._places else None

    def at(self, rule_id: str, story_id: str) -> AlertState | None:
        """The alert of a rule about a story."""
        found = self._at.get((rule_id, story_id))
        return self._alerts[found[1]] if found else None

    def about(self, hit: Hit) -> AlertState | None:
        """The alert that a hit belongs to, if there is one.

        A hit that comes again may name a story that was merged into another one since. Its alert then moved with
        the story, or gave way to that of the other.
        """
        found = self.at(hit.rule.id, hit.story_id) or self.state(f"{hit.rule.id}.{hit.story_id}")
        while found is not None and found.alert.merged_into is not None and extended(found, hit) is not None:
            found = self.state(found.alert.merged_into)
        return found

    def remaining(self, state: AlertState) -> AlertState | None:
        """The alert that goes on: this one, or of those that it gave way to the last."""
        seen = set[str]()
        found: AlertState | None = state
        while found is not None and found.alert.merged_into is not None and found.alert.id not in seen:
            seen.add(found.alert.id)
            found = self.state(found.alert.merged_into)
        return found

    def of_story(self, story_id: str) -> list[AlertState]:
        """The alerts about a story, those that gave way to another one among them."""
        return [self._alerts[alert_id] for alert_id in sorted(self._of_story.get(story_id, ()))]

    def of_rule(self, rule_id: str) -> list[AlertState]:
        """The alerts of a rule."""
        return [self._alerts[alert_id] for alert_id in sorted(self._of_rule.get(rule_id, ()))]

    def watch(self, rule_id: str) -> Watch | None:
        """What a rule has counted."""
        return self._watches[rule_id] if rule_id in self._watching else None

    def told(self, rule_id: str) -> datetime | None:
        """When people were last told of an alert of the rule."""
        return self._told.get(rule_id)

    def held(self, rule_id: str) -> list[str]:
        """The held alerts of a rule."""
        return sorted(self._held.get(rule_id, ()))

    def due(self, rule_ids: Iterable[str] | None, now: datetime, but: str = "") -> list[str]:
        """The held alerts of these rules (None: of all) whose time has come, save one."""
        wanted = list(self._held) if rule_ids is None else rule_ids
        found: list[tuple[datetime, str]] = []
        for rule_id in wanted:
            # Asked with each hit, and a rule may hold thousands.
            if rule_id in self._held and self._soonest[rule_id] <= now:
                held = self._held[rule_id]
                found += [(until, one) for one, until in held.items() if until <= now and one != but]
                self._soonest[rule_id] = min(held.values())
        return [alert_id for _, alert_id in sorted(found)]

    def put(self, state: AlertState) -> None:
        """Write one alert, where it belongs."""
        alert = state.alert
        watch = self.watch(alert.rule_id) if alert.kind in WINDOWED else None
        if watch is not None and watch.alert is not None and watch.alert.alert.id == alert.id:
            self.put_watch(msgspec.structs.replace(watch, alert=state))
            return
        if alert.id not in self._places:
            heapq.heappush(self._ends, (_end(state), alert.id))
        self._alerts[alert.id] = state
        self._note(state)

    def put_watch(self, watch: Watch) -> None:
        """Write what a rule has counted."""
        self._watches[watch.rule.id] = watch
        self._note_watch(watch.rule.id, watch)

    def drop_watch(self, rule_id: str) -> None:
        """Forget what a rule has counted, or that it was taken away."""
        self.live.pop(rule_id, None)
        if rule_id in self._watching:
            self._watching.discard(rule_id)
            del self._watches[rule_id]

    def put_mute(self, edit: Edit) -> None:
        """Mute, or lift a mute."""
        known = self._mutes.get(MUTE + edit.id)
        if known is not None:
            self._drop_mute(known)
        if edit.action == "mute":
            self._mutes[MUTE + edit.id] = edit
            self._note_mute(edit)
        elif known is not None:
            del self._mutes[MUTE + edit.id]

    def move_mutes(self, story_id: str, into: str) -> None:
        """Let what is muted about a story be about the one that it became part of; the mutes keep their ids."""
        for edit in [one for one in self._known_mutes() if one.story_id == story_id]:
            self.put_mute(msgspec.structs.replace(edit, story_id=into))

    def forget(self, now: datetime) -> None:
        """Delete alerts that ended long ago, and mutes that are over. An alert may have moved its end since."""
        while self._ends and self._ends[0][0] < now:
            _, alert_id = heapq.heappop(self._ends)
            state = self._alerts[alert_id]
            if _end(state) < now:
                self._drop(alert_id)
                del self._alerts[alert_id]
            else:
                heapq.heappush(self._ends, (_end(state), alert_id))
        for edit in [one for one in self._known_mutes() if one.until is not None and one.until <= now]:
            del self._mutes[MUTE + edit.id]
            self._drop_mute(edit)

    def _note(self, state: AlertState) -> None:
        """Fold one alert's value into what is known of its rule and story."""
        alert = state.alert
        self._note_telling(alert)
        place = _Place(alert.rule_id, alert.story_id, alert.opened_at, alert.merged_into is not None)
        known = self._places.get(alert.id)
        if place == known:
            return
        if known is not None:
            self._drop(alert.id)
        self._places[alert.id] = place
        self._of_story[alert.story_id].add(alert.id)
        self._of_rule[alert.rule_id].add(alert.id)
        if not place.gave_way:
            about, one = (alert.rule_id, alert.story_id), (alert.opened_at, alert.id)
            self._at[about] = min(one, self._at.get(about, one))

    def _note_watch(self, rule_id: str, watch: Watch) -> None:
        self._watching.add(rule_id)
        if watch.told_at is not None:
            self._tell(rule_id, watch.told_at)
        if watch.alert is not None:
            self._note_telling(watch.alert.alert)
        if watch.rule.deleted or watch.rule.kind in ("silence", "coverage") or watch.open:
            self.live[rule_id] = watch
        else:
            self.live.pop(rule_id, None)

    def _known_mutes(self) -> Iterator[Edit]:
        return (edit for known in self.muted.values() for edit in known.values())

    def _note_mute(self, edit: Edit) -> None:
        self.muted[_about(edit)][edit.id] = edit

    def _drop_mute(self, edit: Edit) -> None:
        del self.muted[_about(edit)][edit.id]
        if not self.muted[_about(edit)]:
            del self.muted[_about(edit)]

    def _note_telling(self, alert: Alert) -> None:
        if alert.delivered_at is not None:
            self._tell(alert.rule_id, alert.delivered_at)
        if alert.held_until is not None:
            self._held[alert.rule_id][alert.id] = alert.held_until
            soonest = self._soonest.get(alert.rule_id, alert.held_until)
            self._soonest[alert.rule_id] = min(soonest, alert.held_until)
        elif alert.rule_id in self._held:
            self._held[alert.rule_id].pop(alert.id, None)
            if not self._held[alert.rule_id]:
                del self._held[alert.rule_id], self._soonest[alert.rule_id]

    def _tell(self, rule_id: str, at: datetime) -> None:
        self._told[rule_id] = max(at, self._told.get(rule_id, at))

    def _drop(self, alert_id: str) -> None:
        """Take one value out of what is found by story and rule."""
        place = self._places.pop(alert_id)
        self._of_story[place.story_id].discard(alert_id)
        if not self._of_story[place.story_id]:
            del self._of_story[place.story_id]
        self._of_rule[place.rule_id].discard(alert_id)
        about = (place.rule_id, place.story_id)
        if self._at.get(about) == (place.opened_at, alert_id):
            del self._at[about]


def _about(edit: Edit) -> tuple[str, str, str]:
    return edit.rule_id, edit.story_id, edit.source


def _end(state: AlertState) -> datetime:
    """When an alert is forgotten, unless something happens to it."""
    alert = state.alert
    if state.waiting:
        return alert.updated_at + timedelta(seconds=min(state.rule.window_s, KEPT.total_seconds())) + WAITING
    return (alert.held_until or alert.updated_at) + KEPT
