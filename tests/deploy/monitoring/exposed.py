"""The series that processes expose, with their labels, and whether an expression asks for others."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from streams import metrics
from tests.test_operations import described

OF_ALL = frozenset({"job", "instance"})
"""Labels that Prometheus gives to everything that it scrapes."""
METRIC = re.compile(r"\b((?:streams|process|python)_\w+|up\b)(?:\{([^}]*)\})?")
GROUPS = re.compile(r"\b(?:by|on) \(([^)]*)\)")


def exposed() -> dict[str, frozenset[str]]:
    """Each series that can be asked for, with its labels."""
    found = {sample.name: frozenset[str]() for family in REGISTRY.collect() for sample in family.samples}
    found |= {"up": frozenset()}
    for metric in vars(metrics).values():
        if isinstance(metric, MetricWrapperBase):
            name, kind, _, _ = described(metric)
            labels = frozenset(metric._labelnames)
            if kind == "histogram":
                found |= {f"{name}_sum": labels, f"{name}_count": labels, f"{name}_bucket": labels | {"le"}}
            else:
                found[name] = labels
    return found


def unknown(expression: str) -> list[str]:
    """Metrics in a PromQL expression that no process has, and labels that its metrics do not have."""
    return list(_unknown(expression))


def _unknown(expression: str) -> Iterator[str]:
    there, labels = exposed(), set(OF_ALL)
    for name, matchers in METRIC.findall(GROUPS.sub("", expression)):
        if name not in there:
            yield name
            continue
        labels |= there[name]
        yield from (
            f"{name}{{{label}}}"
            for label in re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", matchers)
            if label not in there[name] | OF_ALL
        )
    for group in GROUPS.findall(expression):
        yield from (label for label in re.findall(r"\w+", group) if label not in labels)
