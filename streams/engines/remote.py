"""The cluster engine as the page, the API and the command line see it.

Topics hold what people change, Elasticsearch what they look at.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
from itertools import islice
from typing import Self, TypeVar

import msgspec

from streams import codec
from streams.alerts.edits import in_force
from streams.clock import Clock, now
from streams.corrections import by_time
from streams.engines.dead_letters import LetterCounts, dead_letter, dead_letters, replay
from streams.engines.engine import Envelope, Explanation, FeedHealth, StageStatus, Status, Told
from streams.engines.explaining import explained
from streams.engines.follower import Follower
from streams.engines.kafka import feed_partition
from streams.engines.lag import Lags
from streams.engines.stages import CLUSTER_INPUTS
from streams.engines.telling import by_age, by_name, by_title, counted, no_feed
from streams.engines.topics import COMPACTED
from streams.feeds.opml import again
from streams.index.elastic import ElasticIndex
from streams.index.search import Search
from streams.records import (
    Correction,
    DeadLetter,
    Edit,
    Feed,
    FeedState,
    Rule,
    SavedSearch,
    Settled,
    Token,
    Topic,
)
from streams.relate.related import correction_key
from streams.settings import Settings
from streams.stage import STORY_GROUP

T = TypeVar("T")


class _Standing(msgspec.Struct):
    """All that must be read of a rule to know whether it is live."""

    id: str
    query: str
    deleted: bool = False


class ClusterEngine:
    """The Engine over Kafka and Elasticsearch; any number may be open. Raises ServiceError when either is away."""

    def __init__(self, settings: Settings, clock: Clock = now) -> None:
        self._settings, self._clock = settings, clock
        self._index = ElasticIndex.from_settings(settings)
        self._topics = Follower(settings, COMPACTED)
        self._letters = LetterCounts(settings)

    def __enter__(self) -> Self:
        try:
            self._topics.__enter__()
        except BaseException:
            self._index.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._topics.__exit__()
        self._index.close()

    @property
    def search(self) -> Search:
        """Documents, stories and alerts."""
        return self._index

    def feeds(self) -> list[FeedHealth]:
        """All subscriptions, ordered by title."""
        states = self._topics.held(Topic.FEED_STATE)
        return by_title(
            FeedHealth.of(feed, codec.read_as(states[feed.id], FeedState) if feed.id in states else None)
            for feed in self._all(Topic.FEEDS, Feed)
        )

    def add_feeds(self, feeds: Sequence[Feed]) -> int:
        """Subscribe; returns how many were new. A known feed gets the new title and tags, if any are given."""
        known = {feed.id: feed for feed in self._all(Topic.FEEDS, Feed)}
        partitions = self._topics.partitions(Topic.FEEDS)
        told = [again(known.get(one.id), one) for one in feeds]
        self._topics.send_all(Topic.FEEDS, [(one.id, one, feed_partition(one, partitions)) for one in told])
        return len({feed.id for feed in feeds} - known.keys())

    def allow(self, hosts: Sequence[str]) -> None:
        """Nothing: in a cluster only STREAMS_ALLOW_HOSTS of each reader opens private addresses."""

    def remove_feed(self, feed_id: str) -> None:
        """Unsubscribe and forget the feed's state. Raises NotFoundError."""
        feed = self._one(Topic.FEEDS, feed_id, Feed)
        if feed is None:
            raise no_feed(feed_id)
        partition = feed_partition(feed, self._topics.partitions(Topic.FEEDS))
        for topic in (Topic.FEEDS, Topic.FEED_STATE):
            self._topics.send(topic, feed_id, None, partition)

    def rules(self, offset: int = 0, limit: int | None = None) -> list[Rule]:
        """The live alert rules, or a part of them, ordered by id."""
        end = None if limit is None else offset + limit
        found = (codec.read_as(value, Rule) for value in islice(self._live_rules(), offset, end))
        return [rule for rule in found if rule is not None]

    def rule_count(self) -> int:
        """How many rules are live."""
        return sum(1 for _ in self._live_rules())

    def rule(self, rule_id: str) -> Rule | None:
        """One live rule, without reading all."""
        rule = self._one(Topic.RULES, rule_id, Rule)
        return None if rule is None or rule.deleted else rule

    def apply_rules(self, rules: Sequence[Rule]) -> None:
        """Add or change rules; those with `deleted` set are taken out of service."""
        # Deciding takes rules up at their place among the hits, so before the first hit. What is live is told by
        # RULES: written last, the same rules applied once more after a crash in between are written whole.
        self._topics.tell(Topic.HITS, [(rule.id, rule, None) for rule in rules])
        self._topics.send_all(Topic.RULES, [(rule.id, rule, None) for rule in rules])

    def mutes(self) -> list[Edit]:
        """The mutes in force, oldest first."""
        return in_force(self._mutes(), self._clock())

    def edit(self, edits: Sequence[Edit]) -> None:
        """Acknowledge alerts, mute stories or sources, or lift mutes; the stages take it up in their order."""
        everywhere = range(self._topics.partitions(Topic.HITS))
        for one in edits:
            goals: Sequence[int | None] = [None] if one.rule_id else everywhere
            self._topics.tell(Topic.HITS, [(one.rule_id, one, number) for number in goals])
            if one.action != "acknowledge":
                self._topics.send(Topic.EDITS, one.id, one if one.action == "mute" else None)
        known = {one.id for one in self.mutes()}
        over = [one.id for one in self._mutes() if one.id not in known]
        self._topics.send_all(Topic.EDITS, [(one, None, None) for one in over])

    def tokens(self) -> list[Token]:
        """All tokens, those of sessions among them, oldest first."""
        return by_age(self._all(Topic.TOKENS, Token))

    def token(self, token_id: str) -> Token | None:
        """One token."""
        return self._one(Topic.TOKENS, token_id, Token)

    def put_token(self, token: Token) -> None:
        """Keep a token."""
        self._topics.send(Topic.TOKENS, token.id, token)

    def drop_tokens(self, ids: Sequence[str]) -> None:
        """Forget tokens."""
        self._topics.send_all(Topic.TOKENS, [(token_id, None, None) for token_id in ids])

    def searches(self) -> list[SavedSearch]:
        """The saved searches, ordered by name."""
        return by_name(self._all(Topic.SEARCHES, SavedSearch))

    def keep_search(self, search: SavedSearch) -> None:
        """Keep a search, in the place of the one of its id."""
        self._topics.send(Topic.SEARCHES, search.id, search)

    def drop_search(self, search_id: str) -> None:
        """Forget a search."""
        self._topics.send(Topic.SEARCHES, search_id, None)

    def corrections(self) -> list[Correction]:
        """What people decided about names, oldest first."""
        return by_time(self._all(Topic.EDITS, Correction))

    def correct(self, corrections: Sequence[Correction]) -> None:
        """Decide about names; relating takes it up in its order, and sends it on to the index."""
        for one in corrections:
            self._topics.tell(Topic.TAGGED, [(STORY_GROUP, one, None)])
            self._topics.send(Topic.EDITS, correction_key(one.id), None if one.undone else one)

    def explain(self, item_id: str) -> Explanation:
        """What is stored about an article, story or alert. Raises NotFoundError.

        The identity state is the workers' own and not in it, nor are deliveries that nobody tried yet.
        """
        found = explained(self._index, item_id)
        settled = self._index.settled([alert.id for alert in found.alerts]) if found.alerts else []
        return msgspec.structs.replace(found, deliveries=[_told(one) for one in settled])

    def status(self) -> Status:
        """Counts, lag and dead letters."""
        stages = self._topics.call(self._stages(), within_s=None)
        return counted("cluster", self._clock(), self.feeds(), self._index, stages)

    def dead_letters(self) -> dict[str, Envelope]:
        """What was put aside and had no other try yet, by id, oldest first, without the records themselves."""
        return self._topics.call(dead_letters(self._settings), within_s=None)

    def dead_letter(self, letter_id: str) -> DeadLetter:
        """One of them, whole. Raises NotFoundError."""
        return self._topics.call(dead_letter(self._settings, letter_id), within_s=None)

    def replay(self, letter_ids: Set[str]) -> None:
        """Give these another try: each record goes to the topic and partition it came from."""
        self._topics.call(replay(self._settings, letter_ids, self._clock()), within_s=None)

    def _live_rules(self) -> Iterator[bytes]:
        held = self._topics.held(Topic.RULES)
        standing = ((key, codec.read_as(held[key], _Standing)) for key in sorted(held))
        return (held[key] for key, known in standing if known is not None and not known.deleted)

    def _mutes(self) -> list[Edit]:
        return self._all(Topic.EDITS, Edit)

    def _one(self, topic: Topic, key: str, cls: type[T]) -> T | None:
        """What a compacted topic has under a key. Anybody may write there: what is no such record is none."""
        value = self._topics.held(topic).get(key)
        return None if value is None else codec.read_as(value, cls)

    def _all(self, topic: Topic, cls: type[T]) -> list[T]:
        """All that a compacted topic holds."""
        found = (codec.read_as(value, cls) for value in self._topics.held(topic).values())
        return [one for one in found if one is not None]

    async def _stages(self) -> list[StageStatus]:
        """Records sent and not yet worked off, and those put aside, for each stage."""
        async with Lags(self._settings) as lags:
            places = {stage: await lags.of(stage) for stage in CLUSTER_INPUTS}
            aside = await self._letters.by_stage(*await lags.kept(Topic.DEAD_LETTERS))
        waiting = {stage: sum(place.waiting for place in of.values()) for stage, of in places.items()}
        return [StageStatus(stage=one, lag=waiting[one], dead_letters=aside[one]) for one in CLUSTER_INPUTS]


def _told(one: Settled) -> Told:
    return Told(
        alert_id=one.alert_id,
        channel=one.channel,
        state=one.state,
        error=one.error,
        tries=one.tries,
        next_at=one.next_at,
    )
