"""Alerts, and telling people of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from streams.records.articles import Span
from streams.records.base import Part, Record
from streams.records.feeds import Source
from streams.records.rules import RuleKind


class AlertArticle(Part, frozen=True, kw_only=True):
    """One article of an alert's evidence; the text positions are in the document's title and text.

    `withdrawn`: a later revision of it does not match any more.
    """

    document_id: str
    revision: int
    title: str
    url: str | None
    source: Source
    published: datetime
    copy_of: str | None
    matches: dict[str, list[Span]] = {}
    withdrawn: bool = False


class AlertEvent(Part, frozen=True, kw_only=True):
    """Something that became of an alert: `what` is short and stable."""

    at: datetime
    what: str
    why: str


class Alert(Record, frozen=True, kw_only=True):
    """One per rule and story, updated in place; the id joins the two. A rule that counts over stories has one for
    each time that what it waits for begins, under the story of the article that began it.

    `delivery` says what became of telling people: `delivered` (handed to the channels), `held` (throttled, in
    quiet hours or for a digest: goes out at `held_until`), or `recorded` (never told, for the reason in
    `delivery_reason`). `articles` is the first and the newest of them; the counts are of all. `velocity` is
    matching articles an hour over the last 24 hours, `level` how many thresholds of the rule's `escalate` were
    crossed. `events` is what became of it, the first and the newest.
    """

    id: str
    version: int
    rule_id: str
    rule_name: str
    story_id: str
    title: str
    opened_at: datetime
    updated_at: datetime
    created_at: datetime
    articles: list[AlertArticle]
    article_count: int
    copies: int
    publishers: int
    delivery: Literal["delivered", "held", "recorded"]
    delivery_reason: str
    held_until: datetime | None = None
    delivered_at: datetime | None = None
    channels: list[str] = []
    kind: RuleKind = "match"
    state: Literal["open", "closed"] = "open"
    velocity: float = 0.0
    level: int = 0
    acknowledged_at: datetime | None = None
    acknowledged_by: str = ""
    merged_into: str | None = None
    recurs: str | None = None
    events: list[AlertEvent] = []


class Delivery(Record, frozen=True, kw_only=True):
    """An alert to be sent to one channel. `key` lets a receiver drop a repeat.

    `reason` says why now: `opened`, or `escalated` to another level. What has the same `digest` is one message.
    """

    key: str
    channel: str
    alert: Alert
    at: datetime
    reason: str = "opened"
    digest: str = ""


class Settled(Record, frozen=True, kw_only=True):
    """What became of a delivery: it was made (`done`), refused for good (`failed`, with the error), or its channel
    is away and it is tried again (`pending`, with the error, after so many `tries`, at `next_at`). `created_at` is
    when it was decided on.
    """

    key: str
    channel: str
    alert_id: str
    created_at: datetime
    at: datetime
    error: str | None = None
    state: Literal["pending", "done", "failed"] = "done"
    tries: int = 1
    next_at: datetime | None = None

    @property
    def id(self) -> str:
        """Under which it is indexed: the delivery's key."""
        return self.key

    @property
    def version(self) -> int:
        """What was settled last counts, and nothing is tried after that."""
        return int(self.at.timestamp() * 1000)
