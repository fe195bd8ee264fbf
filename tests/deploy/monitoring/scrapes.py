"""What Prometheus would have seen of this process, minute by minute, and what its rules make of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from deploy.monitoring.alarms import JOB, Alarm, rules
from deploy.tools import PROMTOOL
from streams import metrics
from tests.deploy.monitoring.exposed import METRIC
from tests.tools import run

Series: TypeAlias = tuple[str, tuple[tuple[str, str], ...]]
INSTANCE = {"job": JOB, "instance": "here:9400"}


def forget_others() -> None:
    """Take what other tests left in labelled metrics out of this process."""
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase) and metric._labelnames:
            metric.clear()


class Scrapes:
    """Values of series at minutes from 0 on; all of the metrics in one alarm's expression."""

    def __init__(self, alarm: Alarm) -> None:
        self.alarm = alarm
        self.minutes = 0
        self._names = {name for name, _ in METRIC.findall(alarm.expression)}
        self._expected: list[dict[str, object]] = []
        self._series: dict[Series, dict[int, float]] = {}

    def take(self, minutes: int = 1, more: Mapping[str, float] | None = None) -> None:
        """Scrape what the metrics now are, and again every minute, with others that Prometheus makes itself."""
        found = dict(self._found())
        found |= {self._labelled(name, INSTANCE): value for name, value in (more or {}).items()}
        for minute in range(self.minutes, self.minutes + minutes):
            for series, value in found.items():
                self._series.setdefault(series, {})[minute] = value
        self.minutes += minutes

    def silent(self) -> None:
        """The alarm must not be firing at the last minute so far."""
        self._expected.append(self._alerts([]))

    def fires(self, **labels: str) -> None:
        """At the last minute so far the alarm must be firing, with these labels."""
        annotations = {name: _filled(text, labels) for name, text in self._annotations().items()}
        all_labels = {"severity": self.alarm.severity, **labels}
        self._expected.append(self._alerts([{"exp_labels": all_labels, "exp_annotations": annotations}]))

    def check(self, folder: Path) -> None:
        """Fail unless Prometheus sees it so."""
        (folder / "rules.yml").write_text(rules())
        case = {"interval": "1m", "input_series": list(self._input()), "alert_rule_test": self._expected}
        test = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [case]}
        (folder / "test.yml").write_text(json.dumps(test))
        done = run(PROMTOOL, "test", "rules", "test.yml", folder=folder)
        assert done.returncode == 0, done.stdout + done.stderr

    def _alerts(self, alerts: list[object]) -> dict[str, object]:
        return {"eval_time": f"{self.minutes - 1}m", "alertname": self.alarm.name, "exp_alerts": alerts}

    def _annotations(self) -> dict[str, str]:
        [group] = yaml.safe_load(rules())["groups"]
        [rule] = [one for one in group["rules"] if one["alert"] == self.alarm.name]
        annotations: dict[str, str] = rule["annotations"]
        return annotations

    def _found(self) -> Iterator[tuple[Series, float]]:
        for family in REGISTRY.collect():
            for sample in family.samples:
                if sample.name in self._names:
                    yield self._labelled(sample.name, INSTANCE | sample.labels), sample.value

    def _labelled(self, name: str, labels: Mapping[str, str]) -> Series:
        return name, tuple(sorted(labels.items()))

    def _input(self) -> Iterator[dict[str, str]]:
        for (name, labels), values in self._series.items():
            written = ",".join(f'{label}="{value}"' for label, value in labels)
            told = (f"{values[minute]:.17g}" if minute in values else "_" for minute in range(self.minutes))
            yield {"series": f"{name}{{{written}}}", "values": " ".join(told)}


def _filled(text: str, labels: Mapping[str, str]) -> str:
    return re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], text)
