"""What the cluster's stages cost beside the same stages over dicts, and beside their libraries alone.

    python -m benchmarks.cluster [--items N] [--only NAME]…

Starts Kafka and Elasticsearch for itself (with Java and Maven, as `make services-up`) and passes made-up news
through each stage: over dicts in one process, then under Faust in a worker's. All baselines are taken in the same
run. On a busy machine trust the ratios of processor time more than those of the clock. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import signal
import sys
from collections.abc import Sequence
from importlib.metadata import version

import msgspec

from benchmarks.bare import apart, bare_bulk, bare_loop, index_beside
from benchmarks.deployment import deployed, running_services
from benchmarks.latency import fetch_to_searchable
from benchmarks.memory import most_memory, remembering_mb
from benchmarks.rate import Rate
from benchmarks.recovery import recover
from benchmarks.stages import FLOW, Passed, indexing, over_dicts, the_whole, under_faust
from streams.engines.kafka import topic_name
from streams.index.elastic_record import to_source
from streams.records import Document, Topic
from streams.relate.ageing import MAX_ARTICLES
from streams.settings import Settings
from streams.stage import Output

ITEMS, FEWEST_ITEMS = 3000, 800
LATENCY_S = 60.0
DECISIONS = (("identify", 100_000), ("identify", 1_000_000), ("relate", MAX_ARTICLES))
"""What there is to remember after a kill, by stage."""
NAMES = (*FLOW, "loop", "index", "whole", "memory", "latency", "recovery")


def main() -> None:
    """Measure what was asked for, and print each result as it comes."""
    options = _options()
    only: Sequence[str] = options.only or NAMES
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    print(_machine())
    with running_services() as settings:
        if set(only) - {"latency", "recovery"}:
            measure_stages(settings, options.items, only)
        if "latency" in only:
            took = asyncio.run(fetch_to_searchable(settings, LATENCY_S))
            print(
                f"fetch to searchable: median {took.median:.1f} s, p95 {took.p95:.1f} s, all {took.longest:.1f} s"
            )
        if "recovery" in only:
            measure_recovery(settings)


def measure_stages(settings: Settings, items: int, only: Sequence[str]) -> None:
    """Each stage beside the same over dicts, Kafka and Elasticsearch beside their clients, and all together."""
    passed: dict[str, Passed] = {}
    for stage in over_dicts(settings, items):
        passed[stage.stage] = stage
        if stage.stage in only:
            print_rate(f"{stage.stage} over dicts", stage.rate)
            print_rate(f"{stage.stage} from and to JSON", stage.from_json)
            passing = asyncio.run(under_faust(settings, stage))
            print_rate(f"{stage.stage} under Faust", passing, stage.rate, stage.from_json)
    documents = passed["relate"].outputs
    alerts = passed["decide"].outputs[: len(documents)]
    if "loop" in only:
        print_rate("bare aiokafka loop", asyncio.run(_loop(settings, documents)))
    if "index" in only:
        bare = asyncio.run(_bulk(settings, documents))
        print_rate("async_streaming_bulk", bare)
        print_rate("index under Faust", asyncio.run(indexing(settings, documents, alerts)), bare)
    if "whole" in only:
        print_rate("all stages together", asyncio.run(the_whole(settings, passed["identify"].given)))
    if "memory" in only:
        for name, megabytes in asyncio.run(most_memory(settings, passed["identify"].given)).items():
            print(f"{name} holds {megabytes:.0f} MB at most", flush=True)
        more = remembering_mb(settings, "relate", MAX_ARTICLES)
        print(f"relate holds {more:.0f} MB more with {MAX_ARTICLES:,} decisions to remember", flush=True)


def measure_recovery(settings: Settings) -> None:
    """Workers that start, and that start after a kill, with much to remember."""
    for stage, decisions in DECISIONS:
        took = asyncio.run(recover(settings, stage, decisions))
        print(
            f"{stage} with {decisions:,} decisions to remember, until a record is passed:\n"
            f"    {took.first_s:.1f} s after a start without a folder\n"
            f"    {took.same_folder_s:.1f} s after kill -9, {took.other_folder_s:.1f} s without the folder",
            flush=True,
        )


def print_rate(name: str, measured: Rate, *baselines: Rate) -> None:
    """A line, with the ratios to each baseline."""
    line = f"{name:26}{measured.per_s:8.0f} a second{measured.per_cpu_s:8.0f} a processor second"
    for baseline in baselines:
        clock, cpu = measured.per_s / baseline.per_s, measured.per_cpu_s / baseline.per_cpu_s
        line += f"   ratio {clock:.2f}, of processors {cpu:.2f}"
    print(f"{line}   load {os.getloadavg()[0]:.1f}", flush=True)


async def _loop(settings: Settings, documents: Sequence[Output]) -> Rate:
    async with deployed(settings, "loop") as deployment:
        await deployment.send(Topic.DOCUMENTS, ((output.key, output.record) for output in documents))
        source, goal = (topic_name(deployment.settings, topic) for topic in (Topic.DOCUMENTS, Topic.HITS))
        return await apart(bare_loop, settings, source, goal, len(documents))


async def _bulk(settings: Settings, documents: Sequence[Output]) -> Rate:
    async with deployed(settings, "bulk") as deployment:
        records = [output.record for output in documents if isinstance(output.record, Document)]
        sources = [msgspec.json.decode(to_source(record)) for record in records]
        index = index_beside(deployment.settings.index_prefix)
        return await apart(bare_bulk, settings.elasticsearch, index, sources)


def _machine() -> str:
    libraries = ", ".join(
        f"{name} {version(name)}" for name in ("faust-streaming", "aiokafka", "elasticsearch", "spacy")
    )
    return f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, {libraries}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The cluster's stages beside the same over dicts.")
    parser.add_argument("--items", type=int, default=ITEMS, help=f"how many (default {ITEMS})")
    parser.add_argument("--only", action="append", choices=NAMES, help="measure only this; repeatable")
    options = parser.parse_args()
    if options.items < FEWEST_ITEMS:
        parser.error(f"--items {options.items}: at least {FEWEST_ITEMS}, or there is too little to time")
    return options


if __name__ == "__main__":
    main()
