"""A cluster under steady load for long, with a worker killed now and then: nothing lost or doubled, no leaks.

`make soak` runs it for two hours and keeps its report in docs/soak.md. How long, how fast and how often it kills
are options: `STREAMS_SOAK_S`, `STREAMS_SOAK_RATE` (items a second), `STREAMS_SOAK_KILL_S`; the report goes to
`STREAMS_SOAK_REPORT`.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import signal
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from streams.clock import now
from streams.records import Document, Topic
from tests.factories import NOON
from tests.proof.conftest import Site
from tests.proof.fleet import Fleet, fleet
from tests.proof.outcome import ALERTING, DRAIN_S, STAGES, nothing_is_lost_or_doubled, trickle
from tests.proof.usage import Use, sampled, uses
from tests.services.news import news

pytestmark = pytest.mark.proof

LAST_S = float(os.environ.get("STREAMS_SOAK_S", "180"))
A_SECOND = float(os.environ.get("STREAMS_SOAK_RATE", "20"))
KILL_S = float(os.environ.get("STREAMS_SOAK_KILL_S", "45"))
REPORT = Path(os.environ["STREAMS_SOAK_REPORT"]).absolute() if "STREAMS_SOAK_REPORT" in os.environ else None
SEED, PORTION = 20261128, 20
LONG_S = 3600
"""From here on a slope tells of a leak; a shorter run still takes up what it needs."""
MOST_MB_AN_HOUR, GROWTH, MOST_NEW_FILES = 10.0, 1.5, 5


async def test_soak(site: Site) -> None:
    chance = random.Random(SEED)
    await site.cluster.send(Topic.RULES, [(one.id, one) for one in ALERTING])
    items = news(int(LAST_S * A_SECOND), NOON)
    async with fleet(site.options, site.cluster.folder / "fleet") as workers, sampled(workers) as samples:
        killing = asyncio.create_task(kill_now_and_then(workers, chance))
        await trickle(site, items, PORTION, PORTION / A_SECOND)
        killing.cancel()
        sent = time.monotonic()
        await site.cluster.drained(*STAGES, within_s=DRAIN_S)
        drained_s = time.monotonic() - sent
    found = uses(samples)
    emitted = await nothing_is_lost_or_doubled(site)
    documents = sum(isinstance(one, Document) for one in emitted.values())
    report = told(found, documents, sum(workers.ends.values()), drained_s)
    print(report)  # noqa: T201
    if REPORT is not None:
        REPORT.write_text(report, encoding="utf-8")
    for of, use in found.items():
        assert use.files[1] <= use.files[0] + MOST_NEW_FILES, (of, use)
        assert use.lived_s < LONG_S or use.mb_an_hour < MOST_MB_AN_HOUR, (of, use)
    for stage in STAGES:
        most = [use.most_mb for (name, _), use in found.items() if name.startswith(stage)]
        assert max(most) < GROWTH * min(most), (stage, most)


async def kill_now_and_then(workers: Fleet, chance: random.Random) -> None:
    while True:
        await asyncio.sleep(KILL_S)
        chance.choice(workers.workers).signal(signal.SIGKILL)


def told(found: Mapping[tuple[str, int], Use], documents: int, kills: int, drained_s: float) -> str:
    """The report, as docs/soak.md holds it."""
    head = [
        "# Soak",
        "",
        "Made by `make soak` (`tests/proof/test_soak.py`). Two workers of each stage on a real Kafka and a real",
        "Elasticsearch on one machine, articles without models; who is killed is started again in its folder.",
        "",
        f"- {now():%Y-%m-%d}, {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        f"- {LAST_S:.0f} s at {A_SECOND:g} items a second, a worker killed (-9) every {KILL_S:g} s: {kills}",
        f"- {documents} articles: none lost, none doubled; stories and alerts are what the stages make of the",
        "  same log over dictionaries, and all is in Elasticsearch once",
        f"- lag back at zero {drained_s:.0f} s after the last item was sent",
        "",
        "| process | watched s | most MB | slope MB/h | files before, after |",
        "|---|---|---|---|---|",
    ]
    rows = [
        f"| {name} | {use.lived_s:.0f} | {use.most_mb:.0f} | {use.mb_an_hour:+.0f} "
        f"| {use.files[0]:.0f}, {use.files[1]:.0f} |"
        for (name, _), use in sorted(found.items())
    ]
    return "\n".join([*head, *rows, ""])
