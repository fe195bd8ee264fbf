"""What travels between stages, and what the indexes hold.

All records are frozen structs with an ISO-dated JSON form; times are aware UTC datetimes. Each carries its
`type` and the schema version. Unknown fields are ignored when read (so a newer writer can add some); an
unknown schema version is refused by the codec.
"""

from __future__ import annotations

from streams.records.alerts import Alert, AlertArticle, AlertEvent, Delivery, Settled
from streams.records.articles import Article, Coordinates, Document, Entity, GoesAs, Removed, Span, TaggedArticle
from streams.records.base import SCHEMA, Decision, Part, Problem, Record, Tick, Topic, extend
from streams.records.dead_letters import DeadLetter
from streams.records.feeds import (
    Coverage,
    Enclosure,
    Feed,
    FeedState,
    Hints,
    Irregularity,
    Moved,
    Pace,
    RawItem,
    Source,
)
from streams.records.people import Correction, Edit, Role, SavedSearch, Token
from streams.records.rules import Hit, Revised, Rule, RuleKind, StoryChange, Unusual
from streams.records.stories import Story, StoryDay, StoryEntity, StoryState

AnyRecord = (
    Tick
    | Feed
    | FeedState
    | RawItem
    | Article
    | TaggedArticle
    | Document
    | Story
    | Rule
    | Hit
    | Revised
    | StoryChange
    | Unusual
    | Edit
    | Correction
    | Token
    | SavedSearch
    | Alert
    | Delivery
    | Settled
    | DeadLetter
)

__all__ = [
    "SCHEMA",
    "Alert",
    "AlertArticle",
    "AlertEvent",
    "AnyRecord",
    "Article",
    "Coordinates",
    "Correction",
    "Coverage",
    "DeadLetter",
    "Decision",
    "Delivery",
    "Document",
    "Edit",
    "Enclosure",
    "Entity",
    "Feed",
    "FeedState",
    "GoesAs",
    "Hints",
    "Hit",
    "Irregularity",
    "Moved",
    "Pace",
    "Part",
    "Problem",
    "RawItem",
    "Record",
    "Removed",
    "Revised",
    "Role",
    "Rule",
    "RuleKind",
    "SavedSearch",
    "Settled",
    "Source",
    "Span",
    "Story",
    "StoryChange",
    "StoryDay",
    "StoryEntity",
    "StoryState",
    "TaggedArticle",
    "Tick",
    "Token",
    "Topic",
    "Unusual",
    "extend",
]
