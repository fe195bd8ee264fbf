"""How long the records of a killed worker wait, when the worker had much to remember."""

from __future__ import annotations

import time
from itertools import count, islice
from typing import NamedTuple

from msgspec.structs import replace

from benchmarks.deployment import Deployment, deployed, reached
from benchmarks.news import News
from benchmarks.stages import FLOW
from streams import codec
from streams.codec import content_id
from streams.engines.stages import TABLES, remembering
from streams.engines.topics import app_id
from streams.engines.work import OpenTable
from streams.records import Article, TaggedArticle, Topic, extend
from streams.relate.related import Member, Related
from streams.settings import Settings
from streams.stage import Output

MADE = 2000
"""Decisions that the stage takes by itself; more are made of these under other ids."""
LONGEST_S = 900.0


class Recovery(NamedTuple):
    """Seconds from the start of a worker to the first record that it passed: of one without a folder, and after
    a kill of one that found its folder again and of one that did not.
    """

    first_s: float
    same_folder_s: float
    other_folder_s: float


async def recover(settings: Settings, stage: str, decisions: int) -> Recovery:
    """Start a worker with so many decisions to remember, then kill it, twice."""
    source, goal = FLOW[stage]
    given = inputs(settings, stage, MADE + 3)
    probes = iter(given[MADE:])
    # Each under a name of its own: Kafka keeps how far a group has come when its topics are gone.
    async with deployed(settings, f"recovery-{stage}-{decisions}") as deployment:
        await _remember(deployment, stage, given[:MADE], decisions)

        async def passed_by_a_worker(folder: str) -> float:
            probe, before, begun = next(probes), await deployment.sent(goal), time.monotonic()
            await deployment.send(source, [(probe.key, probe.record)])
            with deployment.workers(stage, name=folder) as [worker]:
                await reached(lambda: deployment.sent(goal), before + 1, LONGEST_S)
                worker.kill()
            return time.monotonic() - begun

        return Recovery(*[await passed_by_a_worker(folder) for folder in ("one", "one", "other")])


def inputs(settings: Settings, stage: str, count: int) -> list[Output]:
    """News as the stage reads it; nobody looked for names."""
    items = [Output(Topic.RAW_ITEMS, item.source.domain, item) for item in islice(News(), count)]
    if stage == "identify":
        return items
    identify = remembering(settings, notify=False)["identify"](OpenTable(lambda _: {}))
    articles = [output.record for output in identify.process([item.record for item in items])]
    return [
        Output(Topic.TAGGED, "", extend(article, TaggedArticle))
        for article in articles
        if isinstance(article, Article)
    ]


async def _remember(deployment: Deployment, stage: str, given: list[Output], decisions: int) -> None:
    """Put decisions into the changelog, as many into each partition."""
    entries = decisions_of(deployment.settings, stage, given, decisions)
    partitions = await deployment.partitions(FLOW[stage][0])
    name = f"{app_id(deployment.settings, stage)}-{TABLES[stage]}-changelog"
    for number in range(partitions):
        await deployment.send_bytes(name, entries[number::partitions], at=number)


def decisions_of(settings: Settings, stage: str, given: list[Output], decisions: int) -> list[tuple[bytes, bytes]]:
    """So many entries of a stage's table: those of what it is given, again and again under other ids."""
    table = OpenTable(lambda _: {})
    remembering(settings, notify=False)[stage](table).process([output.record for output in given])
    [changes] = table.changes().values()
    taken = [(key, value) for key, value in changes.items() if value is not None]
    return [
        (content_id(str(turn), key.decode()).encode(), _later(value, turn) if stage == "relate" else value)
        for turn, (key, value) in islice(((turn, entry) for turn in count() for entry in taken), decisions)
    ]


def _later(value: bytes, turn: int) -> bytes:
    """A decision about an article that came later, in a story of its own."""
    related = codec.unpack_as(value, Related)
    if not isinstance(related.value, Member):
        return value
    story = content_id(str(turn), related.value.story_id)
    return codec.pack(Related(replace(related.value, seq=related.value.seq + turn * MADE, story_id=story)))
