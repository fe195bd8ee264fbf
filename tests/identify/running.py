"""Short ways to run the stage in tests."""

from __future__ import annotations

from collections.abc import Sequence

from streams.identify.identity import Seen
from streams.identify.learned import Habits
from streams.identify.prepare import Preparing
from streams.identify.stage import Identify
from streams.records import Article, Record
from streams.stage import Output
from streams.state import Table


def identify(
    seen: dict[str, Seen] | Table[Seen], days: int = 365, habits: dict[str, Habits] | Table[Habits] | None = None
) -> Identify:
    return Identify(seen, {} if habits is None else habits, Preparing(10_000), identity_days=days)


def articles(outputs: Sequence[Output]) -> list[Article]:
    return [output.record for output in outputs if isinstance(output.record, Article)]


def process(
    *records: Record, seen: dict[str, Seen] | None = None, habits: dict[str, Habits] | None = None
) -> list[Article]:
    return articles(identify({} if seen is None else seen, habits=habits).process(records))
