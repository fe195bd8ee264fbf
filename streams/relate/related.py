"""What the stage remembers, as it stands in its table.

One article's decision is one value under the article's id; in time it shrinks to what copies are found by. All
else in the stage's memory is a fold over these, with three exceptions, each a value of its own: what remains of a
story once its articles' decisions are gone (or once time has changed its state), the stage's clock as the ticks
moved it, and what people decided about names.
"""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from streams.records import Correction, Decision, GoesAs, StoryEntity, StoryState
from streams.relate.naming import Canonical
from streams.relate.remains import Remains
from streams.relate.sketches import Sketch
from streams.relate.terms import Vector
from streams.relate.titles import TitleVector

CLOCK_KEY = "clock"


class CopyOf(msgspec.Struct, frozen=True):
    """The first article of the group that an article is a copy in, its place in the order of arrival, and the
    Jaccard resemblance to the group's nearest text.
    """

    article: str
    seq: int
    jaccard: float


class Member(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="article"):
    """One article as decided, with the features that the decision left for later ones.

    `seq` is its place in the order of arrival and, as `fetched_at`, `published` and what names the publisher,
    stays that of its first revision. `at` is the stage's clock at the last decision. `story_version` is the
    version of the story that was sent along, `copies` how many that story then had; `recurs` the earlier story
    that was then found. `headline` marks the candidates for the story's title, which have a `lead`, their first
    sentence. `entities` are the first ones under their canonical names, `renamed` says which names went under
    another, `corrected` what people had then decided about any of them, `aliases` which organisation each acronym
    was explained with.
    """

    seq: int
    at: datetime
    revision: int
    version: int
    story_id: str
    story_version: int
    title: str
    domain: str
    publisher: str
    language: str
    published: datetime
    fetched_at: datetime
    created_at: datetime
    terms: Vector
    sketch: Sketch
    headline_vector: TitleVector = b""
    entities: list[StoryEntity] = []
    renamed: dict[str, Canonical] = {}
    corrected: dict[str, GoesAs | None] = {}
    aliases: dict[str, str] = {}
    copy_of: CopyOf | None = None
    copies: int = 0
    headline: bool = False
    lead: str = ""
    recurs: str | None = None
    trace: list[Decision] = []


_SHORT_NAMES = {"seq": "n", "at": "t", "sketch": "k", "version": "v", "copy_of": "c"}


class Wording(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="w", rename=_SHORT_NAMES):
    """What remains of an article's decision once only copies of its text are of interest.

    `at` is when it was first fetched, in seconds since 1970. There are millions: hence the short names.
    """

    seq: int
    at: int
    sketch: Sketch
    version: int = 1
    copy_of: CopyOf | None = None

    @property
    def fetched_at(self) -> datetime:
        """To the second."""
        return datetime.fromtimestamp(self.at, UTC)

    @property
    def published(self) -> datetime:
        """As near as is remembered."""
        return self.fetched_at

    @property
    def domain(self) -> str:
        """Not remembered."""
        return ""

    @property
    def title(self) -> str:
        """Not remembered."""
        return ""


class Totals(msgspec.Struct, kw_only=True, omit_defaults=True):
    """Articles added up. `arrived_at` is when the last one was first fetched; `publishers` maps the domains
    of those that are no copies to names; `entities` counts the articles that name each, `days` those published on
    each day (ISO 8601).
    """

    first_seen: datetime
    last_seen: datetime
    middle: datetime
    arrived_at: datetime
    created_at: datetime
    title: str
    summary: str = ""
    articles: int = 0
    copies: int = 0
    days: dict[str, int] = {}
    publishers: dict[str, str] = {}
    languages: dict[str, int] = {}
    entities: list[StoryEntity] = []


class Past(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="story"):
    """What is known of a story beside its articles' decisions, written at `at` by the stage's clock.

    `state` is that after the article in place `upto`: one that arrives later makes the story active. `totals`
    adds up the articles up to the place `through`, and `remains` what they said; decisions up to there no longer
    count. A closed story has all of them in it, and in `terms` what it was about.
    """

    at: datetime
    version: int
    state: StoryState
    upto: int
    recurs: str | None = None
    through: int = 0
    totals: Totals | None = None
    remains: Remains = Remains()
    terms: Vector = {}
    parts: list[str] = []
    trace: list[Decision] = []


class Likeness(msgspec.Struct, frozen=True, array_like=True):
    """How alike two stories are, and what is enough."""

    score: float
    threshold: float


class Merge(msgspec.Struct, frozen=True):
    """Stories that become part of another one."""

    into: str
    parts: dict[str, Likeness]


EARLIEST = datetime.min.replace(tzinfo=UTC)


class Clock(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, tag="clock"):
    """The latest tick or comparison of stories.

    They were compared last at `compared_at`, when the article in place `compared` had arrived; `merges` is what
    came of it, as far as it may still have to be carried out.
    """

    at: datetime
    compared_at: datetime = EARLIEST
    compared: int = 0
    merges: list[Merge] = []


class Related(msgspec.Struct, frozen=True):
    """One value of the table."""

    value: Member | Wording | Past | Clock | Correction


def correction_key(entity_id: str) -> str:
    """The key of what a person decided about a name."""
    return f"name:{entity_id}"


def story_key(story_id: str) -> str:
    """The key of a story's Past; article ids stand for themselves."""
    return f"story:{story_id}"
