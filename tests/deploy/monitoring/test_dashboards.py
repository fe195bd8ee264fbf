"""Each panel of each dashboard is about metrics that processes expose, and Prometheus can evaluate it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from deploy.monitoring.dashboards import DASHBOARDS, NEWS
from deploy.monitoring.grafana import HALF, Dashboard, Panel
from deploy.tools import PROMTOOL
from streams import metrics
from tests.deploy.monitoring.exposed import METRIC, exposed, unknown
from tests.tools import run

PANELS = [panel for dashboard in DASHBOARDS for panel in dashboard.panels]
EXPRESSIONS = [expression for panel in PANELS for expression in panel.lines.values()]


@pytest.mark.parametrize("panel", PANELS, ids=lambda panel: panel.title)
def test_each_panel_is_about_metrics_and_labels_that_are_there(panel: Panel) -> None:
    for name, expression in panel.lines.items():
        assert unknown(expression) == []
        labels = set().union(*(exposed()[metric] for metric, _ in METRIC.findall(expression)))
        assert set(re.findall(r"\{\{(\w+)\}\}", name)) <= labels | {"instance"}


def test_prometheus_takes_every_expression(tmp_path: Path) -> None:
    lines = [
        f"  - record: panel:{number}\n    expr: {json.dumps(expression.replace('$__rate_interval', '5m'))}"
        for number, expression in enumerate(EXPRESSIONS)
    ]
    (tmp_path / "rules.yml").write_text("groups:\n- name: panels\n  rules:\n" + "\n".join(lines))
    checked = run(PROMTOOL, "check", "rules", "--lint=none", "rules.yml", folder=tmp_path)
    assert checked.returncode == 0, checked.stderr


def test_every_metric_is_on_some_dashboard() -> None:
    shown = {name for expression in EXPRESSIONS for name, _ in METRIC.findall(expression)}
    ours = {name for name in exposed() if name.startswith("streams_") and not name.endswith("_created")}
    bare = {re.sub("_(bucket|sum|count)$", "", name) for name in ours}
    assert {re.sub("_bucket$", "", name) for name in shown if name.startswith("streams_")} == bare


def test_every_metric_is_counted_somewhere() -> None:
    folder = Path(metrics.__file__).parent
    code = "\n".join(path.read_text() for path in folder.rglob("*.py") if path.name != "metrics.py")
    unused = [name for name in vars(metrics) if name.isupper() and f"metrics.{name}" not in code]
    assert unused == []


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.name)
def test_a_dashboard_has_what_grafana_needs(dashboard: Dashboard) -> None:
    made = json.loads(dashboard.text())
    assert made["uid"] == f"streams-{dashboard.name}"
    [source] = made["templating"]["list"]
    assert (source["name"], source["type"]) == ("source", "datasource")
    assert [panel["id"] for panel in made["panels"]] == list(range(1, len(dashboard.panels) + 1))
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in made["panels"]]
    assert len(set(places)) == len(places)
    assert {x for x, _ in places} == {0, HALF}
    for panel in made["panels"]:
        assert {target["datasource"]["uid"] for target in panel["targets"]} == {"${source}"}
        assert [target["refId"] for target in panel["targets"]] == list("ABCDEF"[: len(panel["targets"])])


def test_titles_tell_panels_apart() -> None:
    assert len({panel.title for panel in PANELS}) == len(PANELS)
    assert NEWS.panels[0].stacked
