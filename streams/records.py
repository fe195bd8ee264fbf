"""What travels between stages, and what the indexes hold.

All records are frozen structs with an ISO-dated JSON form; times are aware UTC datetimes. Each carries its
`type` and the schema version. Unknown fields are ignored when read (so a newer writer can add some); an
unknown schema version is refused by the codec.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, TypeVar

import msgspec

SCHEMA = 1


class Topic(StrEnum):
    """The names of the topics; see docs/architecture.md for keys and clean-up."""

    FEEDS = "feeds"
    FEED_STATE = "feed-state"
    RAW_ITEMS = "raw-items"
    PAGES = "pages"
    ARTICLES = "articles"
    TAGGED = "tagged"
    DOCUMENTS = "documents"
    RULES = "rules"
    EDITS = "edits"
    TOKENS = "tokens"
    SEARCHES = "searches"
    HITS = "hits"
    ALERTS = "alerts"
    DELIVERIES = "deliveries"
    DEAD_LETTERS = "dead-letters"


class Part(msgspec.Struct, frozen=True):
    """Base of what only travels inside a record."""


class Record(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=str.lower):
    """Base of what travels on its own."""

    schema: int = SCHEMA


class Source(Part, frozen=True, kw_only=True):
    """Who publishes: `domain` is the registrable domain (`example.co.uk`), the publisher's identity."""

    name: str
    domain: str
    country: str | None = None


class Problem(Part, frozen=True, kw_only=True):
    """Something wrong with a feed or an item that did not stop the rest; `kind` is short and stable."""

    kind: str
    message: str


class Enclosure(Part, frozen=True, kw_only=True):
    """A file that comes with an entry: a podcast's sound, a film, a picture; sizes and times as declared."""

    url: str
    media_type: str = ""
    size_bytes: int | None = None
    duration_s: float | None = None


class Decision(Part, frozen=True, kw_only=True):
    """One decision taken about an item, with the numbers behind it: what `explain` shows."""

    stage: str
    what: str
    why: str
    numbers: dict[str, float | int | str] = {}


class Tick(Record, frozen=True, kw_only=True):
    """The stages' clock: comes through every topic once a minute."""

    at: datetime


class Feed(Record, frozen=True, kw_only=True):
    """A subscription. `id` is the content id of the URL; `tags` are the OPML folders."""

    id: str
    url: str
    title: str = ""
    tags: list[str] = []
    language: str | None = None


class Pace(Part, frozen=True, kw_only=True):
    """How often a feed brings something new, as far as it was watched; see streams/feeds/pace.py.

    `news` items in `watched_s` seconds, `burst` of them lately, both fading with time; `hours` counts them by hour
    of the day (UTC), 24 bytes, or none.
    """

    news: float = 0.0
    watched_s: float = 0.0
    burst: float = 0.0
    hours: bytes = b""


class Hints(Part, frozen=True, kw_only=True):
    """What a feed says of when to ask for it: RSS `ttl`, `sy:updatePeriod`, HTTP freshness (all in seconds, 0: not
    said), and hours (0 to 23, UTC) and days (Monday is 0) in which to leave it alone.
    """

    ttl_s: float = 0.0
    period_s: float = 0.0
    fresh_s: float = 0.0
    skip_hours: list[int] = []
    skip_days: list[int] = []


class Moved(Part, frozen=True, kw_only=True):
    """Where a feed's address leads by permanent redirects; once `settled`, that address is asked at once."""

    url: str
    since: datetime
    seen: int = 1
    settled: bool = False


Irregularity = Literal["", "silent", "flooding"]


class Coverage(Part, frozen=True, kw_only=True):
    """How many new items a feed brought on each day (UTC) up to `last_day`; see streams/feeds/coverage.py.

    `newest` is when something new was last found; `unusual` what is not as usual (empty: nothing) since when.
    """

    days: list[int] = []
    last_day: date | None = None
    newest: datetime | None = None
    unusual: Irregularity = ""
    since: datetime | None = None


class FeedState(Record, frozen=True, kw_only=True):
    """What the reader remembers of one feed between polls.

    `fingerprints` says which items were sent, with which content (streams/feeds/fingerprints.py): an item is sent
    only when that differs. `first_polled_at` is None until a poll succeeded: everything of the first poll is
    backfill. `full_at` is when the feed last came in full, `unmodified` counts the answers since that it did not
    change.
    """

    feed_id: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    fingerprints: bytes = b""
    title: str = ""
    first_polled_at: datetime | None = None
    polled_at: datetime | None = None
    succeeded_at: datetime | None = None
    full_at: datetime | None = None
    unmodified: int = 0
    due_at: datetime | None = None
    interval_s: float = 0.0
    pace: Pace = Pace()
    coverage: Coverage = Coverage()
    hints: Hints = Hints()
    moved: Moved | None = None
    failures: int = 0
    items: int = 0
    problem: Problem | None = None
    item_problems: list[Problem] = []


class RawItem(Record, frozen=True, kw_only=True):
    """An entry as a feed gave it. Text fields hold HTML as published.

    `feed_language` is what the feed declares. `backfill` marks first polls, replays and reprocessing: alerts are
    recorded but not delivered. `published` is as parsed and may be missing or absurd. `full_text`: the text is to
    be read from the article's page.
    """

    feed_id: str
    source: Source
    fetched_at: datetime
    guid: str | None = None
    url: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    published: datetime | None = None
    updated: datetime | None = None
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    comments: str | None = None
    enclosures: list[Enclosure] = []
    feed_language: str | None = None
    backfill: bool = False
    full_text: bool = False
    problems: list[Problem] = []


class Removed(Part, frozen=True, kw_only=True):
    """A line taken out of an article: `kind` names the rule or memory that did it."""

    text: str
    kind: str
    why: str = ""


