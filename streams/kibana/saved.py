"""Saved objects in the form in which Kibana exports and imports them: one JSON object a line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

from streams import codec

Json: TypeAlias = dict[str, Any]

CORE_VERSION = "8.8.0"
_TYPE_VERSIONS = {"index-pattern": "8.0.0", "search": "8.0.0", "lens": "8.9.0", "dashboard": "8.9.0"}
"""The versions of the form, from which any Kibana since 8.9 migrates."""

_ANY = {"query": {"query": "", "language": "kuery"}, "filter": []}


class Reference(NamedTuple):
    """What one object needs of another, under the name that it uses for it."""

    name: str
    type: str
    id: str


def saved_object(kind: str, object_id: str, attributes: Json, references: Sequence[Reference] = ()) -> Json:
    """One line of an import."""
    return {
        "type": kind,
        "id": object_id,
        "attributes": attributes,
        "references": [reference._asdict() for reference in references],
        "coreMigrationVersion": CORE_VERSION,
        "typeMigrationVersion": _TYPE_VERSIONS[kind],
    }


def data_view(object_id: str, name: str, indices: str, time_field: str) -> Json:
    """A data view (Kibana's type is still called `index-pattern`)."""
    return saved_object("index-pattern", object_id, {"name": name, "title": indices, "timeFieldName": time_field})


def saved_search(object_id: str, title: str, view: str, columns: Sequence[str], newest: str) -> Json:
    """A table of records in Discover, the latest by the field `newest` first."""
    index = "kibanaSavedObjectMeta.searchSourceJSON.index"
    attributes = {
        "title": title,
        "description": "",
        "columns": list(columns),
        "sort": [[newest, "desc"]],
        "kibanaSavedObjectMeta": {"searchSourceJSON": as_text(_ANY | {"indexRefName": index})},
    }
    return saved_object("search", object_id, attributes, [Reference(index, "index-pattern", view)])


class Panel(NamedTuple):
    """A saved object's place on a dashboard, in a grid 48 wide."""

    kind: str
    id: str
    x: int
    y: int
    width: int
    height: int


def dashboard(object_id: str, title: str, description: str, panels: Sequence[Panel], since: str) -> Json:
    """A dashboard that opens on the time from `since` until now and renews itself each minute."""
    attributes = {
        "title": title,
        "description": description,
        "panelsJSON": as_text([_panel(number, panel) for number, panel in enumerate(panels)]),
        "optionsJSON": as_text({"useMargins": True, "hidePanelTitles": False}),
        "timeRestore": True,
        "timeFrom": since,
        "timeTo": "now",
        "refreshInterval": {"pause": False, "value": 60_000},
        "kibanaSavedObjectMeta": {"searchSourceJSON": as_text(_ANY)},
    }
    references = [Reference(f"{n}:panel_{n}", panel.kind, panel.id) for n, panel in enumerate(panels)]
    return saved_object("dashboard", object_id, attributes, references)


def as_text(value: object) -> str:
    """JSON within JSON, as some attributes have it."""
    return codec.encode(value).decode()


def _panel(number: int, panel: Panel) -> Json:
    return {
        "type": panel.kind,
        "panelIndex": str(number),
        "panelRefName": f"panel_{number}",
        "gridData": {"x": panel.x, "y": panel.y, "w": panel.width, "h": panel.height, "i": str(number)},
        "embeddableConfig": {"enhancements": {}},
    }
