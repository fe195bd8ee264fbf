"""All that is imported into Kibana: data views, a saved search for each kind of record, three dashboards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from streams.index.elastic_mapping import ALERTS, DOCUMENTS, STORIES, Family
from streams.kibana import charts
from streams.kibana.lens import Chart, lens
from streams.kibana.saved import Json, Panel, as_text, dashboard, data_view, saved_search

WIDTH = 48
_NOTE = "Made by `streams setup`, which makes it anew: save a copy to change it."


class _View(NamedTuple):
    """A data view; with columns, also what Discover shows of it."""

    name: str
    title: str
    family: Family
    time: str
    columns: Sequence[str] = ()


class _Board(NamedTuple):
    name: str
    title: str
    since: str
    charts: Sequence[Chart]
    rows: Sequence[tuple[int, int]]
    """How many charts stand beside each other in a row, and its height."""


_VIEWS = (
    _View("documents", "Articles", DOCUMENTS, "published", ("source.name", "title", "people", "places")),
    _View(
        "stories",
        "Stories",
        STORIES,
        "last_seen",
        ("title", "summary", "state", "publishers", "velocity"),
    ),
    _View("alerts", "Alerts", ALERTS, "updated_at", ("rule_name", "title", "delivery", "article_count")),
    _View("intake", "Articles by the time they were fetched", DOCUMENTS, "fetched_at"),
)

_BOARDS = (
    _Board("today", "Today", "now-24h", charts.TODAY, ((4, 6), (2, 14), (3, 16), (1, 18))),
    _Board("story-life", "Stories", "now-7d", charts.STORIES, ((2, 14), (1, 16), (1, 14), (2, 16))),
    _Board("health", "Pipeline health", "now-24h", charts.HEALTH, ((3, 6), (2, 14), (1, 16), (2, 14))),
)


def saved_objects(prefix: str) -> list[Json]:
    """Every object, those that are referred to first. Ids begin with the prefix of the indices."""
    return [*_views(prefix), *(made for board in _BOARDS for made in _board(board, prefix))]


def to_ndjson(objects: Sequence[Json]) -> bytes:
    """The file that Kibana's import takes."""
    return "".join(as_text(one) + "\n" for one in objects).encode()


def _views(prefix: str) -> Iterator[Json]:
    for view in _VIEWS:
        view_id = f"{prefix}{view.name}"
        yield data_view(view_id, view.title, view.family.alias(prefix), view.time)
        if view.columns:
            yield saved_search(f"{view_id}-search", view.title, view_id, (view.time, *view.columns), view.time)


def _board(board: _Board, prefix: str) -> Iterator[Json]:
    ids = [f"{prefix}{board.name}-{chart.name}" for chart in board.charts]
    for chart_id, chart in zip(ids, board.charts, strict=True):
        yield lens(chart_id, chart, f"{prefix}{chart.view}")
    yield dashboard(f"{prefix}{board.name}", board.title, _NOTE, _panels(ids, board.rows), board.since)


def _panels(ids: Sequence[str], rows: Sequence[tuple[int, int]]) -> list[Panel]:
    """The charts in rows, each as wide as the others of its row."""
    panels: list[Panel] = []
    top = 0
    for beside, height in rows:
        width = WIDTH // beside
        some = ids[len(panels) : len(panels) + beside]
        panels += [Panel("lens", name, n * width, top, width, height) for n, name in enumerate(some)]
        top += height
    return panels
