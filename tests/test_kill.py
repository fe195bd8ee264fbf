"""kill -9 at random moments: started again, the pipeline ends with every item there once.

Each test prints its seed in its name; the same seed gives the same moments.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import sys
import time
from contextlib import suppress
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from streams.cli import main
from streams.clock import now
from streams.engines.embedded import EmbeddedEngine
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from tests.serving import Site, rss, served

KILLS, FEEDS, ITEMS = 10, 3, 60
RULES = "rules: [{id: bridge, name: Bridge, query: bridge, channels: [file]}]"

PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["streams.run", "streams.cli.run", "tests.test_kill"])
"""Each run is a process of its own that has the program loaded already: half of a short run is importing."""


def publish(site: Site, edition: int) -> None:
    """Each edition adds items to every feed; each item tells of a town's bridge."""
    published = format_datetime(now() - timedelta(minutes=30))
    for feed in range(FEEDS):
        items = [
            (
                f"https://paper{feed}.example/{n}",
                f"Bridge {n} of town {feed} inspected",
                f"Town {feed}: {n} cracks.",
            )
            for n in range(edition * ITEMS)
        ]
        site.pages[f"feed{feed}"] = rss(f"Paper {feed}", items, published)


def command(data: Path, site: Site, rules: Path) -> list[str]:
    feeds = [part for n in range(FEEDS) for part in ("--feeds", site.url(f"feed{n}"))]
    return ["run", "--once", "--data", str(data), "--rules", str(rules), *feeds]


def pipeline(arguments: list[str], said: Path) -> None:
    """What such a process does: the command, in a process group of its own, its stderr in a file."""
    os.setsid()
    os.environ |= {"STREAMS_MODELS": "{}", "STREAMS_TITLE_MODEL": ""}
    os.dup2(os.open(said, os.O_CREAT | os.O_TRUNC | os.O_WRONLY), sys.stderr.fileno())
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.argv = ["streams", *arguments]
    main()


def run(arguments: list[str], kill_after_s: float | None) -> float | None:
    """Returns how many seconds the run took, None if it was killed before its end."""
    said, started = Path("said.txt").resolve(), time.monotonic()
    process = PROCESSES.Process(target=pipeline, args=(arguments, said))
    process.start()
    process.join(kill_after_s or 120)
    if process.exitcode is None:
        assert process.pid is not None
        with suppress(ProcessLookupError):  # it has not come as far as to have a group
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.join()
        return None
    assert process.exitcode == 0, said.read_text()
    return time.monotonic() - started


@pytest.fixture(scope="module", autouse=True)
def loaded() -> None:
    """The program is loaded before a run is timed."""
    process = PROCESSES.Process(target=os.getpid)
    process.start()
    process.join()


@pytest.mark.parametrize("seed", [0, 1, 2, *[pytest.param(seed, marks=pytest.mark.slow) for seed in (3, 4, 5)]])
def test_every_item_is_there_once_after_kills_at_random_moments(tmp_path: Path, seed: int) -> None:
    data, rules = tmp_path / "data", tmp_path / "rules.yml"
    rules.write_text(RULES)
    chance = random.Random(seed)
    with served() as site:
        arguments = command(data, site, rules)
        publish(site, edition=1)
        whole_s = run(command(tmp_path / "measured", site, rules), None)
        assert whole_s
        killed = edition = 0
        while killed < KILLS:
            if took_s := run(arguments, chance.uniform(0.2, 1.1) * whole_s):
                whole_s = min(whole_s, took_s)
                edition += 1
                publish(site, edition)
            else:
                killed += 1
        publish(site, edition + 1)
        run(arguments, None)
        assert run(arguments, None)
    total = FEEDS * ITEMS * max(1, edition + 1)
    check(data, total)


def check(data: Path, total: int) -> None:
    engine = EmbeddedEngine.open(data)
    documents = list(engine.search.scan(DocumentQuery()))
    assert len(documents) == total
    assert len({document.url for document in documents}) == total
    assert {document.revision for document in documents} == {1}
    assert engine.search.documents(DocumentQuery(query="bridge")).total == total
    stories = engine.search.stories(StoryQuery(limit=100_000)).hits
    assert sum(story.articles for story in stories) == total
    assert {story.id for story in stories} == {document.story_id for document in documents}
    status = engine.status()
    assert [(stage.lag, stage.dead_letters) for stage in status.stages] == [(0, 0)] * len(status.stages)
    alerts = engine.search.alerts(AlertQuery(limit=100_000)).hits
    assert sum(alert.article_count for alert in alerts) == total
    engine.close()
    due = {alert.id for alert in alerts if alert.delivery == "delivered"}
    file = data / "alerts.jsonl"
    told = [json.loads(line) for line in file.read_text().splitlines() if line] if file.exists() else []
    assert {delivery["alert"]["id"] for delivery in told} == due
    assert len({delivery["key"] for delivery in told}) == len(due)
