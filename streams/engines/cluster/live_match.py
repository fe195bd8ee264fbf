"""MATCH in the cluster: every worker matches with all live rules, which it follows on their topic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import msgspec
import structlog

from streams import codec
from streams.alerts.match import Match
from streams.records import Record, Rule
from streams.stage import Output

log = structlog.get_logger(__name__)

Held = Callable[[], Mapping[str, bytes]]
"""The newest value of each key of the topic, as far as it was read."""


class LiveMatch:
    """MATCH over the rules as they now stand: made anew when any has changed."""

    def __init__(self, held: Held) -> None:
        self._held = held
        self._seen: Mapping[str, bytes] = {}
        self._match = Match({})

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Hits for the documents, with the rules that are live when the batch begins."""
        held = self._held()
        if held != self._seen:
            self._seen, self._match = held, Match(_live(held))
        return self._match.process(batch)


def _live(held: Mapping[str, bytes]) -> dict[str, Rule]:
    rules = {}
    for key, value in held.items():
        try:
            rule = codec.decode_as(value, Rule)
        except msgspec.DecodeError as error:
            log.error("what is no rule left out", key=key, error=str(error))
            continue
        if not rule.deleted:
            rules[rule.id] = rule
    return rules
