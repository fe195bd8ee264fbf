"""Whatever comes in whatever order: what holds of alerts all the same."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping
from typing import Any

import msgspec
import pytest

from streams.alerts.edits import acknowledge, mute
from streams.alerts.evidence import AlertState
from streams.alerts.windows import Watch
from streams.records import Alert, Delivery, Record, Rule, Source, Tick
from tests.alerts.deciding import Deciding, at, change, tick
from tests.factories import hit, rule

KINDS: tuple[Mapping[str, Any], ...] = (
    {},
    {"kind": "frequency", "count": 2, "window_s": 3600.0},
    {"kind": "spike", "minimum": 2, "factor": 2.0, "window_s": 600.0},
    {"kind": "silence", "window_s": 3600.0},
    {"kind": "new_story", "publishers": 2, "window_s": 36000.0},
    {"kind": "returning"},
)
TIMES: tuple[Mapping[str, Any], ...] = (
    {},
    {"quiet": "12:30-13:30"},
    {"throttle_s": 1200.0},
    {"digest": "hourly"},
    {"escalate": [2, 3]},
)
STORIES = 5
STEPS = 60


class Newsroom:
    """Rules that people change, articles and stories that merge, drawn by chance; minutes go by."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._merged: dict[str, str] = {}
        self._muted: set[str] = set()
        self._count = 0
        self.minute = 0.0
        self.rules = {name: self._rule(name) for name in "ab"}

    def next(self, alerts: Mapping[str, Alert]) -> Record:
        """What comes next, some minutes later."""
        self.minute += self._random.choice([1, 1, 2, 5, 15])
        self._count += 1
        rest = [self._story, self._merge, self._mute, self._apply, self._remove]
        draw = self._random.choice([self._hit] * 6 + rest)
        acknowledged = sorted(alerts) if self._random.random() < 0.05 else []
        if acknowledged:
            return acknowledge(self._random.choice(acknowledged), at(self.minute))
        return draw() or tick(self.minute)

    def _hit(self) -> Record | None:
        of, number = self._random.choice([*self.rules.values()]), self._count
        source = Source(name=f"Paper {number % 4}", domain=f"paper{number % 4}.example")
        fields = {"story_id": self._a_story(), "title": f"{number}", "backfill": self._random.random() < 0.4}
        came = {"published": at(self.minute), "fetched_at": at(self.minute), "story_version": number}
        return None if of.deleted else hit(rule=of, source=source, **fields, **came)

    def _story(self) -> Record:
        became = {"publishers": self._random.randrange(1, 5), "recurs": self._random.choice([None, "before"])}
        state = self._random.choice(["active", "closed"])
        return change(self._a_story(), self.minute, version=100 + self._count, state=state, **became)

    def _merge(self) -> Record | None:
        one, into = self._a_story(), self._a_story()
        if one == into:
            return None
        self._merged = {old: into if new == one else new for old, new in self._merged.items()} | {one: into}
        self._muted = {into if story == one else story for story in self._muted}
        return change(one, self.minute, version=100 + self._count, merged_into=into)

    def _mute(self) -> Record:
        story_id = self._a_story()
        self._muted.add(story_id)
        return mute(at(self.minute), story_id=story_id)

    def mutes(self, alert: Alert) -> bool:
        """Whether nobody is to be told of the alert's story."""
        return self._merged.get(alert.story_id, alert.story_id) in self._muted

    def _apply(self) -> Record:
        name = self._random.choice([*self.rules])
        self.rules[name] = self._rule(name)
        return self.rules[name]

    def _remove(self) -> Record:
        name = self._random.choice([*self.rules])
        self.rules[name] = msgspec.structs.replace(self.rules[name], deleted=True)
        return self.rules[name]

    def _a_story(self) -> str:
        name = f"s{self._random.randrange(STORIES)}"
        return self._merged.get(name, name)

    def _rule(self, name: str) -> Rule:
        return rule(id=name, **self._random.choice(KINDS), **self._random.choice(TIMES))


@pytest.mark.parametrize("seed", range(25))
def test_alerts_are_told_once_and_nothing_is_left_open_or_held(seed: int) -> None:
    news = Newsroom(seed)
    decide = Deciding(*news.rules.values())
    for number in range(STEPS):
        record = news.next(decide.alerts)
        sent = decide.take(record)
        if isinstance(record, Rule) and record.deleted:
            assert not any(isinstance(one, Delivery) for one in sent)
        for one in sent:
            if isinstance(one, Delivery):
                assert one.alert.acknowledged_at is None
                assert not news.mutes(one.alert)
        if number % 7 == 0:
            decide.anew()
        if number % 5 == 0 and not isinstance(record, Tick):
            assert decide.take(record) == [], f"{record} came again"
    for minute in range(0, 240, 5):
        decide.take(tick(news.minute + minute))

    versions = Counter((one.id, one.version) for one in decide.sent if isinstance(one, Alert))
    deliveries = [one for one in decide.sent if isinstance(one, Delivery)]
    assert max(versions.values(), default=1) == 1
    assert len({one.key for one in deliveries}) == len(deliveries)
    assert not [one.alert.id for one in deliveries if one.alert.merged_into]
    alerts = [*decide.alerts.values()]
    assert not [one.id for one in alerts if one.held_until is not None]
    states = [value.alert if isinstance(value, Watch) else value for value in decide.table.values()]
    known = {state.alert.id for state in states if isinstance(state, AlertState)}
    assert {one.id for one in alerts if one.state == "open"} <= known
