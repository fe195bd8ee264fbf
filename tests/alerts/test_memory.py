"""What DECIDE looks for in its table: every look costs more on a disk than all else about a hit."""

from __future__ import annotations

from typing import Any

from streams.alerts.decide import Decide
from tests.factories import hit, rule


class Looked(dict[str, Any]):
    """A table that notes what is looked for."""

    def __init__(self) -> None:
        super().__init__()
        self.looks: list[str] = []

    def __getitem__(self, key: str) -> Any:
        self.looks.append(key)
        return super().__getitem__(key)

    def get(self, key: str, default: Any = None) -> Any:
        self.looks.append(key)
        return super().get(key, default)


def test_a_hit_that_opens_an_alert_looks_for_nothing() -> None:
    table = Looked()
    assert Decide(table, table, table).process([hit()])
    assert table.looks == []


def test_another_hit_of_the_same_story_looks_for_the_alert_alone() -> None:
    table = Looked()
    decide = Decide(table, table, table)
    decide.process([hit(document_id="one")])
    (alert,) = table
    decide.process([hit(document_id="two")])
    assert set(table.looks) == {alert}


def test_a_rule_that_was_taken_away_is_known_by_its_hits_after_a_restart() -> None:
    table = Looked()
    Decide(table, table, table).process([rule(deleted=True)])
    assert Decide(table, table, table).process([hit()]) == []
