"""What must hold of a cluster whatever befell it: nothing lost, nothing doubled, everything as the log has it."""

from __future__ import annotations

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import islice
from typing import TypeVar

import msgspec
from aiokafka.errors import KafkaError

from streams.engines.stages import CLUSTER_INPUTS
from streams.index.elastic import ElasticIndex
from streams.index.elastic_client import connect
from streams.index.elastic_mapping import FAMILIES
from streams.index.elastic_read import Reader, Wanted
from streams.index.elastic_record import from_source
from streams.index.search import DocumentQuery
from streams.records import Alert, AnyRecord, Delivery, Document, Record, Settled, Story, Topic
from tests.proof.conftest import Site
from tests.quality.scores import bcubed
from tests.services.cluster import until
from tests.services.expected import Results, articles_of, decided, identified, indexed, related, results, untagged
from tests.services.news import RULES, Sent

S = TypeVar("S", Document, Story, Alert, Settled)
STAGES = tuple(CLUSTER_INPUTS)
DRAIN_S = 900
ALERTING = [msgspec.structs.replace(one, channels=["told"], throttle_s=0.0) for one in RULES]


async def trickle(site: Site, sent: Iterable[Sent], portion: int, every_s: float) -> None:
    """Send on and on; what Kafka did not confirm is sent again. What was late is not made up for."""
    waiting, due = iter(sent), time.monotonic()
    while some := list(islice(waiting, portion)):
        confirmed = False
        while not confirmed:
            try:
                await site.cluster.send(Topic.RAW_ITEMS, some)
                confirmed = True
            except KafkaError:
                pass
            due = max(due + every_s, time.monotonic())
            await asyncio.sleep(due - time.monotonic())


async def worked_off(site: Site) -> None:
    """Wait until all stages are done and people are told: what waits for its channel is no lag of the topic."""
    await site.cluster.drained(*STAGES, within_s=DRAIN_S)
    await until(partial(nobody_waits, site), DRAIN_S, "people told")


async def nobody_waits(site: Site) -> bool:
    """Whether it is noted of each delivery what became of it."""
    records = await site.cluster.records(Topic.DELIVERIES)
    settled = {one.key for one in records if isinstance(one, Settled) and one.state != "pending"}
    return all(one.key in settled for one in records if isinstance(one, Delivery))


async def nothing_is_lost_or_doubled(site: Site) -> Results:
    """Hold the logs, the index and what people were told to what the stages make of the log over dicts."""
    tagged = await site.cluster.records(Topic.TAGGED)
    assert await site.cluster.records(Topic.DEAD_LETTERS) == []
    await articles_are_what_identify_makes_of_the_log(site, tagged)
    emitted = results([*await site.cluster.records(Topic.DOCUMENTS), *await site.cluster.records(Topic.ALERTS)])
    calm = related(site.cluster.settings, tagged)
    differing = unequal(emitted, decided(site.cluster.settings, ALERTING, calm))
    assert not differing, "\n".join(differing)  # this module is no test, so pytest does not say
    everything_is_in_elasticsearch_once(site, emitted)
    names_in_elasticsearch_go_by_the_last_word(site, indexed(calm))
    await everybody_was_told(site)
    return emitted


def unequal(found: Results, expected: Results) -> list[str]:
    """What differs, a line a field."""
    lines = []
    for key in sorted(found.keys() | expected.keys()):
        one, other = found.get(key), expected.get(key)
        if one is None or other is None:
            lines.append(f"{key} is {'missing' if one is None else 'too much'}")
        elif one != other:
            fields = (name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name))
            lines += [f"{key} {name}: {getattr(one, name)!r}, not {getattr(other, name)!r}" for name in fields]
    return lines


async def articles_are_what_identify_makes_of_the_log(site: Site, tagged: Sequence[AnyRecord]) -> None:
    raw, articles = await site.cluster.log(Topic.RAW_ITEMS), await site.cluster.records(Topic.ARTICLES)
    assert identified(articles) == identified(articles_of(site.cluster.settings, raw))
    assert identified(tagged) == identified(articles)


