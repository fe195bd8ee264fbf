"""A made-up newsroom: stories in several languages, copies, a return, alerts, and feeds in every state."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from streams.engines.engine import FeedHealth
from streams.records import (
    Alert,
    AlertArticle,
    Decision,
    Document,
    Entity,
    Feed,
    FeedState,
    Problem,
    Removed,
    Rule,
    Source,
    Span,
    Story,
    StoryDay,
    StoryEntity,
)
from tests.factories import document
from tests.web.fakes import NOW, FakeEngine, FakeSearch

BRIDGE_TEXT = (
    "Engineers found cracks in the harbour bridge on Monday, and the city of Northport closed it at once.\n\n"
    "“We will not take a risk,” said Mayor Ada Brandt. The Port Authority expects repairs to last weeks.\n\n"
    "Stuck at the bridge since six. Nobody told us anything."
)
BRIDGE_RULE = Rule(
    id="bridges", name="Bridges & tunnels", query="bridge OR tunnel", channels=["log", "desk"], throttle_s=1800.0
)


def hours_ago(hours: float) -> datetime:
    """So long before NOW."""
    return NOW - timedelta(hours=hours)


def spans_of(text: str, word: str) -> list[Span]:
    """Where a word first stands in a text."""
    start = text.index(word)
    return [Span(field="text", start=start, end=start + len(word))]


def entity(name: str, label: str, text: str) -> Entity:
    """A name that the text holds."""
    return Entity(
        id=name.casefold().replace(" ", "-"), name=name, label=label, count=1, spans=spans_of(text, name)
    )


def bridge_article(**fields: Any) -> Document:
    """The story's first article, with everything that an article can have."""
    own: dict[str, Any] = {
        "id": "bridge-1",
        "story_id": "bridge",
        "title": "Harbour bridge closed after inspection",
        "text": BRIDGE_TEXT,
        "published": hours_ago(9),
        "fetched_at": hours_ago(8),
        "created_at": hours_ago(8.9),
        "revision": 2,
        "changed": ["title"],
        "authors": ["Jo Marsh"],
        "categories": ["City"],
        "quotes": ["Stuck at the bridge since six. Nobody told us anything."],
        "removed": [Removed(text="Sign up for our newsletter", kind="sign-up", why="asks for an address")],
        "trace": [
            Decision(stage="identify", what="new article", why="first seen", numbers={"feeds": 1}),
            Decision(stage="relate", what="opened a story", why="nothing was near", numbers={"nearest": 0.2134}),
        ],
        "entities": [
            entity("Northport", "GPE", BRIDGE_TEXT),
            entity("Ada Brandt", "PERSON", BRIDGE_TEXT),
            entity("Port Authority", "ORG", BRIDGE_TEXT),
        ],
        "countries": ["NO"],
    }
    return document(**(own | fields))


def telling(number: int, hours: float, **fields: Any) -> Document:
    """Another publisher's article on the bridge."""
    own: dict[str, Any] = {
        "id": f"bridge-{number}",
        "url": f"https://paper{number}.example/bridge",
        "story_id": "bridge",
        "title": f"Northport bridge shut, commuters stranded ({number})",
        "text": "Thousands of commuters were stranded when the bridge was shut.",
        "source": Source(name=f"Paper {number}", domain=f"paper{number}.example"),
        "published": hours_ago(hours),
    }
    return document(**(own | fields))


def documents() -> list[Document]:
    """Ten articles: seven on the bridge of which two are copies, one each in French, Arabic and Japanese."""
    return [
        bridge_article(),
        telling(2, 8.5, copy_of="bridge-1", attributed_to="The Herald"),
        telling(3, 8.2, copy_of="bridge-1"),
        *(telling(number, 8 - number) for number in range(4, 8)),
        telling(
            20,
            5,
            id="greve",
            story_id="greve",
            language="fr",
            title="Grève à l’Élysée : les jardiniers réclament des bottes",
            text="Les jardiniers de l’Élysée sont en grève depuis lundi.",
        ),
        telling(
            21,
            4,
            id="arabic",
            story_id="arabic",
            language="ar",
            title="إغلاق الجسر بعد العثور على شقوق",
            text="أغلقت المدينة الجسر.",
        ),
        telling(
            22,
            3,
            id="japanese",
            story_id="japanese",
            language="ja",
            title="港の橋が点検後に閉鎖、通勤客に影響",
            text="港の橋が閉鎖された。",
        ),
    ]


