"""The cluster as the page, the API and the command line see it, on a real Kafka and a real Elasticsearch."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from streams.access import admitted, issue, open_session, revoke
from streams.alerts.edits import acknowledge, mute
from streams.engines.kafka import feed_partition, key_partition
from streams.engines.remote import ClusterEngine
from streams.engines.topics import COMPACTED
from streams.errors import NotFoundError, ServiceError
from streams.feeds.opml import feed_from_url
from streams.index.elastic import ElasticIndex
from streams.intake import apply_rules
from streams.records import Correction, DeadLetter, FeedState, GoesAs, Problem, Settled, Topic
from streams.searches import saved
from streams.settings import Settings
from tests.factories import NOON, document, raw_item, rule
from tests.index.test_elastic_record import ALERT
from tests.services.cluster import Cluster

FEEDS = [feed_from_url(f"https://{name}.example/feed", name.title()) for name in ("zebra", "apple", "middle")]
LETTER = DeadLetter(
    stage="identify", error="boom", topic="raw-items", key="k", partition=2, offset=7, value=b"junk", at=NOON
)


@pytest.fixture
def engine(cluster: Cluster, elastic_settings: Settings, elastic_index: ElasticIndex) -> Iterator[ClusterEngine]:
    cluster.write_to(elastic_settings)
    with ClusterEngine(cluster.settings, lambda: NOON) as opened:
        yield opened


def remember(engine: ClusterEngine, state: FeedState, place: int) -> None:
    """Save a feed's state as its reader does."""
    engine._topics.send(Topic.FEED_STATE, state.feed_id, state, place)


def test_feeds_are_those_subscribed_to_by_title_with_their_state(engine: ClusterEngine) -> None:
    assert engine.add_feeds(FEEDS) == 3
    assert engine.add_feeds([feed_from_url(FEEDS[0].url)]) == 0
    named = feed_from_url("https://b.example/feed")
    engine.add_feeds([named])
    state = FeedState(feed_id=named.id, title="Between", problem=Problem(kind="http-404", message="gone"))
    remember(engine, state, feed_partition(named, 3))
    assert [health.title for health in engine.feeds()] == ["Apple", "Between", "Middle", "Zebra"]
    assert [health.state for health in engine.feeds()] == [None, state, None, None]
    assert (engine.status().feeds, engine.status().feeds_failing) == (4, 1)


def test_a_feed_that_is_removed_takes_its_state_with_it(engine: ClusterEngine) -> None:
    engine.add_feeds(FEEDS)
    remember(engine, FeedState(feed_id=FEEDS[0].id, etag="old"), feed_partition(FEEDS[0], 3))
    engine.remove_feed(FEEDS[0].id)
    with pytest.raises(NotFoundError, match=f"no feed {FEEDS[0].id}: `streams feeds list`"):
        engine.remove_feed(FEEDS[0].id)
    engine.add_feeds(FEEDS[:1])
    assert {health.feed.id: health.state for health in engine.feeds()} == {feed.id: None for feed in FEEDS}


def test_rules_are_kept_by_id_and_seen_by_others(cluster: Cluster, engine: ClusterEngine) -> None:
    engine.apply_rules([rule(id="b"), rule(id="a")])
    engine.apply_rules([rule(id="b", name="Bridges"), rule(id="a", deleted=True)])
    assert engine.rules() == [rule(id="b", name="Bridges")]
    assert (engine.rule_count(), engine.rules(1), engine.rules(limit=1)) == (1, [], engine.rules())
    assert (engine.rule("b"), engine.rule("a")) == (rule(id="b", name="Bridges"), None)
    with ClusterEngine(cluster.settings) as other:
        assert other.rules() == [rule(id="b", name="Bridges")]


