"""When articles came, as the bars of a small chart: times in, numbers for an SVG out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from streams.records import Document
from streams.volumes import step_for

WIDTH, HEIGHT = 240, 32
"""Size of the chart in SVG user units."""

BAR_SHARE = 0.85
"""How much of its step a bar fills; the rest is the gap to the next."""

LEAST_LENGTH = timedelta(days=1)


class Bar(NamedTuple):
    """One step that has articles: where its bar stands, and how high its two parts are.

    `x`, tops and heights are in SVG user units, y downwards; copies stand on top of the other articles.
    """

    at: datetime
    originals: int
    copies: int
    x: float
    originals_top: float
    originals_height: float
    copies_top: float
    copies_height: float


class Timeline(NamedTuple):
    """Bars from `start` to `end`, each `bar_width` units wide; the highest fills the chart."""

    start: datetime
    end: datetime
    step: timedelta
    bar_width: float
    bars: list[Bar]

    @property
    def unit(self) -> str:
        """What one bar stands for: `hour`, `3 hours`, `day`, `7 days`."""
        hours = int(self.step.total_seconds()) // 3600
        count, name = (hours // 24, "day") if hours >= 24 else (hours, "hour")
        return name if count == 1 else f"{count} {name}s"


def timeline(
    documents: Iterable[Document], start: datetime | None = None, end: datetime | None = None
) -> Timeline | None:
    """Count articles by published time in even steps from `start` to `end`; others are left out.

    Without bounds, from the first article to the last, or the day up to the last where that is longer. None
    if there is nothing to count.
    """
    moments = [(document.published, document.copy_of is not None) for document in documents]
    if not moments:
        return None
    end = end or max(moments)[0]
    start = start or min(min(moments)[0], end - LEAST_LENGTH)
    step = step_for(end - start)
    columns = max(1, -(-(end - start) // step))
    counts = Counter((min((at - start) // step, columns - 1), copy) for at, copy in moments if start <= at <= end)
    width = WIDTH / columns
    return Timeline(start, end, step, round(width * BAR_SHARE, 2), _bars(counts, start, step, width))


def _bars(counts: Counter[tuple[int, bool]], start: datetime, step: timedelta, width: float) -> list[Bar]:
    totals = Counter[int]()
    for (column, _), count in counts.items():
        totals[column] += count
    unit = HEIGHT / max(totals.values(), default=1)
    bars = []
    for column, total in sorted(totals.items()):
        originals, copies = counts[column, False], counts[column, True]
        numbers = (
            column * width,
            HEIGHT - originals * unit,
            originals * unit,
            HEIGHT - total * unit,
            copies * unit,
        )
        bars.append(Bar(start + column * step, originals, copies, *(round(number, 2) for number in numbers)))
    return bars