def story(**fields: Any) -> Story:
    """The bridge's story as it now stands."""
    own: dict[str, Any] = {
        "id": "bridge",
        "version": 7,
        "title": "Harbour bridge closed after inspection",
        "state": "active",
        "first_seen": hours_ago(9),
        "last_seen": hours_ago(1),
        "created_at": hours_ago(9),
        "articles": 7,
        "copies": 2,
        "publishers": 5,
        "publisher_names": ["The Herald", "Paper 4", "Paper 5", "Paper 6", "Paper 7"],
        "languages": ["en"],
        "entities": [
            StoryEntity(id="northport", name="Northport", label="GPE", articles=7),
            StoryEntity(id="ada-brandt", name="Ada Brandt", label="PERSON", articles=4),
            StoryEntity(id="port-authority", name="Port Authority", label="ORG", articles=2),
        ],
        "keywords": ["bridge", "cracks"],
        "summary": "The harbour bridge was closed after inspectors found <b>cracks</b>.",
        "timeline": [
            StoryDay(day=hours_ago(25).date(), articles=3),
            StoryDay(day=hours_ago(1).date(), articles=4),
        ],
        "velocity": 0.29,
        "recurs": "bridge-winter",
    }
    return Story(**(own | fields))


def small_story(name: str, title: str, language: str, hours: float) -> Story:
    """A story of one article."""
    return story(
        id=name,
        title=title,
        languages=[language],
        first_seen=hours_ago(hours),
        last_seen=hours_ago(hours),
        articles=1,
        copies=0,
        publishers=1,
        publisher_names=["Paper 20"],
        entities=[],
        keywords=[],
        recurs=None,
    )


def stories() -> list[Story]:
    """The bridge, its earlier episode of last winter, and three small ones."""
    return [
        story(),
        story(
            id="bridge-winter",
            title="Cracks seen in harbour bridge",
            state="closed",
            first_seen=hours_ago(24 * 40),
            last_seen=hours_ago(24 * 38),
            recurs=None,
        ),
        small_story("greve", "Grève à l’Élysée : les jardiniers réclament des bottes", "fr", 5),
        small_story("arabic", "إغلاق الجسر بعد العثور على شقوق", "ar", 4),
        small_story("japanese", "港の橋が点検後に閉鎖、通勤客に影響", "ja", 3),
    ]


def alert(**fields: Any) -> Alert:
    """The bridge rule's alert on the bridge."""
    first = bridge_article()
    evidence = AlertArticle(
        document_id=first.id,
        revision=first.revision,
        title=first.title,
        url=first.url,
        source=first.source,
        published=first.published,
        copy_of=None,
        matches={"bridge": [Span(field="title", start=8, end=14), *spans_of(first.text, "bridge")]},
    )
    own: dict[str, Any] = {
        "id": "bridges.bridge",
        "version": 3,
        "rule_id": "bridges",
        "rule_name": BRIDGE_RULE.name,
        "story_id": "bridge",
        "title": first.title,
        "opened_at": hours_ago(9),
        "updated_at": hours_ago(1),
        "created_at": hours_ago(9),
        "articles": [evidence],
        "article_count": 7,
        "copies": 2,
        "publishers": 5,
        "delivery": "delivered",
        "delivery_reason": "first live match",
        "delivered_at": hours_ago(9),
        "channels": ["log", "desk"],
    }
    return Alert(**(own | fields))


def feed_health(name: str, **state: Any) -> FeedHealth:
    """A feed; without a state it was not polled yet."""
    feed = Feed(id=name, url=f"https://{name}.example/rss", title=name.title(), tags=["Region"])
    return FeedHealth.of(feed, FeedState(feed_id=name, **state) if state else None)


def feeds() -> list[FeedHealth]:
    """One each: well, with faulty items, failing, not polled."""
    polled = {"polled_at": hours_ago(0.2), "succeeded_at": hours_ago(0.2), "items": 40}
    return [
        feed_health("courier", **polled, fingerprints=b"secret-key"),
        feed_health("gazette", **polled, item_problems=[Problem(kind="bad-date", message="entry 3: year 0")]),
        feed_health(
            "herald",
            polled_at=hours_ago(0.1),
            succeeded_at=hours_ago(50),
            failures=12,
            items=200,
            problem=Problem(kind="http-503", message="the server answered 503 Service Unavailable"),
        ),
        feed_health("mercury"),
    ]


def newsroom() -> FakeEngine:
    """All of it."""
    return FakeEngine(FakeSearch(documents(), stories(), [alert()]), feeds(), [BRIDGE_RULE])
