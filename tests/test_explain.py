"""Every decision about an item in words."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from streams import codec
from streams.engines.engine import Explanation, Told
from streams.explain import to_text
from streams.identify.identity import Content, Seen, Sighting
from streams.records import Decision, Removed, Span, Story
from tests.engines.test_outbox import delivery
from tests.factories import HERALD, NOON, document

LATER = NOON + timedelta(hours=1, minutes=5)


def story(**fields: object) -> Story:
    plain = {
        "id": "s1",
        "version": 1,
        "title": "Harbour bridge closed",
        "state": "active",
        "first_seen": NOON,
        "last_seen": LATER,
        "created_at": NOON,
        "articles": 3,
        "copies": 1,
        "publishers": 2,
    }
    return codec.from_builtins(plain | fields, Story)


def test_an_article_is_told_with_its_decisions_numbers_and_removed_lines() -> None:
    found = document(
        id="a1",
        story_id="s1",
        copy_of="a0",
        trace=[
            Decision(stage="identify", what="new article", why="first seen"),
            Decision(
                stage="relate", what="copy", why="close", numbers={"share": 0.98765, "of": 40, "nearest": "a0"}
            ),
        ],
        removed=[Removed(text="Read more:\nTen maps", kind="links", why="a list of links")],
    )
    assert to_text(Explanation(id="a1", document=found)).splitlines() == [
        "article a1: Harbour bridge closed after inspection",
        "  The Herald (herald.example), published 2026-03-02 12:00 UTC",
        "  revision 1, version 1, story s1",
        "  copy of a0",
        "  identify: new article: first seen",
        "  relate: copy: close (share 0.988, of 40, nearest a0)",
        "  removed [links] 'Read more:\\nTen maps': a list of links",
    ]


def test_where_an_article_was_seen_is_told_feed_by_feed() -> None:
    content = Content(title="t", text="x", summary="s")
    seen = Seen(
        created_at=NOON,
        last_seen=LATER,
        revision=1,
        language="en",
        backfill=False,
        content=content,
        feeds={
            "herald": Sighting(at=NOON, content=content, guid=None),
            "courier": Sighting(at=LATER, content=content, guid=None),
        },
    )
    assert to_text(Explanation(id="a1", identity=codec.to_builtins(seen))).splitlines() == [
        "seen first 2026-03-02 12:00 UTC, last 2026-03-02 13:05 UTC",
        "  in feed herald, last 2026-03-02 12:00 UTC",
        "  in feed courier, last 2026-03-02 13:05 UTC",
    ]


def test_a_story_is_told_with_its_counts_and_the_one_that_it_brings_back() -> None:
    assert to_text(Explanation(id="s1", story=story(recurs="s0"))).splitlines() == [
        "story s1: Harbour bridge closed",
        "  active, 3 articles, 1 copy, 2 publishers, 2026-03-02 12:00 UTC to 2026-03-02 13:05 UTC",
        "  brings back story s0",
    ]
    assert "brings back" not in to_text(Explanation(id="s1", story=story()))


def test_a_story_that_was_merged_is_told_with_the_one_that_it_became_part_of_and_why() -> None:
    took = Decision(stage="relate", what="takes in story s1", why="tell the same", numbers={"score": 0.81})
    gone = story(merged_into="s0", state="closed")
    became = msgspec.structs.replace(story(id="s0", articles=5), trace=[took])
    lines = to_text(Explanation(id="s1", story=gone, became=became)).splitlines()
    assert "  is part of story s0" in lines
    assert lines[-3] == "story s0: Harbour bridge closed"
    assert lines[-1] == "  relate: takes in story s1: tell the same (score 0.81)"


def test_an_alert_is_told_with_what_matched_and_what_became_of_each_delivery() -> None:
    plain = codec.to_builtins(delivery("key").alert)
    evidence = {"revision": 1, "title": "T", "url": None, "source": HERALD, "published": NOON, "copy_of": None}
    spans = {"bridge": [Span(field="title", start=0, end=6)], "closed": []}
    gone = evidence | {"document_id": "a3", "matches": spans, "withdrawn": True}
    plain["articles"] = [
        evidence | {"document_id": "a1", "matches": spans},
        evidence | {"document_id": "a2"},
        gone,
    ]
    plain["events"] = [{"at": NOON, "what": "opened", "why": "the first article that matches"}]
    alert = codec.from_builtins(plain, type(delivery("key").alert))
    told = [
        Told(alert_id=alert.id, channel="log", state="done"),
        Told(alert_id=alert.id, channel="desk", state="failed", error="404 Not Found"),
        Told(alert_id=alert.id, channel="hook", state="pending", error="no answer", tries=3, next_at=NOON),
    ]
    assert to_text(Explanation(id=alert.id, alerts=[alert], deliveries=told)).splitlines() == [
        "alert bridge.story: Bridge",
        "  open, delivered: young enough; 1 article",
        "  2026-03-02 12:00 UTC: opened: the first article that matches",
        "  a1 matched bridge, closed",
        "  a2 matched the whole query",
        "  a3 does not match any more bridge, closed",
        "delivery to log: done",
        "delivery to desk: failed (404 Not Found)",
        "delivery to hook: pending (no answer); tried 3 times, next at 2026-03-02 12:00 UTC",
    ]
