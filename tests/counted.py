"""What the metrics of this process tell, as differences: other tests count in them too."""

from __future__ import annotations

from prometheus_client import REGISTRY


class Counted:
    """How much a metric has grown since this was made."""

    def __init__(self, name: str, **labels: str) -> None:
        self._of = (name, labels)
        self._before = self._value()

    def __call__(self) -> float:
        return self._value() - self._before

    def _value(self) -> float:
        return REGISTRY.get_sample_value(*self._of) or 0.0
