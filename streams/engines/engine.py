"""The one engine interface: what the page, the API and the command line ask of a running or stopped system."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import datetime
from typing import Any, Protocol, Self

import msgspec

from streams.feeds.health import State, state_of
from streams.index.search import Search
from streams.records import (
    Alert,
    Correction,
    DeadLetter,
    Document,
    Edit,
    Feed,
    FeedState,
    Rule,
    SavedSearch,
    Story,
    Token,
)


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True):
    """A subscription and how it is doing; `state` is None before the first poll, `health` what it comes to."""

    feed: Feed
    state: FeedState | None
    health: State

    @classmethod
    def of(cls, feed: Feed, state: FeedState | None) -> Self:
        """A subscription with what is remembered of it."""
        return cls(feed=feed, state=state, health=state_of(state))

    @property
    def title(self) -> str:
        """As the operator named the feed, else as it names itself; empty when neither is known."""
        return self.feed.title or (self.state.title if self.state else "")


class StageStatus(msgspec.Struct, frozen=True, kw_only=True):
    """How far one stage is: records waiting for it and records it put aside."""

    stage: str
    lag: int
    dead_letters: int


class Envelope(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=DeadLetter.__name__.lower()):
    """A dead letter without the record in it."""

    stage: str
    error: str
    topic: str
    key: str
    partition: int = 0
    offset: int
    at: datetime
    replayed_at: datetime | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The whole system in numbers."""

    at: datetime
    engine: str
    feeds: int
    feeds_failing: int
    feeds_silent: int
    feeds_flooding: int
    documents: int
    stories: int
    alerts: int
    stages: list[StageStatus]


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What became of telling one channel of an alert: `pending`, `done`, or `failed` with the error.

    `tries` counts those made; one that is pending is tried again at `next_at`.
    """

    alert_id: str
    channel: str
    state: str
    error: str | None = None
    tries: int = 0
    next_at: datetime | None = None


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known about one article, story or alert: `identity` is the stored identity state.

    `story` is the one of that id, else the article's; if it was merged, `became` is the one that it is part of.
    """

    id: str
    document: Document | None = None
    story: Story | None = None
    became: Story | None = None
    alerts: list[Alert] = []
    identity: dict[str, Any] | None = None
    deliveries: list[Told] = []


class Engine(Protocol):
    """Reads of the system's state and the few changes that people make to it."""

    @property
    def search(self) -> Search:
        """Documents, stories and alerts."""
        ...

    def feeds(self) -> list[FeedHealth]:
        """All subscriptions, ordered by title."""
        ...

    def add_feeds(self, feeds: Sequence[Feed]) -> int:
        """Subscribe; returns how many were new. A known feed gets the new title and tags, if any are given."""
        ...

    def allow(self, hosts: Sequence[str]) -> None:
        """Let the `host:port` of feeds that the operator named be fetched from, private or not."""
        ...

    def remove_feed(self, feed_id: str) -> None:
        """Unsubscribe. Raises NotFoundError."""
        ...

    def rules(self, offset: int = 0, limit: int | None = None) -> list[Rule]:
        """The live alert rules, or a part of them, ordered by id."""
        ...

    def rule_count(self) -> int:
        """How many rules are live."""
        ...

    def rule(self, rule_id: str) -> Rule | None:
        """One live rule, without reading all."""
        ...

    def apply_rules(self, rules: Sequence[Rule]) -> None:
        """Add or change rules; those with `deleted` set are taken out of service."""
        ...

    def mutes(self) -> list[Edit]:
        """The mutes in force, oldest first."""
        ...

    def edit(self, edits: Sequence[Edit]) -> None:
        """Acknowledge alerts, mute stories or sources, or lift mutes; the stages take it up in their order."""
        ...

    def tokens(self) -> list[Token]:
        """All tokens, those of sessions among them, oldest first."""
        ...

    def token(self, token_id: str) -> Token | None:
        """One token."""
        ...

    def put_token(self, token: Token) -> None:
        """Keep a token."""
        ...

    def drop_tokens(self, ids: Sequence[str]) -> None:
        """Forget tokens."""
        ...

    def searches(self) -> list[SavedSearch]:
        """The saved searches, ordered by name."""
        ...

    def keep_search(self, search: SavedSearch) -> None:
        """Keep a search, in the place of the one of its id."""
        ...

    def drop_search(self, search_id: str) -> None:
        """Forget a search."""
        ...

    def corrections(self) -> list[Correction]:
        """What people decided about names, oldest first."""
        ...

    def correct(self, corrections: Sequence[Correction]) -> None:
        """Decide about names; what is stored and articles to come go by it soon."""
        ...

    def explain(self, item_id: str) -> Explanation:
        """Everything about an article, story or alert. Raises NotFoundError."""
        ...

    def status(self) -> Status:
        """Counts, lag and dead letters."""
        ...

    def dead_letters(self) -> dict[str, Envelope]:
        """What was put aside and had no other try yet, by id, oldest first, without the records themselves."""
        ...

    def dead_letter(self, letter_id: str) -> DeadLetter:
        """One of them, whole. Raises NotFoundError."""
        ...

    def replay(self, letter_ids: Set[str]) -> None:
        """Give these another try: each record goes to where it came from."""
        ...
