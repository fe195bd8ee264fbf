"""Dashboards as Grafana reads them: panels of series over time, two in a row, above which stand the data source's
choice and the alarms that fire.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

from deploy.monitoring.alarms import JOB

SCHEMA = 41
"""The version of the form (Grafana 12); newer ones read older forms."""
HEIGHT, HALF, FULL = 8, 12, 24
"""Of panels, in units of the grid, which is 24 wide."""
SOURCE = {"type": "prometheus", "uid": "${source}"}
ID = "streams-"

Unit = Literal["short", "ops", "s", "percentunit", "bytes", "cps", "none"]


@dataclass(frozen=True)
class Panel:
    """Lines over time, one for each series of each expression; `lines` maps what a line is called to PromQL.

    Names may have labels (`{{stage}}`). Where `stacked`, the lines are parts of a whole.
    """

    title: str
    lines: dict[str, str]
    unit: Unit = "short"
    about: str = ""
    stacked: bool = False


@dataclass(frozen=True)
class Dashboard:
    """Panels under one name."""

    name: str
    title: str
    panels: tuple[Panel, ...]

    def text(self) -> str:
        """The file of it."""
        made = {
            "uid": ID + self.name,
            "title": f"Streams: {self.title}",
            "tags": ["streams"],
            "schemaVersion": SCHEMA,
            "editable": True,
            "graphTooltip": 1,
            "time": {"from": "now-6h", "to": "now"},
            "refresh": "30s",
            "timezone": "",
            "templating": {"list": [_SOURCE_CHOICE]},
            "annotations": {"list": [_ALARMS]},
            "links": [_LINKS],
            "panels": [_panel(number, panel) for number, panel in enumerate(self.panels)],
        }
        return json.dumps(made, indent=1) + "\n"


_SOURCE_CHOICE = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
_LINKS = {"title": "Streams", "type": "dashboards", "tags": ["streams"], "asDropdown": False, "keepTime": True}
_ALARMS = {
    "name": "Alarms",
    "datasource": SOURCE,
    "enable": True,
    "iconColor": "red",
    "expr": 'ALERTS{alertname=~"Streams.*", alertstate="firing", severity!="info"}',
    "titleFormat": "{{alertname}}",
}


def _panel(number: int, panel: Panel) -> dict[str, object]:
    stacking = {"stacking": {"mode": "normal"}, "fillOpacity": 30} if panel.stacked else {"fillOpacity": 0}
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "description": panel.about,
        "datasource": SOURCE,
        "gridPos": {"h": HEIGHT, "w": HALF, "x": HALF * (number % 2), "y": HEIGHT * (number // 2)},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0, "custom": stacking}, "overrides": []},
        "options": {
            "legend": {"displayMode": "table", "placement": "right", "calcs": ["lastNotNull", "max"]},
            "tooltip": {"mode": "multi", "sort": "desc"},
        },
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": SOURCE, "expr": expression, "legendFormat": name}
            for place, (name, expression) in enumerate(panel.lines.items())
        ],
    }


def rate(metric: str, by: str = "", where: str = "") -> str:
    """Events a second, over what fits the zoom."""
    group = f" by ({by})" if by else ""
    return f"sum{group} (rate({metric}{where}[$__rate_interval]))"


def slowest(metric: str, share: float, by: str = "") -> str:
    """The time within which that share of all was done."""
    groups = f"le, {by}" if by else "le"
    return f"histogram_quantile({share}, sum by ({groups}) (rate({metric}_bucket[$__rate_interval])))"


def of_processes(metric: str) -> str:
    """One line for each process."""
    return f'{metric}{{job="{JOB}"}}'