def everything_is_in_elasticsearch_once(site: Site, emitted: Results) -> None:
    with closing(ElasticIndex.from_settings(site.cluster.settings)) as index:
        index.refresh()
        found = Counter((one.id, one.version) for one in index.scan(DocumentQuery()))
        expected = {(one.id, one.version) for one in emitted.values() if isinstance(one, Document)}
        merges = {
            one.id: one.merged_into for one in emitted.values() if isinstance(one, Story) and one.merged_into
        }
        assert not {one.story_id for one in index.scan(DocumentQuery())} & merges.keys()
        assert found == dict.fromkeys(expected, 1)
    stored = {("Story", one.id): one.version for one in all_of(site, Story)}
    stored |= {("Alert", one.id): one.version for one in all_of(site, Alert)}
    assert stored == {of: one.version for of, one in emitted.items() if not isinstance(one, Document)}


def all_of(site: Site, cls: type[S]) -> Iterator[S]:
    """All records of a type as Elasticsearch has them, also stories that became part of another one."""
    settings = site.cluster.settings
    with closing(connect(settings)) as client:
        wanted = Wanted(FAMILIES[cls], {"match_all": {}}, [("id", "asc")])
        for source in Reader(client, settings.index_prefix).scan(wanted):
            yield from_source(source, cls)


def names_in_elasticsearch_go_by_the_last_word(site: Site, calm: Results) -> None:
    """Documents and stories name whom those of a calm run do, after all that people decided meanwhile.

    Stories that became part of another one are left as they were.
    """
    expected = {of_names(one) for one in calm.values() if not isinstance(one, Alert) and not is_part(one)}
    with closing(ElasticIndex.from_settings(site.cluster.settings)) as index:
        documents = list(index.scan(DocumentQuery()))
    stored: list[Document | Story] = [*documents, *all_of(site, Story)]
    found = {of_names(one) for one in stored if not is_part(one)}
    assert sorted(found ^ expected) == []
    corrected = sum(bool(one.corrected) for one in documents)
    print(f"{corrected} of {len(documents)} documents have a name that people corrected")  # noqa: T201


def is_part(record: Document | Story) -> bool:
    return isinstance(record, Story) and record.merged_into is not None


def of_names(record: Document | Story) -> tuple[str, ...]:
    """Whom a record names, whom it named as it was found, and of whom somebody decided otherwise; by id."""
    named = (one.id for one in (*record.entities, *record.found))
    return (type(record).__name__, record.id, *named, *sorted(record.corrected))


async def everybody_was_told(site: Site) -> None:
    """Each delivery at least once; one that was made again carries its key."""
    told = Counter(json.loads(line)["key"] for line in site.told.read_text().splitlines())
    deliveries = [one for one in await site.cluster.records(Topic.DELIVERIES) if isinstance(one, Delivery)]
    assert [one for one in deliveries if one.key not in told] == []
    assert told.keys() - {one.key for one in deliveries} == set()
    print(f"{len(told)} deliveries, {told.total() - len(told)} made again")  # noqa: T201


def stories_are_those_of_a_calm_run(site: Site, sent: Sequence[Record], emitted: Results) -> None:
    """In another order of arrival: the same articles, and stories that are nearly the same."""
    settings = site.cluster.settings
    calm_log = related(settings, untagged(articles_of(settings, [(0, record) for record in sent])))
    calm = {one.id: one for one in results(calm_log).values() if isinstance(one, Document)}
    shaken = {one.id: one for one in emitted.values() if isinstance(one, Document)}
    assert {(one.id, one.revision) for one in shaken.values()} == {(one.id, one.revision) for one in calm.values()}
    of_calm, of_shaken = ([some[one].story_id for one in sorted(calm)] for some in (calm, shaken))
    score = bcubed(of_calm, of_shaken)
    print(f"stories beside a calm run: B-cubed {score}")  # noqa: T201
    assert min(score) >= 0.98
