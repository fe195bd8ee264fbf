"""DECIDE over one table, as an engine has it, and short ways to say what goes in and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from streams.alerts.decide import Decide
from streams.records import Alert, Delivery, Record, Rule, StoryChange, Tick
from streams.stage import Output
from tests.factories import NOON


def at(minutes: float) -> datetime:
    """So many minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def tick(minutes: float) -> Tick:
    return Tick(at=at(minutes))


def change(story_id: str, minutes: float = 0, **fields: Any) -> StoryChange:
    """A story that began at noon, as it was so many minutes later."""
    defaults: dict[str, Any] = {"state": "active", "version": 1, "publishers": 1, "began_at": NOON}
    return StoryChange(story_id=story_id, at=at(minutes), **(defaults | fields))


class Deciding:
    """The stage, which can be made anew at any time from its table. `sent` is all that it sent."""

    def __init__(self, *rules: Rule) -> None:
        self.table: dict[str, Any] = {}
        self.sent: list[Record] = []
        self.anew()
        self.take(*rules)

    def anew(self) -> None:
        """Make the stage from its table, as after a restart."""
        self._decide = Decide(self.table, self.table, self.table)

    def take(self, *records: Record) -> list[Record]:
        """What the records lead to."""
        sent = [output.record for output in self._decide.process(records)]
        self.sent += sent
        return sent

    @property
    def alerts(self) -> dict[str, Alert]:
        """The newest version of each alert."""
        return {one.id: one for one in self.sent if isinstance(one, Alert)}

    @property
    def alert(self) -> Alert:
        """The only alert."""
        (one,) = self.alerts.values()
        return one


def told(records: Sequence[Record | Output]) -> list[str]:
    """The alerts that these deliveries tell of."""
    plain = [one.record if isinstance(one, Output) else one for one in records]
    return [one.alert.id for one in plain if isinstance(one, Delivery)]


def whats(alert: Alert) -> list[str]:
    """What became of an alert."""
    return [one.what for one in alert.events]
