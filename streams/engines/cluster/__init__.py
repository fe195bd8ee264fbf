"""The cluster engine: each stage a Faust app on Kafka, in as many workers as there are partitions.

The apps are attributes made when they are asked for, so `faust -A streams.engines.cluster:tag worker` works
beside `streams worker --stage tag`.
"""

from __future__ import annotations

from streams.engines.cluster.app import StageApp
from streams.engines.stages import CLUSTER_INPUTS
from streams.settings import load


def __getattr__(name: str) -> StageApp:
    if name not in CLUSTER_INPUTS:
        raise AttributeError(f"{name!r} is no stage; there are {', '.join(CLUSTER_INPUTS)}")
    return StageApp(name, load())
