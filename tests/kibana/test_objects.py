"""The saved objects: whole, of the form that Kibana imports, over fields that are there, with answers."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from elasticsearch import Elasticsearch
from msgspec.structs import replace

from streams.index.elastic import ElasticIndex
from streams.index.elastic_mapping import ALERTS, DOCUMENTS, FAMILIES, STORIES, Family
from streams.kibana.lens import LAYER, RECORDS
from streams.kibana.objects import WIDTH, saved_objects, to_ndjson
from streams.records import Entity
from streams.settings import Settings
from tests.factories import NOON, document
from tests.index.test_elastic_record import ALERT, STORY
from tests.kibana.aggregations import aggregations, conditions, layer_of

Json = dict[str, Any]

OBJECTS: list[Json] = [json.loads(line) for line in to_ndjson(saved_objects("p-")).splitlines()]
LENSES = [one for one in OBJECTS if one["type"] == "lens"]
DASHBOARDS = [one for one in OBJECTS if one["type"] == "dashboard"]
MEANS = {"terms": {"keyword"}, "date_histogram": {"date"}, "max": {"long", "double", "date"},
         "percentile": {"long", "double"}, "unique_count": {"keyword"}}  # fmt: skip


def name(saved: Json) -> str:
    return str(saved["id"])


def of_type(kind: str) -> dict[str, Json]:
    return {one["id"]: one["attributes"] for one in OBJECTS if one["type"] == kind}


def family_of(view_id: str) -> Family:
    indices = of_type("index-pattern")[view_id]["title"]
    return next(family for family in FAMILIES.values() if family.alias("p-") == indices)


def view_of(saved: Json) -> str:
    (reference,) = saved["references"]
    assert reference["type"] == "index-pattern"
    return str(reference["id"])


def type_of(family: Family, path: str) -> str:
    """The type of a mapped field; KeyError for one that is not mapped."""
    fields: Json = family.properties
    *parents, last = path.split(".")
    for parent in parents:
        fields = fields[parent].get("properties", {}) | fields[parent].get("fields", {})
    return str(fields[last]["type"])


def fields_in(condition: object) -> Iterator[str]:
    """The fields that a query names."""
    if isinstance(condition, list):
        for part in condition:
            yield from fields_in(part)
    elif isinstance(condition, dict):
        for kind, body in condition.items():
            if kind == "exists":
                yield body["field"]
            elif kind == "term":
                yield from body
            else:
                yield from fields_in(body)


def test_there_are_data_views_searches_and_dashboards_for_all_that_is_kept() -> None:
    assert {view["title"] for view in of_type("index-pattern").values()} == {
        f"p-{family.name}" for family in (DOCUMENTS, STORIES, ALERTS)
    }
    assert {search["title"] for search in of_type("search").values()} == {"Articles", "Stories", "Alerts"}
    assert {board["title"] for board in of_type("dashboard").values()} == {"Today", "Stories", "Pipeline health"}


@pytest.mark.parametrize("saved", OBJECTS, ids=name)
def test_each_object_has_the_form_of_an_export(saved: Json) -> None:
    assert saved.keys() == {
        "type", "id", "attributes", "references", "coreMigrationVersion", "typeMigrationVersion",
    }  # fmt: skip
    assert saved["coreMigrationVersion"] == "8.8.0"
    assert saved["attributes"].get("title")
    assert all(reference.keys() == {"name", "type", "id"} for reference in saved["references"])


def test_every_object_is_there_once_and_refers_to_objects_before_it() -> None:
    seen: Counter[tuple[str, str]] = Counter()
    for saved in OBJECTS:
        assert all(seen[reference["type"], reference["id"]] for reference in saved["references"])
        seen[saved["type"], saved["id"]] += 1
    assert set(seen.values()) == {1}


def test_ids_and_indices_follow_the_prefix_so_that_two_installations_do_not_meet() -> None:
    assert all(saved["id"].startswith("p-") for saved in OBJECTS)
    assert not {saved["id"] for saved in OBJECTS} & {saved["id"] for saved in saved_objects("q-")}


@pytest.mark.parametrize("view_id", of_type("index-pattern"))
def test_the_time_of_a_data_view_is_a_mapped_date(view_id: str) -> None:
    assert type_of(family_of(view_id), of_type("index-pattern")[view_id]["timeFieldName"]) == "date"


@pytest.mark.parametrize("saved", [one for one in OBJECTS if one["type"] == "search"], ids=name)
def test_a_saved_search_shows_and_sorts_by_mapped_fields(saved: Json) -> None:
    family, attributes = family_of(view_of(saved)), saved["attributes"]
    ((newest, direction),) = attributes["sort"]
    assert (type_of(family, newest), direction) == ("date", "desc")
    assert all(type_of(family, column) for column in attributes["columns"])
    source = json.loads(attributes["kibanaSavedObjectMeta"]["searchSourceJSON"])
    assert source["indexRefName"] == saved["references"][0]["name"]


@pytest.mark.parametrize("saved", LENSES, ids=name)
def test_a_chart_measures_and_groups_mapped_fields_of_a_type_that_allows_it(saved: Json) -> None:
    family = family_of(view_of(saved))
    for column in layer_of(saved)["columns"].values():
        assert column.keys() >= {"sourceField", "scale", "isBucketed", "dataType", "operationType", "label"}
        if column["operationType"] == "count":
            assert column["sourceField"] == RECORDS
            continue
        there = type_of(family, column["sourceField"])
        assert there in MEANS[column["operationType"]]
        assert (column["dataType"] == "date") == (there == "date")
    assert all(type_of(family, field) for field in fields_in(conditions(saved)))


@pytest.mark.parametrize("saved", LENSES, ids=name)
def test_a_chart_shows_columns_that_it_has_those_that_group_first(saved: Json) -> None:
    layer, shown = layer_of(saved), saved["attributes"]["state"]["visualization"]
    columns = layer["columns"]
    assert layer["columnOrder"] == list(columns)
    grouping = [columns[name]["isBucketed"] for name in columns]
    assert grouping == sorted(grouping, reverse=True)
    assert saved["references"][0]["name"] == f"indexpattern-datasource-layer-{LAYER}"
    for drawn in shown.get("layers", [shown]):
        used = {column["columnId"] for column in drawn.get("columns", [])} | set(drawn.get("accessors", []))
        used |= {drawn[key] for key in ("xAccessor", "splitAccessor", "metricAccessor") if key in drawn}
        assert (drawn["layerId"], used) == (LAYER, set(columns))


@pytest.mark.parametrize("saved", LENSES, ids=name)
def test_a_chart_is_ordered_by_a_column_that_it_has(saved: Json) -> None:
    columns = layer_of(saved)["columns"]
    ordered = [one["params"]["orderBy"]["columnId"] for one in columns.values() if one["operationType"] == "terms"]
    assert all(not columns[by]["isBucketed"] for by in ordered)


@pytest.mark.parametrize("saved", DASHBOARDS, ids=name)
def test_a_dashboard_shows_each_chart_once_within_the_grid_without_overlap(saved: Json) -> None:
    panels = json.loads(saved["attributes"]["panelsJSON"])
    references = {reference["name"]: reference["id"] for reference in saved["references"]}
    shown = [references[f"{panel['panelIndex']}:{panel['panelRefName']}"] for panel in panels]
    board = saved["id"]
    assert sorted(shown) == sorted(one["id"] for one in LENSES if one["id"].startswith(f"{board}-"))
    places = [panel["gridData"] for panel in panels]
    assert all(place["i"] == panel["panelIndex"] for place, panel in zip(places, panels, strict=True))
    assert all(place["x"] >= 0 and place["x"] + place["w"] <= WIDTH for place in places)
    assert not any(overlap(one, other) for one, other in combinations(places, 2))


def overlap(one: Json, other: Json) -> bool:
    return all(one[at] < other[at] + other[size] and other[at] < one[at] + one[size] for at, size in ("xw", "yh"))


@pytest.mark.parametrize("saved", DASHBOARDS, ids=name)
def test_a_dashboard_says_its_time_and_that_it_is_made_anew(saved: Json) -> None:
    attributes = saved["attributes"]
    assert attributes["timeRestore"] is True
    assert (attributes["timeFrom"][:4], attributes["timeTo"]) == ("now-", "now")
    assert "made by `streams setup`" in attributes["description"].lower()
    assert json.loads(attributes["optionsJSON"])["useMargins"] is True


def records() -> list[Any]:
    """Records of which every chart has something to show."""
    names = [
        Entity(id=f"e{n}", name=f"Name {n}", label=label, count=1)
        for n, label in enumerate(("PERSON", "ORG", "GPE"))
    ]
    documents = [
        document(id=f"d{n}", published=NOON + timedelta(minutes=n), fetched_at=NOON + timedelta(hours=2),
                 created_at=NOON + timedelta(hours=1), entities=names if n % 2 else [], language="en",
                 copy_of="d0" if n else None)
        for n in range(6)
    ]  # fmt: skip
    story = replace(STORY, merged_into=None, velocity=2.5, keywords=["bridge"], languages=["en"])
    return [*documents, story, replace(story, id="s9", merged_into="s1"), ALERT]


def test_every_chart_and_search_has_an_answer_on_elasticsearch(
    elastic: Elasticsearch, elastic_index: ElasticIndex, elastic_settings: Settings
) -> None:
    elastic_index.write(records())
    elastic_index.refresh()
    prefix = elastic_settings.index_prefix
    objects = saved_objects(prefix)
    views = {one["id"]: one["attributes"] for one in objects if one["type"] == "index-pattern"}
    for saved in objects:
        if saved["type"] == "search":
            view = views[view_of(saved)]
            found = elastic.search(index=view["title"], sort=[{view["timeFieldName"]: "desc"}])
            assert found["hits"]["total"]["value"] > 0
        if saved["type"] == "lens":
            view = views[view_of(saved)]
            answer = elastic.search(
                index=view["title"],
                size=0,
                query=conditions(saved),
                aggs=aggregations(saved),
                track_total_hits=True,
            )
            assert answer["hits"]["total"]["value"] > 0, saved["id"]
            assert_filled(answer.get("aggregations", {}), saved["id"])


def assert_filled(found: Json, chart: str) -> None:
    """Each group has a value and each measure is a number."""
    for name, result in found.items():
        if name == "doc_count" or not isinstance(result, dict):
            continue
        if "buckets" in result:
            assert result["buckets"], f"{chart} has no {name}"
            for bucket in result["buckets"]:
                assert_filled({key: value for key, value in bucket.items() if key != "key"}, chart)
        else:
            values = result.get("values", {"value": result.get("value")})
            assert all(isinstance(value, int | float) for value in values.values()), f"{chart}: {name} {result}"


def test_numbers_of_a_chart_are_those_of_the_records(
    elastic: Elasticsearch, elastic_index: ElasticIndex, elastic_settings: Settings
) -> None:
    elastic_index.write(records())
    elastic_index.refresh()
    prefix = elastic_settings.index_prefix
    lenses = {one["id"].removeprefix(prefix): one for one in saved_objects(prefix) if one["type"] == "lens"}

    def ask(name: str) -> tuple[int, Json]:
        saved = lenses[name]
        family = "stories" if name.endswith("stories") else "documents"
        found = elastic.search(index=prefix + family, size=0, query=conditions(saved), aggs=aggregations(saved))
        return found["hits"]["total"]["value"], found.get("aggregations", {})

    assert ask("today-copies")[0] == 5
    assert ask("health-untagged")[0] == 3
    people = ask("today-top-people")[1]["name"]["buckets"]
    assert [(bucket["key"], bucket["doc_count"]) for bucket in people] == [("Name 0", 3)]
    (biggest,) = ask("today-biggest-stories")[1]["story"]["buckets"]
    assert (biggest["key"], biggest["doc_count"], biggest["by"]["value"]) == ("Bridge", 1, 2.0)
    (hour,) = ask("health-delay")[1]["time"]["buckets"]
    assert hour["most"]["values"]["95.0"] == pytest.approx(3600, abs=60)
