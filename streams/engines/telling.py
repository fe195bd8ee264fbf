"""What both engines tell in the same words: the system in numbers, feeds in order, a feed that is not there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from streams.engines.engine import FeedHealth, StageStatus, Status
from streams.errors import NotFoundError
from streams.feeds.health import FAILING
from streams.index.search import AlertQuery, DocumentQuery, Search, StoryQuery
from streams.records import SavedSearch, Token


def by_title(feeds: Iterable[FeedHealth]) -> list[FeedHealth]:
    """Feeds in the order in which people look for them."""
    return sorted(feeds, key=lambda health: (health.title.casefold(), health.feed.url))


def by_age(tokens: Iterable[Token]) -> list[Token]:
    """Tokens, the oldest first."""
    return sorted(tokens, key=lambda token: (token.created_at, token.id))


def by_name(searches: Iterable[SavedSearch]) -> list[SavedSearch]:
    """Saved searches in the order in which people look for them."""
    return sorted(searches, key=lambda search: (search.name.casefold(), search.id))


def no_feed(feed_id: str) -> NotFoundError:
    """Nobody is subscribed to a feed of that id."""
    return NotFoundError(f"no feed {feed_id}: `streams feeds list` shows the ids")


def counted(
    engine: str, at: datetime, feeds: Sequence[FeedHealth], search: Search, stages: Sequence[StageStatus]
) -> Status:
    """The system in numbers: what the engine itself knows, with what the index holds."""
    return Status(
        at=at,
        engine=engine,
        feeds=len(feeds),
        feeds_failing=sum(1 for one in feeds if one.health in FAILING),
        feeds_silent=sum(1 for one in feeds if one.health == "silent"),
        feeds_flooding=sum(1 for one in feeds if one.health == "flooding"),
        documents=search.documents(DocumentQuery(limit=0)).total,
        stories=search.stories(StoryQuery(limit=0)).total,
        alerts=search.alerts(AlertQuery(limit=0)).total,
        stages=list(stages),
    )
