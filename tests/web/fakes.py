"""An engine and an index in memory that keep the real contract."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence, Set
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from msgspec.structs import replace

from streams.engines.engine import Envelope, Explanation, FeedHealth, StageStatus, Status, Told
from streams.engines.explaining import explained
from streams.index.search import AlertQuery, Bucket, DocumentQuery, Histogram, Page, StoryQuery
from streams.query.match import Matcher
from streams.query.parse import parse
from streams.query.prepared import Prepared
from streams.records import Alert, Correction, DeadLetter, Document, Edit, Feed, Rule, SavedSearch, Story, Token
from streams.web.marks import entity_kind

T = TypeVar("T")
NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KINDS = {"people": "person", "organisations": "organisation", "places": "place"}


class FakeSearch:
    """Lists, filtered by the reference meaning of the query language."""

    def __init__(
        self, documents: Iterable[Document] = (), stories: Iterable[Story] = (), alerts: Iterable[Alert] = ()
    ) -> None:
        self.all_documents = {document.id: document for document in documents}
        self.all_stories = {story.id: story for story in stories}
        self.all_alerts = {alert.id: alert for alert in alerts}

    def documents(self, query: DocumentQuery, facets: Sequence[str] = ()) -> Page[Document]:
        found = list(self.scan(query))
        counted = {facet: _buckets(found, facet) for facet in facets}
        return Page(total=len(found), hits=_part(found, query.offset, query.limit), facets=counted)

    def scan(self, query: DocumentQuery) -> Iterator[Document]:
        matcher = Matcher(parse(query.query))
        found = [d for d in self.all_documents.values() if _wanted(d, query) and _matches(matcher, d)]
        if query.without is not None:
            without = Matcher(parse(query.without))
            found = [document for document in found if not _matches(without, document)]
        found.sort(key=lambda document: (document.published, document.id), reverse=query.sort != "oldest")
        yield from found

    def histogram(self, query: DocumentQuery, edges: Sequence[datetime]) -> Histogram:
        found = [document.published for document in self.scan(query)]
        return Histogram(counts=[sum(begin <= at < end for at in found) for begin, end in pairwise(edges)])

    def document(self, document_id: str) -> Document | None:
        return self.all_documents.get(document_id)

    def stories(self, query: StoryQuery) -> Page[Story]:
        found = [story for story in self.all_stories.values() if _wanted_story(story, query)]
        largest: Callable[[Story], object] = lambda story: (story.publishers, story.articles)  # noqa: E731
        newest: Callable[[Story], object] = lambda story: story.last_seen  # noqa: E731
        found.sort(key=largest if query.sort == "largest" else newest, reverse=True)  # type: ignore[arg-type]
        return Page(total=len(found), hits=_part(found, query.offset, query.limit))

    def story(self, story_id: str) -> Story | None:
        return self.all_stories.get(story_id)

    def stories_by_id(self, story_ids: Collection[str]) -> dict[str, Story]:
        return {story_id: self.all_stories[story_id] for story_id in story_ids if story_id in self.all_stories}

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        found = [alert for alert in self.all_alerts.values() if _wanted_alert(alert, query)]
        found.sort(key=lambda alert: alert.updated_at, reverse=True)
        return Page(total=len(found), hits=_part(found, query.offset, query.limit))

    def alert(self, alert_id: str) -> Alert | None:
        return self.all_alerts.get(alert_id)


class FakeEngine:
    """A stopped system: what was put in is there."""

    def __init__(
        self, search: FakeSearch | None = None, feeds: Sequence[FeedHealth] = (), rules: Sequence[Rule] = ()
    ) -> None:
        self.search = search or FakeSearch()
        self.all_feeds, self.all_rules = list(feeds), list(rules)
        self.all_tokens: dict[str, Token] = {}
        self.all_mutes: dict[str, Edit] = {}
        self.edits: list[Edit] = []
        self.all_corrections: dict[str, Correction] = {}
        self.all_searches: dict[str, SavedSearch] = {}

    def mutes(self) -> list[Edit]:
        return list(self.all_mutes.values())

    def edit(self, edits: Sequence[Edit]) -> None:
        self.edits += edits
        for one in edits:
            if one.action == "mute":
                self.all_mutes[one.id] = one
            else:
                self.all_mutes.pop(one.id, None)

    def corrections(self) -> list[Correction]:
        return list(self.all_corrections.values())

    def correct(self, corrections: Sequence[Correction]) -> None:
        for one in corrections:
            self.all_corrections.pop(one.id, None)
            if not one.undone:
                self.all_corrections[one.id] = one

    def feeds(self) -> list[FeedHealth]:
        return sorted(self.all_feeds, key=lambda health: health.feed.title.casefold())

    def add_feeds(self, feeds: Sequence[Feed]) -> int:
        raise AssertionError("the page changes nothing")

    def allow(self, hosts: Sequence[str]) -> None:
        raise AssertionError("the page changes nothing")

    def remove_feed(self, feed_id: str) -> None:
        raise AssertionError("the page changes nothing")

    def rules(self, offset: int = 0, limit: int | None = None) -> list[Rule]:
        found = sorted(self.all_rules, key=lambda rule: rule.id)
        return found[offset:] if limit is None else found[offset : offset + limit]

    def rule_count(self) -> int:
        return len(self.all_rules)

    def rule(self, rule_id: str) -> Rule | None:
        return next((rule for rule in self.all_rules if rule.id == rule_id), None)

    def apply_rules(self, rules: Sequence[Rule]) -> None:
        others = [rule for rule in self.all_rules if rule.id not in {one.id for one in rules}]
        self.all_rules = others + [rule for rule in rules if not rule.deleted]

    def tokens(self) -> list[Token]:
        return sorted(self.all_tokens.values(), key=lambda token: token.created_at)

    def token(self, token_id: str) -> Token | None:
        return self.all_tokens.get(token_id)

    def put_token(self, token: Token) -> None:
        self.all_tokens[token.id] = token

    def drop_tokens(self, ids: Sequence[str]) -> None:
        for token_id in ids:
            self.all_tokens.pop(token_id, None)

    def searches(self) -> list[SavedSearch]:
        return sorted(self.all_searches.values(), key=lambda search: search.name)

    def keep_search(self, search: SavedSearch) -> None:
        self.all_searches[search.id] = search

    def drop_search(self, search_id: str) -> None:
        self.all_searches.pop(search_id, None)

    def explain(self, item_id: str) -> Explanation:
        found = explained(self.search, item_id)
        identity = {"revision": found.document.revision} if found.document else None
        deliveries = [
            Told(alert_id=one.id, channel=channel, state="failed", error="answered 410")
            for one in found.alerts
            for channel in one.channels
        ]
        return replace(found, identity=identity, deliveries=deliveries)

    def status(self) -> Status:
        return Status(
            at=NOW,
            engine="fake",
            feeds=len(self.all_feeds),
            feeds_failing=sum(1 for health in self.all_feeds if health.state and health.state.failures),
            feeds_silent=sum(1 for health in self.all_feeds if health.health == "silent"),
            feeds_flooding=0,
            documents=len(self.search.all_documents),
            stories=len(self.search.all_stories),
            alerts=len(self.search.all_alerts),
            stages=[StageStatus(stage="relate", lag=1200, dead_letters=1)],
        )

    def dead_letters(self) -> dict[str, Envelope]:
        raise AssertionError("the page does not look at them")

    def dead_letter(self, letter_id: str) -> DeadLetter:
        raise AssertionError("the page does not look at them")

    def replay(self, letter_ids: Set[str]) -> None:
        raise AssertionError("the page changes nothing")


def _part(found: Sequence[T], offset: int, limit: int) -> Sequence[T]:
    return found[offset : offset + limit]


def _matches(matcher: Matcher, document: Document) -> bool:
    return matcher.match(Prepared(document)) is not None


def _wanted(document: Document, query: DocumentQuery) -> bool:
    names = {value for entity in document.entities for value in (entity.id, entity.name)}
    return (
        (query.entity is None or query.entity in names)
        and query.source in (None, document.source.domain)
        and query.language in (None, document.language)
        and query.story in (None, document.story_id)
        and (query.since is None or document.published >= query.since)
        and (query.until is None or document.published < query.until)
        and (query.copies or document.copy_of is None)
    )


def _wanted_story(story: Story, query: StoryQuery) -> bool:
    return (
        query.state in (None, story.state)
        and (query.since is None or story.last_seen >= query.since)
        and (story.recurs is not None or not query.recurring)
        and story.articles >= query.min_articles
    )


def _wanted_alert(alert: Alert, query: AlertQuery) -> bool:
    return (
        query.rule in (None, alert.rule_id)
        and query.story in (None, alert.story_id)
        and (query.since is None or alert.updated_at >= query.since)
    )


def _buckets(documents: Sequence[Document], facet: str) -> list[Bucket]:
    counts = Counter(value for document in documents for value in _values(document, facet))
    return [Bucket(value, count) for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]


def _values(document: Document, facet: str) -> set[str]:
    match facet:
        case "source":
            return {document.source.domain}
        case "language":
            return {document.language}
        case "story":
            return {document.story_id}
        case "countries":
            return set(document.countries)
        case _:
            return {entity.name for entity in document.entities if entity_kind(entity.label) == KINDS[facet]}
