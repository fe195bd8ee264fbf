"""What a morning needs to know: the stories that are new or came back, those that go on, the alerts, and how much
came of each saved search."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import msgspec

from streams.identify.plain import one_line
from streams.index.merged import at_standing
from streams.index.search import TOTAL, AlertQuery, DocumentQuery, Search, StoryQuery
from streams.records import Alert, SavedSearch, Story
from streams.searches import as_query
from streams.wording import many

MOST_STORIES = 200
"""How many stories, those of most publishers first, are looked at."""
MOST_SHOWN = 20
MOST_SEARCHED = 50
NAMES = 3
LINE_CHARS = 1000


class SearchCount(msgspec.Struct, frozen=True, kw_only=True):
    """A saved search and how many articles it finds, `approximate` where that is estimated."""

    search: SavedSearch
    articles: int
    approximate: bool = False


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """What happened from `since` on: `articles` of that time, copies among them, and stories by what became of
    them, those of most independent publishers first, MOST_SHOWN of each kind.
    """

    since: datetime
    until: datetime
    articles: int
    copies: int
    stories: int
    returned: list[Story]
    new: list[Story]
    going_on: list[Story]
    alerts: list[Alert]
    alert_count: int
    searches: list[SearchCount] = []

    @property
    def named(self) -> int:
        """How many of the stories it names."""
        return len(self.returned) + len(self.new) + len(self.going_on)


def reviewed(search: Search, since: datetime, until: datetime, searches: Sequence[SavedSearch] = ()) -> Review:
    """Look back from `until` to `since`, also by the first MOST_SEARCHED of the saved searches."""
    everything = search.documents(DocumentQuery(since=since, limit=0)).total
    originals = search.documents(DocumentQuery(since=since, copies=False, limit=0)).total
    page = search.stories(StoryQuery(since=since, sort="largest", limit=MOST_STORIES))
    begun = [story for story in page.hits if story.first_seen >= since]
    alerts = search.alerts(AlertQuery(since=since, limit=MOST_SHOWN))
    return Review(
        since=since,
        until=until,
        articles=everything,
        copies=everything - originals,
        stories=page.total,
        returned=[story for story in begun if story.recurs is not None][:MOST_SHOWN],
        new=[story for story in begun if story.recurs is None][:MOST_SHOWN],
        going_on=[story for story in page.hits if story.first_seen < since][:MOST_SHOWN],
        alerts=list(alerts.hits),
        alert_count=alerts.total,
        searches=[_counted(search, one, since) for one in searches[:MOST_SEARCHED]],
    )


def _counted(search: Search, saved: SavedSearch, since: datetime) -> SearchCount:
    page = search.documents(at_standing(search, as_query(saved, since=since, limit=0)))
    return SearchCount(search=saved, articles=page.total, approximate=TOTAL in page.approximate)


def summary(review: Review) -> str:
    """What there is, in numbers."""
    return (
        f"{many(review.articles, 'article')} ({many(review.copies, 'copy', 'copies')}), "
        f"{many(review.stories, 'story', 'stories')}, {many(review.alert_count, 'alert')}"
    )


def as_text(review: Review) -> str:
    """For a terminal, or a mail without markup."""
    lines = [f"From {review.since:%Y-%m-%d %H:%M} to {review.until:%Y-%m-%d %H:%M} UTC: {summary(review)}"]
    for heading, stories in sections(review):
        if stories:
            lines += ["", heading, ""]
            lines += [line for story in stories for line in _story(story)]
    if review.named < review.stories:
        lines += ["", f"These are {review.named} of {review.stories} stories: those of most publishers."]
    if review.alerts:
        lines += ["", "Alerts", ""]
        lines += [f"- {_alert(one)} ({many(one.article_count, 'article')})" for one in review.alerts]
    if len(review.alerts) < review.alert_count:
        lines += ["", f"These are the last {len(review.alerts)} of {review.alert_count} alerts."]
    if review.searches:
        lines += ["", "Saved searches", ""]
        lines += [f"- {one.search.name}: {many(one.articles, 'article')}" for one in review.searches]
    return "\n".join(lines)


def sections(review: Review) -> Iterator[tuple[str, Sequence[Story]]]:
    """The kinds of stories under their headings."""
    yield "Came back", review.returned
    yield "New", review.new
    yield "Going on", review.going_on


def _alert(alert: Alert) -> str:
    title = alert.title if alert.title == alert.rule_name else f"{alert.rule_name}: {alert.title}"
    return one_line(title, LINE_CHARS)


def _story(story: Story) -> Iterator[str]:
    names = one_line(", ".join(entity.name for entity in story.entities[:NAMES]), LINE_CHARS)
    publishers, articles = many(story.publishers, "publisher"), many(story.articles, "article")
    title = one_line(story.title, LINE_CHARS)
    yield f"- {title} ({publishers}, {articles}{f'; {names}' if names else ''})"
    if story.summary:
        yield f"  {one_line(story.summary, LINE_CHARS)}"
