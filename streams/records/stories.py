"""A story."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from streams.records.articles import GoesAs
from streams.records.base import Decision, Part, Record

StoryState = Literal["active", "quiet", "closed"]


class StoryEntity(Part, frozen=True, kw_only=True):
    """An entity of a story; `articles` counts the story's articles that name it."""

    id: str
    name: str
    label: str
    articles: int


class StoryDay(Part, frozen=True, kw_only=True):
    """How many of a story's articles were published on a day (UTC)."""

    day: date
    articles: int


class Story(Record, frozen=True, kw_only=True):
    """A story as it now stands; its id is that of its first article.

    `title` and `summary` are the headline and the first sentence of its most central article (that has any text),
    `timeline` the newest days on which articles were published, in order.
    `articles` counts all members, `copies` those that repeat another; `publishers` counts distinct owners of the
    sources of members that are not copies. `velocity` is new articles an hour over the last 24 hours.
    `recurs` names the earlier story that this one brings back. One that turned out to be part of another is
    `merged_into` that one, and does not change any more; the `trace` of both says why (of many, the newest).
    `found` and `corrected` are as in a document, for those of its entities that matter.
    """

    id: str
    version: int
    title: str
    state: StoryState
    first_seen: datetime
    last_seen: datetime
    created_at: datetime
    articles: int
    copies: int
    publishers: int
    summary: str = ""
    publisher_names: list[str] = []
    languages: list[str] = []
    entities: list[StoryEntity] = []
    keywords: list[str] = []
    timeline: list[StoryDay] = []
    velocity: float = 0.0
    recurs: str | None = None
    merged_into: str | None = None
    found: list[StoryEntity] = []
    corrected: dict[str, GoesAs | None] = {}
    trace: list[Decision] = []
