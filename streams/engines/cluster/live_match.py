"""MATCH in the cluster: every worker matches with all live rules, which it follows on their topic."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

import msgspec
import structlog

from streams import codec
from streams.alerts.match import Match
from streams.errors import RecordError
from streams.records import Record, Rule
from streams.stage import Output

log = structlog.get_logger(__name__)

Held = Callable[[], Mapping[str, bytes]]
"""The newest value of each key of the topic, as far as it was read."""


class LiveMatch:
    """MATCH over the rules as they now stand: only those that changed are taken in anew."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._seen: Mapping[str, bytes] = {}
        self._rules: dict[str, Rule] = {}
        self._match = Match(self._rules)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Hits for the documents, with the rules that are live when the batch begins."""
        held = self._held()
        if held != self._seen:
            for rule in list(self._changed(held)):
                self._apply(rule)
            self._seen = held
        return self._match.process(batch)

    def _changed(self, held: Mapping[str, bytes]) -> Iterator[Rule]:
        """The rules to take in and, marked as deleted, those to take out."""
        changed = [key for key, value in held.items() if self._seen.get(key) != value]
        for key in (self._seen.keys() - held.keys()).union(changed):
            rule = _rule(key, held[key]) if key in held else None
            if rule is not None and not rule.deleted:
                yield rule
            elif key in self._rules:
                yield msgspec.structs.replace(self._rules[key], deleted=True)

    def _apply(self, rule: Rule) -> None:
        try:
            self._match.process([rule])
        except RecordError as error:
            log.error("rule left out", rule=rule.id, error=str(error))
            if rule.id in self._rules:
                self._match.process([msgspec.structs.replace(rule, deleted=True)])


def _rule(key: str, value: bytes) -> Rule | None:
    rule = codec.read_as(value, Rule)
    if rule is None:
        log.error("what is no rule left out", key=key, begins=value[:60])
    return rule
