"""MATCH follows the rules as they come, change and go."""

from __future__ import annotations

import pytest

from streams import codec
from streams.alerts.rule_index import RuleIndex
from streams.engines.cluster.live_match import LiveMatch
from streams.records import Rule
from tests.factories import document, rule


def rules(*live: Rule) -> dict[str, bytes]:
    return {one.id: codec.encode(one) for one in live}


def hits(match: LiveMatch) -> list[str]:
    return [output.key for output in match.process([document()])]


def test_a_batch_meets_the_rules_that_are_live_when_it_begins() -> None:
    held = rules(rule())
    match = LiveMatch(lambda: held)
    assert hits(match) == ["bridge"]
    held = rules(rule(query="tunnel"))
    assert hits(match) == []
    held = rules(rule(query="tunnel"), rule(id="harbour", query="harbour"))
    assert hits(match) == ["harbour"]


def test_a_rule_that_was_deleted_matches_nothing() -> None:
    held = rules(rule(deleted=True))
    assert hits(LiveMatch(lambda: held)) == []


def test_what_is_no_rule_is_left_out_and_the_others_match() -> None:
    held = (
        rules(rule())
        | {"junk": b"\xff", "no text": b'{"type":"rule","id":"\xff"}'}
        | {"feed": b'{"type":"feed","id":"x","url":"y"}'}
    )
    assert hits(LiveMatch(lambda: held)) == ["bridge"]


def test_only_what_changed_is_taken_in_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    held = rules(*(rule(id=f"r{n}", query="harbour") for n in range(5)))
    match = LiveMatch(lambda: held)
    assert hits(match) == [f"r{n}" for n in range(5)]
    put: list[str] = []
    taken_in = RuleIndex.put

    def count(index: RuleIndex, one: Rule) -> None:
        put.append(one.id)
        taken_in(index, one)

    monkeypatch.setattr(RuleIndex, "put", count)
    held = {key: value for key, value in held.items() if key != "r1"} | rules(rule(id="r3", query="ferry"))
    assert hits(match) == ["r0", "r2", "r4"]
    assert put == ["r3"]


def test_a_rule_that_cannot_be_read_any_more_is_out_of_service() -> None:
    held = rules(rule(), rule(id="harbour", query="harbour"))
    match = LiveMatch(lambda: held)
    assert hits(match) == ["bridge", "harbour"]
    held = rules(rule(query="(("), rule(id="harbour", query="harbour"))
    assert hits(match) == ["harbour"]
