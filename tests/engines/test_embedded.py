"""What the embedded engine tells of a data folder, and the changes that people make to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from streams import codec
from streams.access import admitted, issue
from streams.alerts.edits import acknowledge, mute
from streams.engines.embedded import EmbeddedEngine
from streams.engines.sqlite import Store
from streams.errors import DataFolderError, NotFoundError
from streams.feeds.opml import feed_from_url
from streams.index.embedded import EmbeddedIndex
from streams.records import AlertArticle, Correction, DeadLetter, FeedState, Problem, Record, Topic
from streams.searches import saved
from streams.stage import Output
from tests.engines.test_outbox import delivery
from tests.factories import HERALD, NOON, document, raw_item, rule


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EmbeddedEngine]:
    opened = EmbeddedEngine.open(tmp_path / "data", create=True)
    yield opened
    opened.close()


def index(engine: EmbeddedEngine, *records: Record) -> None:
    """Store as the running process does."""
    writing = EmbeddedIndex(engine.store.folder)
    writing.write(records)
    writing.refresh()
    writing.close()


def test_a_folder_is_made_only_when_asked_for(tmp_path: Path) -> None:
    with pytest.raises(DataFolderError, match="holds no data"):
        EmbeddedEngine.open(tmp_path / "data")
    EmbeddedEngine.open(tmp_path / "data", create=True).close()
    EmbeddedEngine.open(tmp_path / "data").close()


def test_a_folder_whose_first_start_was_cut_short_is_made_whole(tmp_path: Path) -> None:
    Store(tmp_path / "data").close()
    engine = EmbeddedEngine.open(tmp_path / "data", create=True)
    assert engine.status().documents == 0
    engine.close()


def test_feeds_are_ordered_by_title_as_people_read_it(engine: EmbeddedEngine) -> None:
    titles = {"b": "zebra", "a": "", "d": "Apple", "c": "apple"}
    feeds = [feed_from_url(f"https://{name}.example/feed", title) for name, title in titles.items()]
    assert engine.add_feeds(feeds) == 4
    named = FeedState(feed_id=feeds[1].id, title="Middle")
    engine.store.append([], {"feed-state": {feeds[1].id.encode(): codec.pack(named)}})
    assert [health.title for health in engine.feeds()] == ["apple", "Apple", "Middle", "zebra"]
    assert [health.state for health in engine.feeds()] == [None, None, named, None]


def test_removing_what_is_not_there_is_an_error_that_names_it(engine: EmbeddedEngine) -> None:
    with pytest.raises(NotFoundError, match="no feed nosuch"):
        engine.remove_feed("nosuch")


def test_rules_are_kept_by_id_and_sent_to_the_stages(engine: EmbeddedEngine) -> None:
    engine.apply_rules([rule(id="b"), rule(id="a")])
    engine.apply_rules([rule(id="b", name="Bridges"), rule(id="a", deleted=True)])
    assert engine.rules() == [rule(id="b", name="Bridges")]
    assert (engine.rule_count(), engine.rules(1), engine.rules(limit=1)) == (1, [], engine.rules())
    assert (engine.rule("b"), engine.rule("a")) == (rule(id="b", name="Bridges"), None)
    sent = engine.store.read("match", (Topic.RULES,), 10)
    assert [codec.decode(row.value) for row in sent] == [
        rule(id="b"),
        rule(id="a"),
        rule(id="b", name="Bridges"),
        rule(id="a", deleted=True),
    ]


def test_rules_are_sent_to_where_alerts_are_decided_too(engine: EmbeddedEngine) -> None:
    engine.apply_rules([rule()])
    engine.apply_rules([rule(deleted=True)])
    sent = engine.store.read("decide", (Topic.HITS,), 10)
    assert [codec.decode(row.value) for row in sent] == [rule(), rule(deleted=True)]


def test_mutes_are_kept_until_they_are_lifted_or_over_and_sent_with_acknowledgements(tmp_path: Path) -> None:
    store, now = Store(tmp_path / "data"), [NOON]
    engine = EmbeddedEngine(store, EmbeddedIndex(tmp_path / "data"), lambda: now[0])
    story, source = mute(NOON, story_id="s"), mute(NOON, source="herald.example", rule_id="bridge")
    short, seen = mute(NOON, source="x.example", until=NOON + timedelta(hours=1)), acknowledge("bridge.s", NOON)
    engine.edit([story, source, short, seen])
    assert {one.id for one in engine.mutes()} == {story.id, source.id, short.id}
    now[0] += timedelta(hours=1)
    lifted = mute(now[0], story_id="s", lift=True)
    engine.edit([lifted])
    assert engine.mutes() == [source]
    assert len(store.table("mutes")) == 1
    sent = store.read("decide", (Topic.HITS,), 10)
    assert [codec.decode(row.value) for row in sent] == [story, source, short, seen, lifted]
    engine.close()


def test_corrections_are_kept_until_they_are_undone_and_sent_to_where_names_are_resolved(
    engine: EmbeddedEngine,
) -> None:
    never = Correction(id="e1", name="Sign up", at=NOON)
    later = msgspec.structs.replace(never, id="e2", at=NOON + timedelta(hours=1))
    undone = msgspec.structs.replace(never, undone=True)
    engine.correct([later, never])
    assert engine.corrections() == [never, later]
    engine.correct([undone])
    assert engine.corrections() == [later]
    sent = engine.store.read("relate", (Topic.TAGGED,), 10)
    assert [codec.decode(row.value) for row in sent] == [later, never, undone]


def test_an_article_is_explained_with_its_alerts_and_what_became_of_them(engine: EmbeddedEngine) -> None:
    found, other = document(story_id="story"), document(title="Ferry aground", url=None, story_id="story")
    evidence = AlertArticle(
        document_id=found.id, revision=1, title=found.title, url=None, source=HERALD, published=NOON, copy_of=None
    )
    told = delivery("key")
    alert = codec.from_builtins(
        codec.to_builtins(told.alert) | {"articles": [codec.to_builtins(evidence)]}, type(told.alert)
    )
    index(engine, found, other, alert)
    engine.store.append([Output(Topic.DELIVERIES, "log", told)])
    engine.outbox.failed(["key"], "404 Not Found")
    explained = engine.explain(found.id)
    assert (explained.document, explained.alerts, explained.identity) == (found, [alert], None)
    assert [(one.channel, one.state, one.error) for one in explained.deliveries] == [
        ("log", "failed", "404 Not Found")
    ]
    assert engine.explain(other.id).alerts == []
    assert engine.explain(alert.id).alerts == [alert]
    with pytest.raises(NotFoundError, match="under 'nosuch'"):
        engine.explain("nosuch")


def test_the_status_counts_what_waits_and_what_was_put_aside(engine: EmbeddedEngine) -> None:
    feeds = [feed_from_url(f"https://{name}.example/feed") for name in ("well", "ill", "new")]
    engine.add_feeds(feeds)
    problem = Problem(kind="http-404", message="not there")
    for feed, found in ((feeds[0], None), (feeds[1], problem)):
        state = FeedState(feed_id=feed.id, problem=found)
        engine.store.append([], {"feed-state": {feed.id.encode(): codec.pack(state)}})
    letter = DeadLetter(stage="tag", error="boom", topic="articles", key="k", offset=1, value=b"x", at=NOON)
    engine.store.append([Output(Topic.RAW_ITEMS, "k", raw_item()), Output(Topic.DEAD_LETTERS, "k", letter)])
    index(engine, document())
    status = engine.status()
    assert (status.feeds, status.feeds_failing, status.documents) == (3, 1, 1)
    counts = {stage.stage: (stage.lag, stage.dead_letters) for stage in status.stages}
    assert counts.pop("identify") == (1, 0)
    assert counts.pop("tag") == (0, 1)
    assert set(counts.values()) == {(0, 0)}


def test_tokens_are_kept_as_hashes_and_seen_by_others(engine: EmbeddedEngine) -> None:
    token, text = issue("Ann", "edit", NOON)
    later, _ = issue("Bob", "read", NOON + timedelta(hours=1))
    engine.put_token(later)
    engine.put_token(token)
    other = EmbeddedEngine.open(engine.store.folder)
    assert other.tokens() == [token, later]
    assert admitted(text, other.token, NOON) == token
    other.drop_tokens([token.id, "nosuch"])
    assert (engine.tokens(), engine.token(token.id)) == ([later], None)
    other.close()


def test_saved_searches_are_kept_by_name_and_seen_by_others(engine: EmbeddedEngine) -> None:
    rail, air = saved("rail", "strike AND rail*", NOON), saved("Air", "strike", NOON, filters={"language": "en"})
    engine.keep_search(rail)
    engine.keep_search(air)
    other = EmbeddedEngine.open(engine.store.folder)
    assert other.searches() == [air, rail]
    other.keep_search(saved("RAIL", "rail*", NOON))
    other.drop_search(air.id)
    assert [(one.name, one.query) for one in engine.searches()] == [("RAIL", "rail*")]
    other.close()