class Article(Record, frozen=True, kw_only=True):
    """A new or revised article, clean.

    `text` is plain paragraphs separated by a blank line, without the title. `quotes` are embedded posts,
    which stay in the text but are not the publisher's own words. `comments` is the address of the page where the
    article is discussed, `enclosures` are its files. `changed` names the fields that this
    revision changed. `created_at` is the first `fetched_at` and never changes. `full_text`: the text is to be read
    from its page. `attributed_to` is the original publisher, where the page or the text names it.
    """

    id: str
    revision: int
    url: str | None
    title: str
    text: str
    summary: str
    language: str
    source: Source
    feed_id: str
    published: datetime
    fetched_at: datetime
    created_at: datetime
    authors: list[str] = []
    categories: list[str] = []
    image: str | None = None
    comments: str | None = None
    enclosures: list[Enclosure] = []
    quotes: list[str] = []
    removed: list[Removed] = []
    changed: list[str] = []
    backfill: bool = False
    full_text: bool = False
    attributed_to: str | None = None
    trace: list[Decision] = []


class Span(Part, frozen=True, kw_only=True, gc=False):
    """Characters `start` to `end` (exclusive) of a document's title or text."""

    field: Literal["title", "text"]
    start: int
    end: int


class Coordinates(Part, frozen=True, kw_only=True):
    """Where a place is, in degrees north and east."""

    lat: float
    lon: float


class Entity(Part, frozen=True, kw_only=True):
    """A person, organisation or place in one article; `label` is spaCy's (PERSON, ORG, GPE, LOC, …).

    In a document `id` and `name` are the same wherever the same is meant. `salience`, from 0 to 1, says how much
    the article is about it; one named in `passing` is not what it is about. `country` (ISO 3166-1 alpha-2) and
    `place` are those of places; `ids` what users gave it in other catalogues.
    """

    id: str
    name: str
    label: str
    count: int
    spans: list[Span] = []
    salience: float = 0.0
    passing: bool = False
    country: str | None = None
    place: Coordinates | None = None
    ids: dict[str, str] = {}


class GoesAs(Part, frozen=True, kw_only=True):
    """The entity under which a name goes, with what is known of it (see Entity)."""

    id: str
    name: str
    label: str
    country: str | None = None
    place: Coordinates | None = None
    ids: dict[str, str] = {}


class TaggedArticle(Article, frozen=True, kw_only=True):
    """An article with its entities, most mentioned first, and its headline as a vector (empty: none)."""

    entities: list[Entity] = []
    headline_vector: bytes = b""


class Document(TaggedArticle, frozen=True, kw_only=True):
    """An article as it is indexed. `version` rises at every changed emission and orders writes.

    `copy_of` names the earliest article that this one repeats. `countries` (ISO 3166-1 alpha-2) are those of its
    places, the most mentioned first.
    `story_version` is that of its story with it; `copies` counts the articles of its story that repeat another,
    this one counted, as of this version. Where people `corrected` some of its entities (as what each goes, by id),
    `found` are all of them as they were before.
    """

    version: int
    story_id: str
    story_version: int = 0
    copy_of: str | None = None
    countries: list[str] = []
    copies: int = 0
    found: list[Entity] = []
    corrected: dict[str, GoesAs | None] = {}


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


class Edit(Record, frozen=True, kw_only=True):
    """What a person decided about alerts: `id` is that of what is decided on, and the next word on it wins.

    `acknowledge` is about one alert. `mute` keeps alerts from being told: those of a story, or of what a source
    (its domain) publishes; of one rule, or of all where `rule_id` is empty; `until` then, or until `unmute`.
    """

    id: str
    action: Literal["acknowledge", "mute", "unmute"]
    at: datetime
    rule_id: str = ""
    alert_id: str = ""
    story_id: str = ""
    source: str = ""
    until: datetime | None = None
    by: str = ""


Role = Literal["read", "edit", "admin"]


class Token(Record, frozen=True, kw_only=True):
    """What lets somebody in. `hash` is the SHA-256 (hex) of its secret, which is kept nowhere.

    One that was made by logging in is a session: `session_of` is the id of the token that was shown for it, whose
    role and end hold for it too.
    """

    id: str
    name: str
    role: Role
    hash: str
    created_at: datetime
    expires_at: datetime | None = None
    session_of: str = ""


class SavedSearch(Record, frozen=True, kw_only=True):
    """A search that is kept under a name. `filters` narrow it down beside its query: parameters of the page."""

    id: str
    name: str
    query: str
    saved_at: datetime
    filters: dict[str, str] = {}
    by: str = ""


class Correction(Record, frozen=True, kw_only=True):
    """What a person decided about a name: `id` is that of the entity as it went, and the next word on it wins.

    It goes as another one, or under another name or label; as nothing where `goes_as` is None. `undone` takes the
    decision back. `name` is what the entity was called, `by` who decided, where that is known.
    """

    id: str
    name: str
    at: datetime
    goes_as: GoesAs | None = None
    undone: bool = False
    by: str = ""


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


class DeadLetter(Record, frozen=True, kw_only=True):
    """A record that could not be processed, with all that is needed to try it again.

    `replayed_at` says that it was given that try.
    """

    stage: str
    error: str
    topic: str
    key: str
    partition: int = 0
    offset: int
    value: bytes
    at: datetime
    replayed_at: datetime | None = None


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

R = TypeVar("R", bound=Record)


def extend(record: Record, cls: type[R], **more: Any) -> R:
    """Make a `cls` of all fields of `record`, an ancestor's instance, and `more` (which wins)."""
    fields: dict[str, Any] = {name: getattr(record, name) for name in record.__struct_fields__}
    return cls(**(fields | more))
