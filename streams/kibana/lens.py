"""Charts for Kibana's Lens: columns that group or measure, and how they are shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from streams.kibana.saved import Json, Reference, saved_object

LAYER = "layer"
RECORDS = "___records___"
"""What Lens calls the records themselves, to count them."""

Show = Literal["bars", "lines", "table", "number"]
_TYPES = {"bars": "lnsXY", "lines": "lnsXY", "table": "lnsDatatable", "number": "lnsMetric"}
_SERIES = {"bars": "bar_stacked", "lines": "line"}


class Chart(NamedTuple):
    """A chart over the records of a data view; `filters` are conditions in Elasticsearch's query DSL, by name.

    Columns that group come first, the outermost first. In bars and lines the first is the axis and the second,
    if any, divides.
    """

    name: str
    title: str
    view: str
    show: Show
    columns: Mapping[str, Json]
    filters: Mapping[str, Json] = {}


def over_time(field: str) -> Json:
    """Groups by time, in steps that fit the time shown."""
    params = {"interval": "auto", "includeEmptyRows": True, "dropPartials": False}
    return _column("date_histogram", field, "Time", "date", "interval", params)


def top(field: str, label: str, size: int, by: str, *, rest: bool = False) -> Json:
    """Groups by the values that are largest in the column `by`; `rest` adds one group of all others."""
    params = {
        "size": size,
        "orderBy": {"type": "column", "columnId": by},
        "orderDirection": "desc",
        "otherBucket": rest,
        "missingBucket": False,
        "parentFormat": {"id": "terms"},
    }
    return _column("terms", field, label, "string", "ordinal", params)


def count(label: str) -> Json:
    """How many records."""
    return _column("count", RECORDS, label)


def distinct(field: str, label: str) -> Json:
    """How many different values, approximately."""
    return _column("unique_count", field, label)


def largest(field: str, label: str) -> Json:
    """The largest value of a number."""
    return _column("max", field, label)


def latest(field: str, label: str) -> Json:
    """The latest of the times."""
    return _column("max", field, label, "date")


def percentile(field: str, percent: int, label: str) -> Json:
    """What that share of the values does not exceed."""
    return _column("percentile", field, label, params={"percentile": percent})


def lens(object_id: str, chart: Chart, view_id: str) -> Json:
    """The chart as a saved object."""
    layer = {"columns": dict(chart.columns), "columnOrder": list(chart.columns), "incompleteColumns": {}}
    attributes = {
        "title": chart.title,
        "description": "",
        "visualizationType": _TYPES[chart.show],
        "state": {
            "datasourceStates": {"formBased": {"layers": {LAYER: layer}}},
            "visualization": _shown(chart),
            "query": {"query": "", "language": "kuery"},
            "filters": [_filter(name, condition) for name, condition in chart.filters.items()],
            "internalReferences": [],
            "adHocDataViews": {},
        },
    }
    reference = Reference(f"indexpattern-datasource-layer-{LAYER}", "index-pattern", view_id)
    return saved_object("lens", object_id, attributes, [reference])


def _column(
    operation: str, field: str, label: str, kind: str = "number", scale: str = "ratio", params: Json | None = None
) -> Json:
    return {
        "label": label,
        "customLabel": True,
        "dataType": kind,
        "operationType": operation,
        "sourceField": field,
        "isBucketed": operation in ("date_histogram", "terms"),
        "scale": scale,
        "params": params or {},
    }


def _shown(chart: Chart) -> Json:
    layer: Json = {"layerId": LAYER, "layerType": "data"}
    groups = [name for name, column in chart.columns.items() if column["isBucketed"]]
    measures = [name for name in chart.columns if name not in groups]
    if chart.show == "table":
        return layer | {"columns": [{"columnId": name} for name in chart.columns]}
    if chart.show == "number":
        return layer | {"metricAccessor": measures[0]}
    return _axes(layer, groups, measures, _SERIES[chart.show])


def _axes(layer: Json, groups: Sequence[str], measures: Sequence[str], series: str) -> Json:
    layer |= {"seriesType": series, "xAccessor": groups[0], "accessors": list(measures)}
    if len(groups) > 1:
        layer["splitAccessor"] = groups[1]
    return {
        "legend": {"isVisible": True, "position": "right"},
        "valueLabels": "hide",
        "preferredSeriesType": series,
        "layers": [layer],
    }


def _filter(name: str, condition: Json) -> Json:
    return {
        "meta": {"type": "custom", "alias": name, "disabled": False, "negate": False},
        "query": condition,
        "$state": {"store": "appState"},
    }
