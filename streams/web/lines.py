"""Several volumes over one time as the lines of a chart: counts in, numbers for an SVG out."""

from __future__ import annotations

from typing import NamedTuple

from streams.volumes import Comparison

WIDTH, HEIGHT = 720, 160
"""Size of the chart in SVG user units."""


class Line(NamedTuple):
    """One query's line: `points` as an SVG polyline has them."""

    query: str
    total: int
    points: str


class Step(NamedTuple):
    """One step, to be pointed at: `x` and `width` in SVG user units."""

    x: float
    width: float
    told: str


class Lines(NamedTuple):
    """The chart; its top stands for `most` articles in a step."""

    lines: list[Line]
    steps: list[Step]
    most: int


def lines(comparison: Comparison) -> Lines:
    """Each count stands in the middle of its step; all lines have the same scale."""
    columns = max(1, len(comparison.starts))
    width = WIDTH / columns
    most = max((count for volume in comparison.volumes for count in volume.counts), default=0)
    unit = HEIGHT / max(most, 1)
    return Lines(
        lines=[
            Line(
                volume.query,
                volume.total,
                " ".join(
                    f"{round((column + 0.5) * width, 1)},{round(HEIGHT - count * unit, 1)}"
                    for column, count in enumerate(volume.counts)
                ),
            )
            for volume in comparison.volumes
        ],
        steps=[
            Step(
                round(column * width, 1),
                round(width, 1),
                f"{start:%Y-%m-%d %H:%M} UTC: "
                + ", ".join(str(volume.counts[column]) for volume in comparison.volumes),
            )
            for column, start in enumerate(comparison.starts)
        ],
        most=most,
    )
