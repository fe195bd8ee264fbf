"""What Kibana's Lens asks of Elasticsearch for a chart, as far as our charts go."""

from __future__ import annotations

from typing import Any

from streams.kibana.lens import LAYER, RECORDS

Json = dict[str, Any]


def layer_of(lens: Json) -> Json:
    """The chart's one layer."""
    layers: Json = lens["attributes"]["state"]["datasourceStates"]["formBased"]["layers"]
    layer: Json = layers[LAYER]
    return layer


def conditions(lens: Json) -> Json:
    """The query of the chart's filters."""
    return {"bool": {"filter": [one["query"] for one in lens["attributes"]["state"]["filters"]]}}


def aggregations(lens: Json) -> Json:
    """Groups within each other, measures in the innermost and in each group that is ordered by them."""
    columns: Json = layer_of(lens)["columns"]
    measures = {name: measure(column) for name, column in columns.items() if not column["isBucketed"]}
    measures = {name: agg for name, agg in measures.items() if agg}
    inner = measures
    for name, column in reversed(columns.items()):
        if column["isBucketed"]:
            inner = {name: group(column, columns) | {"aggs": inner | measures}}
    return inner


def measure(column: Json) -> Json | None:
    """None for counts of records, which each bucket has."""
    field = {"field": column["sourceField"]}
    match column["operationType"]:
        case "count":
            assert column["sourceField"] == RECORDS
            return None
        case "unique_count":
            return {"cardinality": field}
        case "percentile":
            return {"percentiles": field | {"percents": [column["params"]["percentile"]]}}
        case operation:
            return {operation: field}


def group(column: Json, columns: Json) -> Json:
    """Buckets by time or by value."""
    field = {"field": column["sourceField"]}
    if column["operationType"] == "date_histogram":
        return {"date_histogram": field | {"fixed_interval": "1h", "min_doc_count": 1}}
    params = column["params"]
    by = params["orderBy"]["columnId"]
    order = "_count" if columns[by]["operationType"] == "count" else by
    return {"terms": field | {"size": params["size"], "order": {order: params["orderDirection"]}}}
