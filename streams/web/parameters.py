"""What a request may ask for: every parameter of the lists, with its limits, once for pages, files and API."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from fastapi import Path
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from streams.index.search import AlertQuery, DocumentQuery, Sort, StoryQuery
from streams.records import Rule, StoryState

MAX_QUERY_CHARS = 10_000
MAX_VALUE_CHARS = 500
MAX_LIMIT = 200
MAX_OFFSET = 10_000
MAX_DAYS = 3650

FACETS = ("source", "language", "people", "organisations", "places", "countries")
"""What a search is counted by, to narrow it down."""


def _utc(value: object) -> object:
    """An ISO 8601 date or time as aware UTC; without a zone it is taken as UTC."""
    if not isinstance(value, str):
        return value
    try:
        moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError("give a date or time like 2026-03-01 or 2026-03-01T12:00:00Z") from error


Moment = Annotated[datetime, BeforeValidator(_utc)]
Value = Annotated[str, Field(max_length=MAX_VALUE_CHARS)]
Id = Annotated[str, Path(max_length=MAX_VALUE_CHARS, description="What it is stored under.")]


class Parameters(BaseModel):
    """Base: unknown names are refused, an empty value (a form field left blank) counts as not given."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_blanks(cls, given: Any) -> Any:
        if not isinstance(given, Mapping):
            return given
        return {name: value for name, value in given.items() if value != ""}

    def given(self) -> dict[str, str]:
        """The parameters that differ from their defaults, as they stand in an address."""
        plain = self.model_dump(mode="json", exclude_defaults=True)
        return {
            name: str(value).lower() if isinstance(value, bool) else str(value) for name, value in plain.items()
        }


class Paging(Parameters):
    """Which part of a list."""

    offset: int = Field(default=0, ge=0, le=MAX_OFFSET, description="How many to pass over.")
    limit: int = Field(default=20, ge=1, le=MAX_LIMIT, description="How many at most.")


class FeedList(Paging):
    """One page of feeds."""

    limit: int = Field(default=100, ge=1, le=MAX_LIMIT, description="How many at most.")


class Lookback(Parameters):
    """How far to look back."""

    hours: int = Field(default=24, ge=1, le=24 * MAX_DAYS, description="Hours to look back.")


class RuleTrial(Parameters):
    """A query to be tried as a rule on what is stored."""

    q: str = Field(default="", max_length=MAX_QUERY_CHARS, description="The rule's query.")
    rule: Value | None = Field(
        default=None,
        description="The id of a live rule: the query is tried with its kind, and compared with its own.",
    )
    days: int = Field(default=30, ge=1, le=MAX_DAYS, description="Articles of the last so many days.")


Said = Literal["saved", "removed", "acknowledged", "muted", "lifted", "kept", "corrected", "undone"]
"""What a page says after a change that was made with one of its forms."""


class Noted(Parameters):
    """A page after a change."""

    said: Said | None = Field(default=None, description="What was changed.")


class RuleFilter(Parameters):
    """Which rules."""

    owner: Value | None = Field(default=None, description="Only rules of this owner.")
    tag: Value | None = Field(default=None, description="Only rules with this tag.")

    def lists(self, rule: Rule) -> bool:
        """Whether a rule is one of them."""
        return self.owner in (None, rule.owner) and (self.tag is None or self.tag.casefold() in rule.tags)


class RuleList(Paging, RuleFilter):
    """One page of rules."""

    limit: int = Field(default=100, ge=1, le=MAX_LIMIT, description="How many at most.")


class RulesAsked(RuleTrial, RuleList, Noted):
    """The page of rules, and a query tried on it."""


class ComparisonAsked(Parameters):
    """Two queries to be compared over time."""

    a: str = Field(default="", max_length=MAX_QUERY_CHARS, description="The first query.")
    b: str = Field(default="", max_length=MAX_QUERY_CHARS, description="The second query.")
    days: int = Field(default=30, ge=1, le=MAX_DAYS, description="Articles of the last so many days.")


class DocumentFilter(Parameters):
    """Which articles, in what order."""

    q: str = Field(
        default="", max_length=MAX_QUERY_CHARS, description="A query in the query language; empty: everything."
    )
    entity: Value | None = Field(default=None, description="A person, organisation or place: its id or name.")
    source: Value | None = Field(default=None, description="A publisher's domain.")
    language: Value | None = Field(default=None, description="A language code, such as en.")
    story: Value | None = Field(default=None, description="The id of a story.")
    since: Moment | None = Field(default=None, description="Published at or after this date or time (UTC).")
    until: Moment | None = Field(default=None, description="Published before this date or time (UTC).")
    copies: bool = Field(default=True, description="Whether copies of other articles are listed.")
    sort: Sort = Field(default="newest", description="The order.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("`since` must lie before `until`")
        return self

    def query(self, offset: int = 0, limit: int = MAX_LIMIT) -> DocumentQuery:
        """The same as the index is asked."""
        fields = self.model_dump(include=set(DocumentFilter.model_fields) - {"q"})
        return DocumentQuery(query=self.q, offset=offset, limit=limit, **fields)


class DocumentList(Paging, DocumentFilter):
    """One page of articles."""


class DocumentListWithFacets(DocumentList):
    """One page of articles, for programs."""

    facets: bool = Field(
        False, description="Whether to count sources, languages, people, organisations, places and countries."
    )


class StoryFilter(Parameters):
    """Which stories, in what order."""

    state: StoryState | None = Field(default=None, description="Whether it still grows: active, quiet or closed.")
    days: int = Field(default=0, ge=0, le=MAX_DAYS, description="Only stories with news in so many days; 0: all.")
    since: Moment | None = Field(
        default=None, description="Only stories with news at or after this date or time (UTC)."
    )
    recurring: bool = Field(default=False, description="Only stories that bring back an earlier one.")
    min_articles: int = Field(
        default=1, ge=1, le=1_000_000, description="Least number of articles, copies included."
    )
    sort: Literal["largest", "newest"] = Field(
        default="newest", description="Most publishers first, or latest news first."
    )

    def start(self, now: datetime) -> datetime | None:
        """Where the time that is asked for begins."""
        bounds = [now - timedelta(days=self.days)] if self.days else []
        return max(bounds + ([self.since] if self.since else []), default=None)

    def query(self, now: datetime, offset: int = 0, limit: int = MAX_LIMIT) -> StoryQuery:
        """The same as the index is asked."""
        fields = self.model_dump(include={"state", "recurring", "min_articles", "sort"})
        return StoryQuery(since=self.start(now), offset=offset, limit=limit, **fields)


class StoryList(Paging, StoryFilter):
    """One page of stories."""


class AlertFilter(Parameters):
    """Which alerts; the last updated come first."""

    rule: Value | None = Field(default=None, description="The id of a rule.")
    story: Value | None = Field(default=None, description="The id of a story.")
    since: Moment | None = Field(default=None, description="Updated at or after this date or time (UTC).")

    def query(self, offset: int = 0, limit: int = MAX_LIMIT) -> AlertQuery:
        """The same as the index is asked."""
        return AlertQuery(rule=self.rule, story=self.story, since=self.since, offset=offset, limit=limit)


class AlertList(Paging, AlertFilter):
    """One page of alerts."""
