"""What a stage is: a plain class over mappings, without I/O and without a clock.

A stage gets a batch of records in order and returns what is to be sent on. What it must remember it writes
into the mappings that it was given when it was made; the engine makes those writes durable only after the
outputs are. Whatever a stage holds in memory is a fold over these mappings, rebuilt by making the stage
anew: that is how an engine recovers, from a crash as from a batch that failed.

All that one record changes is one value in one table; where a stage learns from it besides (identify, of a
source's habits), that is written first, and learning it again changes nothing. A record may come again at any
time, after its effects were written in part or in full: it then gets the decision already taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from streams.records import Record, Topic

STORY_GROUP = "world"
"""The key of articles from tagging on: those of one group, in whatever language, can share stories."""


class Output(NamedTuple):
    """A record for a topic. Records of one key stay in order."""

    topic: Topic
    key: str
    record: Record


class Stage(Protocol):
    """Turns records into records."""

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Process records in order.

        Raises RecordError when a record can never be processed. Any other exception counts as the same once
        the record was tried alone.
        """
        ...
