"""Each stage alone, with the same records: over dicts in this process, under Faust in a worker's."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from itertools import islice
from typing import NamedTuple

from benchmarks.deployment import Worker, deployed, reached
from benchmarks.news import News
from benchmarks.rate import Moment, Rate, Stopwatch, moment, rate
from benchmarks.retold import retold
from streams import codec
from streams.engines.stages import BATCHES, remembering
from streams.engines.work import OpenTable
from streams.garbage import keep_what_stays
from streams.records import Record, Rule, Topic
from streams.settings import Settings
from streams.stage import Output, Stage
from streams.tag.pool import TagPool

QUERIES = (
    "minister OR government",
    "flood* AND water",
    "police AND NOT river",
    '"last week"',
    "bank",
    "court OR law",
)
RULES = [
    Rule(id=f"rule-{number}", name=f"Rule {number}", query=query, channels=["log"], throttle_s=3600.0)
    for number, query in enumerate(QUERIES)
]
FLOW: Mapping[str, tuple[Topic, Topic]] = {
    "identify": (Topic.RAW_ITEMS, Topic.ARTICLES),
    "tag": (Topic.ARTICLES, Topic.TAGGED),
    "relate": (Topic.TAGGED, Topic.DOCUMENTS),
    "match": (Topic.DOCUMENTS, Topic.HITS),
    "decide": (Topic.HITS, Topic.ALERTS),
}
"""What each stage reads and what it writes. (`decide` writes deliveries beside.)"""
LONGEST_S = 300.0
LIGHT, LIGHT_RECORDS = ("match", "decide"), 40_000
"""Stages that pass thousands a second are given so many records: fewer are over before a worker is at its pace."""


class Passed(NamedTuple):
    """What a stage was given, what came of it, and how fast it passed that over dicts: records from memory to
    memory, and records from JSON to JSON, as every engine with a log has to.
    """

    stage: str
    given: Sequence[Output]
    outputs: Sequence[Output]
    rate: Rate
    from_json: Rate


def over_dicts(settings: Settings, items: int) -> Iterator[Passed]:
    """Pass news through the stages, one after the other; each is given what the one before it put out."""
    outputs = [Output(Topic.RAW_ITEMS, item.source.domain, item) for item in islice(News(), items)]
    with ExitStack() as stack:
        for name, (source, goal) in FLOW.items():
            given = [output for output in outputs if output.topic is source]
            if name in LIGHT:
                given = list(retold(given, LIGHT_RECORDS))
            stage, records = _stage(name, settings, stack), [output.record for output in given]
            outputs, alone, from_json = _timed(stage, records, BATCHES[name])
            yield Passed(name, given, [output for output in outputs if output.topic is goal], alone, from_json)


async def under_faust(settings: Settings, passed: Passed) -> Rate:
    """How fast one worker passes these records, from its first output to its last."""
    source, goal = FLOW[passed.stage]
    async with deployed(settings, passed.stage) as deployment:
        await deployment.send(Topic.RULES, ((rule.id, rule) for rule in RULES))
        await deployment.send(source, ((output.key, output.record) for output in passed.given))
        with deployment.workers(passed.stage) as workers:
            return await _worked(
                lambda: deployment.sent(goal), len(passed.outputs), workers, records=len(passed.given)
            )


async def indexing(settings: Settings, documents: Sequence[Output], alerts: Sequence[Output]) -> Rate:
    """How fast one worker stores documents, stories and alerts."""
    async with deployed(settings, "index") as deployment:
        await deployment.send(Topic.DOCUMENTS, ((output.key, output.record) for output in documents))
        await deployment.send(Topic.ALERTS, ((output.key, output.record) for output in alerts))
        goal = len(documents) + len(alerts)
        with deployment.workers("index") as workers:
            return await _worked(deployment.indexed, goal, workers, records=goal)


async def the_whole(settings: Settings, items: Sequence[Output]) -> Rate:
    """How fast one worker of each stage brings items into Elasticsearch together."""
    async with deployed(settings, "whole") as deployment:
        await deployment.send(Topic.RULES, ((rule.id, rule) for rule in RULES))
        await deployment.send(Topic.RAW_ITEMS, ((output.key, output.record) for output in items))
        with deployment.workers(*FLOW, "index") as workers:
            return await _worked(deployment.documents_indexed, len(items), workers, records=len(items))


async def _worked(count: Callable[[], Awaitable[int]], goal: int, workers: Sequence[Worker], records: int) -> Rate:
    """How fast workers do what leads to `goal` outputs, from when the first of them is seen to be there."""
    pids = [worker.pid for worker in workers]
    first = moment(await reached(count, 1, LONGEST_S), pids)
    last = moment(await reached(count, goal, LONGEST_S), pids)
    return rate(first, last, records / goal)


def _stage(name: str, settings: Settings, stack: ExitStack) -> Stage:
    if name == "tag":
        pool = stack.enter_context(closing(TagPool.from_settings(settings)))
        pool.warm()
        return pool
    stage = remembering(settings, notify=False)[name](OpenTable(lambda _: {}))
    if name == "match":
        stage.process(RULES)
    return stage


def _timed(stage: Stage, records: Sequence[Record], batch: int) -> tuple[list[Output], Rate, Rate]:
    """What the stage makes of records; how fast, without and with what is spent on JSON.

    As under Faust the time begins after the first batch, in which libraries are loaded.
    """
    outputs = stage.process(records[:batch])
    values = [codec.encode(record) for record in records]
    keep_what_stays()  # as a worker does
    begun, on_json = moment(batch, [os.getpid()]), Stopwatch()
    for start in range(batch, len(records), batch):
        with on_json.running():
            decoded = [codec.decode(value) for value in values[start : start + batch]]
        made = stage.process(decoded)
        with on_json.running():
            for output in made:
                codec.encode(output.record)
        outputs += made
    ended = moment(len(records), [os.getpid()])
    without = Moment(ended.done, ended.at_s - on_json.clock_s, ended.cpu_s - on_json.cpu_s)
    return outputs, rate(begun, without), rate(begun, ended)
