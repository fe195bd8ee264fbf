"""The log decides: what the cluster made of it, through crashes, is what the same stages make of it over dicts."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from streams.domains import domain_of
from streams.engines.stages import remembering
from streams.engines.work import OpenTable
from streams.records import Alert, AnyRecord, Article, Document, RawItem, Record, Source, Story, Tick, Topic
from streams.stage import Stage
from tests.factories import rule
from tests.services.cluster import Cluster, Worker

SEED = 20261123
ROUNDS, PORTION, KILLS = 2, 12, 3
STREAM = Path(__file__).parents[1] / "quality" / "stream.jsonl"
RULES = [
    rule(id="water", name="Water", query="dam OR river OR flood", throttle_s=3600.0),
    rule(id="power", name="Power", query="minister OR government", channels=[]),
]
STATEFUL = ("identify", "relate", "decide")
STAGES = ("identify", "tag", "relate", "match", "decide")


class Row(msgspec.Struct):
    """An article of the committed stream."""

    id: str
    ts: datetime
    publisher: str
    title: str
    url: str
    text: str = ""
    summary: str = ""


Result = Document | Story | Alert
Results = dict[tuple[str, str], Result]
"""The newest version of each document, story and alert, by type and id."""


def items() -> Iterator[tuple[str, RawItem | Tick]]:
    """The stream, told several times over at other addresses and in other words, with a tick now and then."""
    rows = [msgspec.json.decode(line, type=Row) for line in STREAM.read_bytes().splitlines()]
    for turn in range(ROUNDS):
        for number, row in enumerate(rows):
            at = row.ts + timedelta(days=turn)
            domain = domain_of(row.url)
            if number % 50 == 0:
                yield "", Tick(at=at)
            yield (
                domain,
                RawItem(
                    feed_id=row.publisher,
                    source=Source(name=row.publisher, domain=domain),
                    fetched_at=at,
                    published=at,
                    url=f"{row.url}/{turn}",
                    title=row.title,
                    content=f"<p>{row.text or row.summary}</p><p>Report {turn}, read by {turn * 7} people.</p>",
                ),
            )


def results(records: Sequence[Record]) -> Results:
    """What a log comes to. Raises AssertionError when one version says two things."""
    newest: Results = {}
    seen: dict[tuple[str, str, int], Result] = {}
    for record in records:
        if isinstance(record, Result):
            key = (type(record).__name__, record.id)
            assert seen.setdefault((*key, record.version), record) == record
            if key not in newest or newest[key].version < record.version:
                newest[key] = record
    return newest


def over_dicts(cluster: Cluster, tagged: Sequence[AnyRecord]) -> Results:
    """What the embedded stages make of the recorded log."""
    relate, match, decide = (stage(cluster, name) for name in ("relate", "match", "decide"))
    match.process(RULES)
    documents = relate.process(tagged)
    hits = match.process([output.record for output in documents])
    alerts = decide.process([output.record for output in hits])
    return results([output.record for output in (*documents, *alerts)])


def stage(cluster: Cluster, name: str) -> Stage:
    """A stage over dicts."""
    return remembering(cluster.settings, notify=False)[name](OpenTable(lambda _: {}))


@pytest.mark.proof
async def test_a_run_full_of_kills_ends_where_a_calm_one_does(cluster: Cluster) -> None:
    await cluster.send(Topic.RULES, [(one.id, one) for one in RULES])
    chance = random.Random(SEED)
    async with cluster.running("tag", "match"):
        workers = [cluster.worker(name, f"{name}-{number}") for name in STATEFUL for number in (1, 2)]
        try:
            await feed(cluster, workers, chance)
            await cluster.drained(*STAGES)
        finally:
            statuses = [worker.stop() for worker in workers]
    assert statuses == [0] * len(workers)
    raw, articles = await cluster.log(Topic.RAW_ITEMS), await cluster.records(Topic.ARTICLES)
    tagged = await cluster.records(Topic.TAGGED)
    assert identified(articles) == identified(calmly_identified(cluster, raw))
    assert identified(tagged) == identified(articles)
    emitted = results([*await cluster.records(Topic.DOCUMENTS), *await cluster.records(Topic.ALERTS)])
    expected = over_dicts(cluster, tagged)
    assert emitted == expected
    assert {kind for kind, _ in emitted} == {"Document", "Story", "Alert"}
    assert await cluster.records(Topic.DEAD_LETTERS) == []


async def feed(cluster: Cluster, workers: list[Worker], chance: random.Random) -> None:
    """Send the items little by little, and meanwhile kill workers; each time another takes over the folder."""
    sending = asyncio.create_task(trickle(cluster))
    for _ in range(KILLS):
        await asyncio.sleep(chance.uniform(5, 10))
        place = chance.randrange(len(workers))
        workers[place].kill()
        workers[place] = cluster.worker(workers[place].stage, f"{workers[place].stage}-{place % 2 + 1}")
    await sending


async def trickle(cluster: Cluster) -> None:
    everything = list(items())
    for start in range(0, len(everything), PORTION):
        await cluster.send(Topic.RAW_ITEMS, everything[start : start + PORTION])
        await asyncio.sleep(0.5)


def calmly_identified(cluster: Cluster, raw: Sequence[tuple[int, AnyRecord]]) -> list[Record]:
    """What identify makes of each partition over a dict of its own."""
    articles: list[Record] = []
    for number in range(cluster.settings.partitions):
        mine = [record for partition, record in raw if partition == number]
        articles += [output.record for output in stage(cluster, "identify").process(mine)]
    return articles


def identified(records: Sequence[Record]) -> set[tuple[str, int, str]]:
    return {(one.id, one.revision, one.title) for one in records if isinstance(one, Article)}
