"""The log decides: what the cluster made of it, through crashes, is what the same stages make of it over dicts."""

from __future__ import annotations

import asyncio
import random
import shutil
from datetime import timedelta
from itertools import repeat

from aiokafka.errors import KafkaError

from streams import codec
from streams.engines.stages import BATCHES
from streams.records import Alert, Document, Record, Story, Topic
from streams.stage import STORY_GROUP
from tests.factories import NOON
from tests.services import named, paper
from tests.services.cluster import Cluster, Worker, until
from tests.services.expected import Results, articles_of, decided, identified, indexed, related, results
from tests.services.news import APART, IRREGULAR, RULES, news, one_event, two_sides
from tests.versions import more, without

SEED = 20261123
ITEMS, PORTION = 300, 12
AGAIN, COME_BACK = 40, timedelta(days=9)
"""How many of these are told again when their stories are closed."""
STATEFUL = ("identify", "fulltext", "relate", "decide")
STAGES = ("identify", "fulltext", "tag", "relate", "match", "decide")
IN_FULL = 60
CORRECTIONS = dict(zip((4, 8, 12, 16, 20), named.DECISIONS, strict=True))
"""What people decide about names, by the portion of news after which they do."""


async def test_a_run_full_of_kills_ends_where_a_calm_one_does(cluster: Cluster) -> None:
    names = cluster.folder / "names.yml"
    names.write_text(named.FILE)
    cluster.settings = cluster.settings.model_copy(update={"entities": names})
    await cluster.apply(RULES)
    chance = random.Random(SEED)
    async with cluster.running("tag", "match"), paper.site() as (host, asked):
        cluster.settings = cluster.settings.model_copy(update={"allow_hosts": [host]})
        workers = [cluster.worker(name, f"{name}-{number}") for name in STATEFUL for number in (1, 2)]
        try:
            await feed(cluster, workers, chance, host)
            await cluster.drained(*STAGES)
            await cluster.tell(Topic.HITS, IRREGULAR)
            await cluster.drained("decide")
        finally:
            statuses = [worker.stop() for worker in workers]
    assert statuses == [0] * len(workers)
    articles = await cluster.records(Topic.ARTICLES)
    tagged = await cluster.records(Topic.TAGGED)
    raw = await cluster.log(Topic.RAW_ITEMS)
    assert identified(articles) == identified(articles_of(cluster.settings, raw))
    assert identified(tagged) == identified(articles)
    assert paper.read_in_full(articles) == len(asked) == IN_FULL
    assert paper.with_motto(articles) == 2  # it is known to repeat from the third one on
    assert set(asked.values()) <= {1, 2}  # what was under way at the kill is asked for again
    assert asked.total() <= IN_FULL + BATCHES["fulltext"]
    documents = await cluster.records(Topic.DOCUMENTS)
    emitted = results([*documents, *await cluster.records(Topic.ALERTS)])
    calm = related(cluster.settings, tagged)
    assert emitted == decided(cluster.settings, RULES, calm, IRREGULAR)
    assert indexed(documents) == indexed(calm)
    assert {kind for kind, _ in emitted} == {"Document", "Story", "Alert"}
    assert {one.rule_id for one in emitted.values() if isinstance(one, Alert)} == {one.id for one in RULES}
    assert [story for story in emitted.values() if isinstance(story, Story) and story.merged_into]
    assert found(emitted) == {"Dam", "High Dam", "Port", "Vane"}
    assert found(indexed(documents)) == {"Dam", "Vane"}
    assert await cluster.records(Topic.DEAD_LETTERS) == []


def found(emitted: Results) -> set[str]:
    """Whom documents name."""
    documents = (one for one in emitted.values() if isinstance(one, Document))
    return {entity.name for document in documents for entity in document.entities}


async def feed(cluster: Cluster, workers: list[Worker], chance: random.Random, host: str) -> None:
    """Send the items little by little, and meanwhile kill workers: both of a stage, whose folders are gone then,
    so that it begins with what is in its changelog, and one whose folder another takes over.
    """
    sending = asyncio.create_task(trickle(cluster, host))
    stage = chance.choice(STATEFUL)
    await until(lambda: has_begun(cluster, stage), 60, f"{stage} at work")
    await asyncio.sleep(chance.uniform(2, 5))
    struck = [place for place, one in enumerate(workers) if one.stage == stage]
    for place in struck:
        workers[place].kill()
        shutil.rmtree(cluster.folder / folder_of(stage, place) / "workers", ignore_errors=True)
    for place in struck:
        workers[place] = cluster.worker(stage, folder_of(stage, place))
    await asyncio.sleep(chance.uniform(5, 10))
    place = chance.choice([place for place, one in enumerate(workers) if one.stage == "fulltext"])
    workers[place].kill()
    workers[place] = cluster.worker("fulltext", folder_of("fulltext", place))
    await sending


def written_by(number: int, record: Record) -> bytes:
    """Two of three come from readers of the next version, as during a rollout: with a field more, and one less."""
    match number % 3:
        case 0:
            return codec.encode(record)
        case 1:
            return more(record)
    return without(record, "backfill")


async def has_begun(cluster: Cluster, stage: str) -> bool:
    """Whether the stage has worked anything off."""
    try:
        return any((await cluster.committed(stage)).values())
    except KafkaError:
        return False


def folder_of(stage: str, place: int) -> str:
    """The data folder of a worker by its place among all."""
    return f"{stage}-{place % 2 + 1}"


async def trickle(cluster: Cluster, host: str) -> None:
    """Some items every half second, people's corrections of names between them, then what makes two of their
    stories one, and in the end some of it again.
    """
    everything = paper.mixed_in(two_sides(NOON) + news(ITEMS, NOON), host, IN_FULL, NOON)
    for start in range(0, len(everything), PORTION):
        portion = everything[start : start + PORTION]
        written = (written_by(start + place, record) for place, (_, record) in enumerate(portion))
        keys = (key for key, _ in portion)
        await cluster.send_bytes(Topic.RAW_ITEMS, zip(keys, written, repeat(None)))
        if start // PORTION in CORRECTIONS:
            await cluster.drained("identify", "fulltext", "tag")
            await cluster.send(Topic.TAGGED, [(STORY_GROUP, CORRECTIONS[start // PORTION])])
        await asyncio.sleep(0.5)
    for step in [*one_event(NOON + ITEMS * APART), news(AGAIN, NOON + COME_BACK)]:
        await cluster.drained("identify", "tag", "relate")
        await cluster.send(Topic.RAW_ITEMS, step)
