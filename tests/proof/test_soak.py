"""A cluster under steady load for long, with a worker killed now and then: nothing lost or doubled, no leaks.

`make soak` runs it for two hours and keeps its report in docs/soak.md. How long, how fast and how often it kills
are options: `STREAMS_SOAK_S`, `STREAMS_SOAK_RATE` (items a second), `STREAMS_SOAK_KILL_S`; the report goes to
`STREAMS_SOAK_REPORT`. Two hours need some 10 GB of disk, and some 10 GB of memory to compare all of it at the end.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import signal
import time
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from streams.clock import now
from streams.engines.cluster.partition import ROCKSDB
from streams.engines.stages import TABLES
from streams.records import Document
from tests.factories import NOON
from tests.proof.conftest import Site
from tests.proof.fleet import Worker, fleet
from tests.proof.outcome import ALERTING, STAGES, nothing_is_lost_or_doubled, trickle, worked_off
from tests.proof.usage import Use, held_mb, sampled, uses
from tests.services.news import flow

pytestmark = pytest.mark.proof

LAST_S = float(os.environ.get("STREAMS_SOAK_S", "180"))
A_SECOND = float(os.environ.get("STREAMS_SOAK_RATE", "20"))
KILL_S = float(os.environ.get("STREAMS_SOAK_KILL_S", "45"))
REPORT = Path(os.environ["STREAMS_SOAK_REPORT"]).absolute() if "STREAMS_SOAK_REPORT" in os.environ else None
SEED = 20261128
APART = timedelta(minutes=1)
"""The news come faster than in life, so that all that is forgotten in time is forgotten while this lasts: of what
memory holds that is RELATE's, of 30 days, which take 18 minutes at 40 items a second.
"""
FORGETFUL = {"story_days": "3", "copy_days": "1", "recurrence_days": "30"}
TELLING_S, LONG_S = 60, 3600
"""How long a process must be watched, after the first third of its life, to be judged at all, and by its slope: it
takes up what it needs for half an hour and more.
"""
MOST_MB_AN_HOUR, GROWTH, MOST_NEW_FILES = 10.0, 2.0, 5
"""A worker that comes to own partitions grows once by what it remembers of them."""
STORE_MB = sum(ROCKSDB.values()) / 1e6
"""What RocksDB may still take up for each partition: where little is written it is not full within hours."""
BLOCK_MB = 512 / 1e6


@pytest.fixture
def own_options() -> dict[str, str]:
    return FORGETFUL


async def test_soak(site: Site) -> None:
    chance, portion = random.Random(SEED), max(1, round(A_SECOND / 2))
    await site.cluster.apply(ALERTING)
    count = int(LAST_S * A_SECOND)
    items = islice(flow(count, NOON, APART), count)  # with what comes between them: edits, second sights, ticks
    async with fleet(site.options, site.cluster.folder / "fleet") as workers, sampled(workers) as samples:
        victims = [workers.of(stage)[-1] for stage in STAGES]  # the others live to show that memory is flat
        killing = asyncio.create_task(kill_now_and_then(victims, chance))
        begun = time.monotonic()
        await trickle(site, items, portion, portion / A_SECOND)
        killing.cancel()
        sent = time.monotonic()
        await worked_off(site)
        drained = time.monotonic()
    found = uses(samples)
    emitted = await nothing_is_lost_or_doubled(site)
    documents = sum(isinstance(one, Document) for one in emitted.values())
    lines = [
        f"- {sent - begun:.0f} s at {A_SECOND:g} items a second, a worker killed (-9) every {KILL_S:g} s: "
        f"{sum(workers.ends.values())}",
        f"- {documents} articles: none lost, none doubled; stories and alerts are what the stages make of the",
        "  same log over dictionaries, and all is in Elasticsearch once",
        f"- lag back at zero {drained - sent:.0f} s after the last item was sent",
        f"- on the disk afterwards: {on_disk(site)}",
    ]
    report = told(lines, found)
    print(report)  # noqa: T201
    if REPORT is not None:
        REPORT.write_text(report, encoding="utf-8")
    hold_flat(found, site.cluster.settings.partitions)


async def kill_now_and_then(victims: Sequence[Worker], chance: random.Random) -> None:
    """Kill one after the other, each once a round."""
    while True:
        for victim in chance.sample(victims, len(victims)):
            await asyncio.sleep(KILL_S)
            victim.signal(signal.SIGKILL)


def hold_flat(found: Mapping[tuple[str, int], Use], partitions: int) -> None:
    """Hold that no process opens more and more files, takes much more memory at once, or ever more of it."""
    found = {of: use for of, use in found.items() if use.watched_s >= TELLING_S}
    for of, use in found.items():
        assert use.files[1] <= use.files[0] + MOST_NEW_FILES, (of, use)
        assert use.mb[1] <= GROWTH * held_mb(found, of), (of, use)
    for stage in STAGES:
        of_stage = [use for (name, _), use in found.items() if name.startswith(stage)]
        assert of_stage, f"no worker of {stage} lived long enough to tell"
        stores = STORE_MB * partitions if stage in TABLES else 0
        for use in of_stage:
            hours = use.watched_s / 3600
            grown, most = use.steady_mb_an_hour * hours, MOST_MB_AN_HOUR * hours + stores
            assert use.watched_s < LONG_S or grown < most, (stage, use)


def on_disk(site: Site) -> str:
    """How much the services and the workers have written, and not yet deleted."""
    folders = (("Kafka", site.kafka.folder), ("Elasticsearch", site.elasticsearch.folder))
    sizes = {name: size_mb(folder) for name, folder in (*folders, ("workers", site.cluster.folder / "fleet"))}
    return ", ".join(f"{name} {mb:.0f} MB" for name, mb in sizes.items())


def size_mb(folder: Path) -> float:
    """What is allocated: Kafka's indices are made large, and are mostly holes."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_blocks for path in files) * BLOCK_MB


def told(lines: Sequence[str], found: Mapping[tuple[str, int], Use]) -> str:
    """The report, as docs/soak.md holds it."""
    head = [
        "# Soak",
        "",
        "Made by `make soak` (`tests/proof/test_soak.py`). Two workers of each stage on a real Kafka and a real",
        "Elasticsearch on one machine, articles without models. The second workers of the stages are killed in",
        "turn and started again in their folders; the first live on and show whether memory stays flat.",
        "Each process is watched from a third of its life on; one that comes to own partitions, as another was",
        "killed, grows once by what it remembers of them.",
        "",
        f"- {now():%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        *lines,
        "",
        "| process | watched s | most MB | slope MB/h: whole, mostly | open files: halves | slope files/h |",
        "|---|---|---|---|---|---|",
    ]
    rows = [
        f"| {name} | {use.watched_s:.0f} | {use.most_mb:.0f} "
        f"| {use.mb_an_hour:+.0f}, {use.steady_mb_an_hour:+.0f} "
        f"| {use.files[0]:.0f}, {use.files[1]:.0f} | {use.files_an_hour:+.0f} |"
        for (name, _), use in sorted(found.items())
    ]
    return "\n".join([*head, *rows, ""])
