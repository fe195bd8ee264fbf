"""docs/operations.md tells of every metric that there is, as it is, and of no other."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client import metrics_core
from prometheus_client.metrics import MetricWrapperBase

from streams import metrics
from streams.engines.stages import CLUSTER_INPUTS

PAGE = (Path(__file__).parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `(streams_\w+)` \| (\w+) \| ([\w, ]*?) ?\| (.+) \|$", re.MULTILINE)


def described(metric: MetricWrapperBase) -> tuple[str, str, str, str]:
    """Name as Prometheus shows it, type, labels and help."""
    (family,) = metric.describe()
    assert isinstance(family, metrics_core.Metric)
    name = family.name + ("_total" if family.type == "counter" else "")
    return name, family.type, ", ".join(metric._labelnames), family.documentation


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    found = [one for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)]
    assert ROW.findall(PAGE) == [described(metric) for metric in found]


def test_every_metric_that_an_alarm_names_is_there() -> None:
    known = {described(one)[0] for one in vars(metrics).values() if isinstance(one, MetricWrapperBase)}
    named = set(re.findall(r"streams_\w+", PAGE))
    assert {name.removesuffix("_bucket") for name in named} == known


def test_the_order_of_the_stages_is_that_of_the_ports() -> None:
    told = re.search(r"in the order of the\s+stages: ([\w, ]+)\.", PAGE)
    assert told is not None
    assert told[1].split(", ") == list(CLUSTER_INPUTS)
