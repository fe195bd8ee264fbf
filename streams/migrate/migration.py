"""From a source to a cluster, with all that is remembered, so that everything goes on as if it had not moved.

State goes first and articles last: until all state is there, a second run is still recognised as one. Values are
written under their own keys and records under their versions, so that a run that was cut short is simply run
again. Deliveries that were made are not made again: what is known of each alert says so. Those that wait are made
by the cluster.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import closing
from functools import partial
from itertools import islice

import msgspec

from streams import codec
from streams.access import lasting
from streams.engines.kafka import answering, feed_partition, key_partition, topic_name
from streams.engines.topics import changelog
from streams.errors import RefusedError, UsageError
from streams.migrate.cluster import Cluster, Held
from streams.migrate.left_over import carry
from streams.migrate.places import SourcesOfArticles, place_of_story, places_of_alert
from streams.migrate.source import Source
from streams.records import Alert, Document, Record, Story, Topic
from streams.relate.related import correction_key, story_key
from streams.settings import Settings

AT_ONCE = 500
STAGES = {"identify": "identities", "relate": "related", "decide": "alerts"}
NOTHING: Collection[bytes] = ()
Done = Callable[[int], None]


class Moved(msgspec.Struct, kw_only=True):
    """What was moved; `records` were under way. `refused` records Elasticsearch cannot hold; `hosts` are private
    addresses that the source's feeds were allowed; `dead_letters` stay behind, where the command `listing` shows
    them.
    """

    feeds: int = 0
    rules: int = 0
    mutes: int = 0
    corrections: int = 0
    tokens: int = 0
    searches: int = 0
    identities: int = 0
    related: int = 0
    alerts: int = 0
    documents: int = 0
    deliveries: int = 0
    records: int = 0
    refused: int = 0
    hosts: list[str] = []
    dead_letters: int = 0
    listing: str = ""


async def migrate(source: Source, settings: Settings, *, merge: bool, done: Done = lambda _: None) -> Moved:
    """Move all of a source to the cluster of the settings; `done` is told of values and records moved.

    Raises UsageError for a cluster that is at work or holds other data, unless it is to `merge`: then what the
    cluster knows already stays as it is. ServiceError when Kafka or Elasticsearch is away.
    """
    with answering(settings):
        return await _migrate(source, settings, merge=merge, done=done)


async def _migrate(source: Source, settings: Settings, *, merge: bool, done: Done) -> Moved:
    async with Cluster(settings) as cluster:
        held = await cluster.held()
        tables = {name: source.table(name) for name in STAGES.values()}
        carried = [one.topic for one in source.left_over]
        if not merge and not held.is_part_of(tables, carried, shares_index=source.shares_index):
            way_out = "" if source.shares_index else " and STREAMS_INDEX_PREFIX, or say --merge to keep both"
            raise UsageError(
                f"the cluster holds other data under these prefixes: choose another STREAMS_TOPIC_PREFIX{way_out}"
            )
        return await _Migration(source, cluster, settings, held if merge else None, done).run()


class _Migration:
    def __init__(
        self, source: Source, cluster: Cluster, settings: Settings, kept: Held | None, done: Done
    ) -> None:
        self._source, self._cluster, self._settings, self._done = source, cluster, settings, done
        self._kept = kept.keys if kept else dict.fromkeys(STAGES.values(), NOTHING)
        self._merge, self._moved = kept is not None, Moved()

    async def run(self) -> Moved:
        await self._tables()
        await self._subscriptions()
        await self._rules()
        await self._tokens()
        await self._searches()
        for delivery in self._source.pending():
            await self._put(Topic.DELIVERIES, 0, delivery.channel, delivery)
            self._moved.deliveries += 1
        await self._cluster.puts.flush()
        await self._records()
        await self._left_over()
        self._moved.hosts, self._moved.listing = self._source.hosts(), self._source.listing
        self._moved.dead_letters = len(self._source.engine.dead_letters())
        return self._moved

    async def _tables(self) -> None:
        items = await self._cluster.partitions(Topic.RAW_ITEMS)
        hits = await self._cluster.partitions(Topic.HITS)
        with closing(SourcesOfArticles(items, self._source.documents())) as sources:
            places: dict[str, Callable[[bytes, bytes], Iterable[int]]] = {
                "identify": lambda key, _: sources.places(key),
                "relate": lambda key, _: place_of_story(key),
                "decide": lambda key, value: places_of_alert(key, value, hits),
            }
            for stage, name in STAGES.items():
                table, topic = self._source.table(name), changelog(self._settings, stage)
                for key in (key for key in table if key not in self._kept[name]):
                    value = table[key]
                    await self._cluster.puts.put(topic, places[stage](key, value), key, value)
                    setattr(self._moved, name, getattr(self._moved, name) + 1)
                    self._done(1)
        await self._cluster.puts.flush()

    async def _subscriptions(self) -> None:
        partitions, known = await self._cluster.partitions(Topic.FEEDS), await self._known(Topic.FEEDS)
        for health in self._source.engine.feeds():
            if health.feed.id in known:
                continue
            place = feed_partition(health.feed, partitions)
            if health.state is not None:
                await self._put(Topic.FEED_STATE, place, health.feed.id, health.state)
            await self._put(Topic.FEEDS, place, health.feed.id, health.feed)
            self._moved.feeds += 1

    async def _rules(self) -> None:
        """Rules, mutes and corrections, as people see them; what stages have made of them is in their tables."""
        rules, mutes = await self._known(Topic.RULES), await self._known(Topic.EDITS)
        hits = await self._cluster.partitions(Topic.HITS)
        for rule in self._source.engine.rules():
            if rule.id not in rules:
                await self._put(Topic.HITS, key_partition(rule.id, hits), rule.id, rule)
                await self._put(Topic.RULES, 0, rule.id, rule)
                self._moved.rules += 1
        for correction in self._source.engine.corrections():
            if correction_key(correction.id) not in mutes:
                await self._put(Topic.EDITS, 0, correction_key(correction.id), correction)
                self._moved.corrections += 1
        for mute in self._source.engine.mutes():
            if mute.id not in mutes:
                await self._put(Topic.EDITS, 0, mute.id, mute)
                self._moved.mutes += 1

    async def _tokens(self) -> None:
        """Tokens stay good; who is logged in logs in again."""
        known = await self._known(Topic.TOKENS)
        for token in lasting(self._source.engine.tokens()):
            if token.id not in known:
                await self._put(Topic.TOKENS, 0, token.id, token)
                self._moved.tokens += 1

    async def _searches(self) -> None:
        known = await self._known(Topic.SEARCHES)
        for search in self._source.engine.searches():
            if search.id not in known:
                await self._put(Topic.SEARCHES, 0, search.id, search)
                self._moved.searches += 1

    async def _records(self) -> None:
        records = (record for record in self._source.records() if not self._is_kept(record))
        while batch := list(islice(records, AT_ONCE)):
            await asyncio.to_thread(partial(self._write, batch))
            self._moved.documents += sum(isinstance(record, Document) for record in batch)
            self._done(len(batch))
        await asyncio.to_thread(self._cluster.index.refresh)

    async def _left_over(self) -> None:
        """Last: a cluster that has records under way is taken for one that was at work."""
        for one in self._source.left_over:
            goal, partitions = topic_name(self._settings, one.topic), await self._cluster.partitions(one.topic)
            self._moved.records += await carry(self._settings, one, goal, partitions, self._cluster.puts)

    def _write(self, batch: list[Record]) -> None:
        try:
            self._cluster.index.write(batch)
        except RefusedError as error:
            self._moved.refused += len(error.reasons)

    def _is_kept(self, record: Record) -> bool:
        """Whether the cluster knows better."""
        match record:
            case Document():
                return record.id.encode() in self._kept["identities"]
            case Story():
                return story_key(record.id).encode() in self._kept["related"] or (
                    record.id.encode() in self._kept["related"]
                )
            case Alert():
                return record.id.encode() in self._kept["alerts"]
        return False

    async def _known(self, topic: Topic) -> frozenset[str]:
        return await self._cluster.known(topic) if self._merge else frozenset()

    async def _put(self, topic: Topic, place: int, key: str, record: Record) -> None:
        await self._cluster.puts.put(
            topic_name(self._settings, topic), [place], key.encode(), codec.encode(record)
        )


def lines(moved: Moved) -> Iterator[str]:
    """What was moved, for people."""
    counts = ", ".join(
        f"{value} {name}"
        for name, value in msgspec.structs.asdict(moved).items()
        if isinstance(value, int) and value
    )
    yield f"moved: {counts or 'nothing, there is nothing'}"
    if moved.hosts:
        yield f"feeds on private addresses: set STREAMS_ALLOW_HOSTS={','.join(moved.hosts)} for the readers"
    if moved.refused:
        yield f"Elasticsearch refuses {moved.refused} records: they stay behind"
    if moved.dead_letters:
        yield f"{moved.dead_letters} dead letters stay behind: `{moved.listing}`"