@pytest.mark.parametrize("cut", ["tell", "send_all"])
async def test_rules_whose_writing_was_cut_short_are_written_whole_the_next_time(
    cluster: Cluster, engine: ClusterEngine, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    def fails(*_: object) -> None:
        raise ServiceError("Kafka is away")

    with monkeypatch.context() as away:
        away.setattr(engine._topics, cut, fails)
        with pytest.raises(ServiceError):
            await asyncio.to_thread(apply_rules, engine, [rule()])
    assert await asyncio.to_thread(apply_rules, engine, [rule()]) == ["added bridge: Bridge"]
    assert await asyncio.to_thread(apply_rules, engine, [rule()]) == []
    assert rule() in await cluster.records(Topic.HITS)
    assert await asyncio.to_thread(engine.rules) == [rule()]


async def test_mutes_are_seen_by_others_and_reach_the_partitions_where_alerts_are_decided(
    cluster: Cluster, engine: ClusterEngine
) -> None:
    everywhere, one_rule = mute(NOON, story_id="s"), mute(NOON, source="herald.example", rule_id="bridge")
    seen = acknowledge("bridge.s", NOON)
    engine.edit([everywhere, one_rule, seen])
    with ClusterEngine(cluster.settings) as other:
        assert {one.id for one in other.mutes()} == {everywhere.id, one_rule.id}
        other.edit([mute(NOON, story_id="s", lift=True)])
        assert other.mutes() == [one_rule]
    sent = [record for record in await cluster.records(Topic.HITS) if record != one_rule and record != seen]
    assert len(sent) == 2 * cluster.settings.partitions
    where = {
        record: partition for partition, record in await cluster.log(Topic.HITS) if record in (one_rule, seen)
    }
    assert len(where) == 2
    assert len(set(where.values())) == 1


async def test_corrections_are_seen_by_others_beside_mutes_and_sent_to_where_names_are_resolved(
    cluster: Cluster, engine: ClusterEngine
) -> None:
    never, port = Correction(id="e1", name="Sign up", at=NOON), GoesAs(id="e3", name="Port", label="ORG")
    merged = Correction(id="e2", name="The Port", at=NOON, goes_as=port)
    engine.edit([mute(NOON, story_id="s")])
    engine.correct([never, merged])
    undone = msgspec.structs.replace(never, undone=True)
    with ClusterEngine(cluster.settings) as other:
        assert other.corrections() == [never, merged]
        other.correct([undone])
        assert other.corrections() == [merged]
        assert len(other.mutes()) == 1
    assert await cluster.records(Topic.TAGGED) == [never, merged, undone]


def test_tokens_are_kept_as_hashes_and_revoked_everywhere(cluster: Cluster, engine: ClusterEngine) -> None:
    token, text = issue("Ann", "edit", NOON)
    engine.put_token(token)
    with ClusterEngine(cluster.settings) as other:
        assert other.tokens() == [token]
        assert admitted(text, other.token, NOON) == token
        assert open_session(other, text, NOON, timedelta(hours=1)) is not None
        revoke(other, token.id)
        assert (other.tokens(), other.token(token.id)) == ([], None)


def test_saved_searches_are_seen_by_others(cluster: Cluster, engine: ClusterEngine) -> None:
    search = saved("Rail strikes", "strike AND rail*", NOON, filters={"language": "en"})
    engine.keep_search(search)
    with ClusterEngine(cluster.settings) as other:
        assert other.searches() == [search]
        other.drop_search(search.id)
        assert other.searches() == []


async def test_the_status_counts_what_waits_what_is_stored_and_what_was_put_aside(
    cluster: Cluster, engine: ClusterEngine, elastic_index: ElasticIndex
) -> None:
    await cluster.send(Topic.RAW_ITEMS, [("k", raw_item())] * 2)
    await cluster.send(Topic.DEAD_LETTERS, [("k", LETTER), ("k", LETTER)])
    await cluster.send_bytes(Topic.DEAD_LETTERS, [("k", b"no letter", None)])
    elastic_index.write([document()])
    elastic_index.refresh()
    status = engine.status()
    assert (status.at, status.engine, status.documents, status.stories) == (NOON, "cluster", 1, 0)
    counts = {stage.stage: (stage.lag, stage.dead_letters) for stage in status.stages}
    assert counts.pop("identify") == (2, 1)
    assert "notify" in counts
    assert set(counts.values()) == {(0, 0)}


async def test_what_is_no_record_of_ours_is_passed_over(cluster: Cluster, engine: ClusterEngine) -> None:
    engine.add_feeds(FEEDS[:1])
    engine.apply_rules([rule()])
    for topic in COMPACTED:
        junk = [("a", b"\xff", 0), ("b", b"{}", 0), ("c", b'{"type":"feed","id":"\xff"}', 0)]
        await cluster.send_bytes(topic, [*junk, (FEEDS[0].id, b"[]", 0)] if topic is Topic.FEED_STATE else junk)
    with ClusterEngine(cluster.settings) as other:
        assert [(health.feed.id, health.state) for health in other.feeds()] == [(FEEDS[0].id, None)]
        assert (other.rules(), other.rule_count(), other.rule("a")) == ([rule()], 1, None)
        assert (other.tokens(), other.searches(), other.mutes(), other.corrections()) == ([], [], [], [])
        assert other.status().feeds == 1


async def test_a_dead_letter_is_replayed_to_where_it_came_from_and_is_none_any_more(
    cluster: Cluster, engine: ClusterEngine
) -> None:
    gone = msgspec.structs.replace(LETTER, partition=9)
    await cluster.send(Topic.DEAD_LETTERS, [("k", LETTER), ("k", gone)])
    assert put_aside(engine) == {"identify": 2}
    engine.replay(engine.dead_letters().keys())
    assert (engine.dead_letters(), put_aside(engine)) == ({}, {})
    async with cluster.running("identify"):
        await cluster.drained("identify")
    again = list(map(engine.dead_letter, engine.dead_letters()))
    assert {(one.value, one.partition) for one in again} == {(b"junk", 2), (b"junk", key_partition("k", 3))}
    assert put_aside(engine) == {"identify": 2}


def put_aside(engine: ClusterEngine) -> dict[str, int]:
    return {one.stage: one.dead_letters for one in engine.status().stages if one.dead_letters}


def test_an_article_is_explained_by_what_the_index_holds(
    engine: ClusterEngine, elastic_index: ElasticIndex
) -> None:
    found = document()
    elastic_index.write([found])
    assert engine.explain(found.id).document == found
    with pytest.raises(NotFoundError, match="under 'nosuch'"):
        engine.explain("nosuch")


def test_what_became_of_telling_people_of_an_alert_is_explained(
    engine: ClusterEngine, elastic_index: ElasticIndex
) -> None:
    told = Settled(key="k1", channel="log", alert_id=ALERT.id, created_at=NOON, at=NOON)
    away = msgspec.structs.replace(
        told, key="k2", channel="desk", state="pending", error="no answer", next_at=NOON
    )
    later = msgspec.structs.replace(away, tries=2, at=NOON + timedelta(seconds=1))
    elastic_index.write([ALERT, told, later, away, msgspec.structs.replace(told, key="k3", alert_id="another")])
    elastic_index.refresh()

    found = engine.explain(ALERT.id).deliveries

    assert [(one.channel, one.state, one.error, one.tries, one.next_at) for one in found] == [
        ("log", "done", None, 1, None),
        ("desk", "pending", "no answer", 2, NOON),
    ]


def test_a_kafka_that_is_away_is_told_and_leaves_nothing_open(cluster: Cluster) -> None:
    away = {"kafka": ["127.0.0.1:9"], "elasticsearch": "http://127.0.0.1:9"}
    with (
        pytest.raises(ServiceError, match=r"Kafka at 127\.0\.0\.1:9"),
        ClusterEngine(cluster.settings.model_copy(update=away)),
    ):
        pass
