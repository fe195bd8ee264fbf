"""Alert rules, and what matching them finds."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from streams.records.articles import Span
from streams.records.base import Record
from streams.records.feeds import Irregularity, Source
from streams.records.stories import StoryState

RuleKind = Literal["match", "frequency", "spike", "new_story", "returning", "silence", "coverage"]


class Rule(Record, frozen=True, kw_only=True):
    """An alert rule. `deleted` takes it out of service.

    `kind` says when what its query finds is an alert: at once (`match`); when `count` articles come within
    `window_s` (`frequency`); when a window has `minimum` articles and `factor` times as many as its past ones
    (`spike`); when a story comes to `publishers` independent ones within `window_s` of its beginning
    (`new_story`); when a story brings back an earlier one (`returning`); when nothing comes for `window_s`
    (`silence`); one of `coverage` has no query, and is about feeds that are silent or flood. `throttle_s`: least
    time between two deliveries; `max_age_s`: older articles are recorded but not delivered; `escalate`: the
    numbers of publishers at which people are told of an alert again. Within `quiet` hours (`22:00-07:00`) nothing
    is delivered, with a `digest` (`hourly`, `daily`) only at the full hour or day, both in `time_zone`. `owner`
    and `tags` are for people to find it by.
    """

    id: str
    name: str
    query: str
    channels: list[str] = []
    throttle_s: float = 0.0
    max_age_s: float = 48 * 3600.0
    kind: RuleKind = "match"
    count: int = 0
    minimum: int = 0
    factor: float = 0.0
    publishers: int = 0
    window_s: float = 0.0
    escalate: list[int] = []
    quiet: str = ""
    digest: str = ""
    time_zone: str = "UTC"
    owner: str = ""
    tags: list[str] = []
    deleted: bool = False


class Hit(Record, frozen=True, kw_only=True):
    """A document that matches a rule. `matches` maps each matched word or phrase to where it stands;
    `story_version` is the document's: what became of its story before is older than this.
    """

    rule: Rule
    document_id: str
    revision: int
    story_id: str
    title: str
    url: str | None
    source: Source
    language: str
    published: datetime
    fetched_at: datetime
    copy_of: str | None
    backfill: bool
    story_version: int = 0
    matches: dict[str, list[Span]] = {}


class Revised(Record, frozen=True, kw_only=True):
    """A revision of an article went through all rules: its hits came before this. Goes to all partitions."""

    document_id: str
    revision: int
    story_id: str
    at: datetime


class StoryChange(Record, frozen=True, kw_only=True):
    """What alerts must know of a story, as of its `version`. Goes to all partitions of the hits."""

    story_id: str
    version: int
    state: StoryState
    at: datetime
    began_at: datetime
    publishers: int
    recurs: str | None = None
    merged_into: str | None = None


class Unusual(Record, frozen=True, kw_only=True):
    """A feed that is silent or floods, against its own past, since then; `over` when it does so no more.

    Goes to all partitions of the hits.
    """

    feed_id: str
    source: Source
    what: Irregularity
    since: datetime
    at: datetime
    why: str
    over: bool = False
