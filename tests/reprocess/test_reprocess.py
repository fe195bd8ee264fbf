"""A data folder's articles run through the stages again: the same articles, nothing doubled and nothing told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import msgspec
import pytest

from streams.clock import now
from streams.engines.embedded import EmbeddedEngine
from streams.index.embedded import EmbeddedIndex
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from streams.migrate.folder import Folder
from streams.records import Alert, Article, Document, Entity, Record, Story, TaggedArticle, Topic, extend
from streams.reprocess import embedded
from streams.reprocess.embedded import Rerun, reprocess
from streams.run import run_once
from streams.settings import Settings, load
from streams.stage import Output
from tests.services.expected import Result
from tests.serving import Site, rss

PUBLISHED = format_datetime(now() - timedelta(minutes=30))
TITLES = (
    "Harbour bridge closed after cracks",
    "Mayor Jane Doe opens the new library",
    "Storm floods the old town",
)
RULES = """rules:
- {id: bridge, name: Bridge, query: bridge, channels: [file]}
- {id: doe, name: Doe, query: 'person:"Jane Doe"', channels: [file]}
"""
LATER = timedelta(days=30)


class Named:
    """A tag stage that knows one person, or none; `fails_at` counts articles."""

    def __init__(self, name: str = "", fails_at: int = 10**9) -> None:
        self._name, self._left = name, fails_at

    def process(self, batch: Sequence[Record]) -> list[Output]:
        return [Output(Topic.TAGGED, "world", self._tagged(one)) for one in batch if isinstance(one, Article)]

    def _tagged(self, article: Article) -> TaggedArticle:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        found = (
            [Entity(id="jane", name=self._name, label="PERSON", count=1)] if self._name in article.title else []
        )
        return extend(article, TaggedArticle, entities=found if self._name else [])


def publish(site: Site, *, revised: bool = False, titles: Sequence[str] = TITLES) -> None:
    for paper in ("herald", "courier"):
        edited = " It opens again in May." if revised and paper == "herald" else ""
        items = [
            (f"https://{paper}.example/{title[:5]}", title, f"{title}, the {paper} was told on Monday.{edited}")
            for title in titles
        ]
        site.pages[paper] = rss(paper.title(), items, PUBLISHED)


def settings_of(folder: Path) -> Settings:
    return load(data=folder, models={}, title_model="")


async def poll(folder: Path, site: Site, at: datetime | None = None) -> None:
    feeds = [site.url(paper) for paper in site.pages]
    (folder.parent / "rules.yml").write_text(RULES)
    clock = now if at is None else lambda: at
    rules = folder.parent / "rules.yml"
    await run_once(settings_of(folder), feeds, rules, notify=True, say=lambda _: None, clock=clock)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as site:
        publish(site)
        yield site


@pytest.fixture
async def folder(site: Site, tmp_path: Path) -> Path:
    """What an embedded run made of the feeds, with no model; its alerts were delivered."""
    await poll(tmp_path / "data", site)
    return tmp_path / "data"


def again(folder: Path, tag: Named, since: datetime | None = None) -> Rerun:
    with Folder(folder) as source:
        return reprocess(source, tag, settings_of(folder), since, lambda _: lambda _: None)


@contextmanager
def opened(folder: Path) -> Iterator[EmbeddedEngine]:
    engine = EmbeddedEngine.open(folder)
    yield engine
    engine.close()


def held(folder: Path) -> dict[str, Result]:
    with opened(folder) as engine:
        search = engine.search
        stories, alerts = search.stories(StoryQuery(limit=100)).hits, search.alerts(AlertQuery(limit=100)).hits
        found: list[Result] = [*search.scan(DocumentQuery()), *stories, *alerts]
    return {f"{type(one).__name__} {one.id}": one for one in found}


def documents(folder: Path) -> dict[str, Document]:
    return {one.id: one for one in held(folder).values() if isinstance(one, Document)}


def alerts(folder: Path) -> dict[str, list[Alert]]:
    found: dict[str, list[Alert]] = {}
    for one in held(folder).values():
        if isinstance(one, Alert):
            found.setdefault(one.rule_id, []).append(one)
    return found


def bare(one: Result) -> Result:
    """Without what each run decides for itself."""
    plain = msgspec.structs.replace(one, version=0)
    return msgspec.structs.replace(plain, trace=[]) if isinstance(plain, Document) else plain


async def test_the_same_stages_make_the_same_of_everything(folder: Path) -> None:
    before = held(folder)
    told = again(folder, Named())
    assert (told.articles, told.stories) == (6, told.stories_before)
    after = held(folder)
    assert {key: bare(one) for key, one in after.items()} == {key: bare(one) for key, one in before.items()}
    assert {type(one) for one in after.values()} == {Document, Story, Alert}


async def test_another_model_finds_what_is_in_articles_that_stay_themselves(folder: Path) -> None:
    before = documents(folder)
    again(folder, Named("Jane Doe"))
    after = documents(folder)
    assert after.keys() == before.keys()
    for one in after.values():
        known = before[one.id]
        assert (one.created_at, one.fetched_at, one.revision) == (known.created_at, known.fetched_at, 1)
        assert one.backfill == known.backfill
    with opened(folder) as engine:
        found = engine.search.documents(DocumentQuery(query='person:"Jane Doe"'))
    assert [one.title for one in found.hits] == [TITLES[1]] * 2


async def test_alerts_stay_told_and_new_matches_are_recorded_and_told_to_nobody(folder: Path) -> None:
    told = (folder / "alerts.jsonl").read_text()
    (before,) = alerts(folder)["bridge"]
    again(folder, Named("Jane Doe"))
    after = alerts(folder)
    assert [(one.id, one.delivery, one.delivered_at) for one in after["bridge"]] == [
        (before.id, "delivered", before.delivered_at)
    ]
    assert {one.delivery for one in after["doe"]} == {"recorded"}
    assert sum(one.article_count for one in after["doe"]) == 2
    with opened(folder) as engine:
        assert engine.outbox.channels() == []
    assert (folder / "alerts.jsonl").read_text() == told


async def test_feeds_go_on_where_they_were(folder: Path, site: Site) -> None:
    again(folder, Named("Jane Doe"))
    before = documents(folder)
    await poll(folder, site)
    assert documents(folder) == before
    publish(site, revised=True)
    await poll(folder, site)
    after = documents(folder)
    assert after.keys() == before.keys()
    revised = [one for one in after.values() if one.revision == 2]
    assert len(revised) == 3
    for one in revised:
        known = before[one.id]
        assert (one.story_id, one.version) == (known.story_id, known.version + 1)


async def test_cut_short_it_changes_nothing_and_is_run_again(folder: Path) -> None:
    before = held(folder)
    with pytest.raises(KeyboardInterrupt):
        again(folder, Named("Jane Doe", fails_at=4))
    assert held(folder) == before
    assert again(folder, Named("Jane Doe")).articles == 6
    assert not (folder / "reprocessing").exists()


async def test_one_that_was_complete_is_taken_over_by_whoever_comes_next(
    folder: Path, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = held(folder)
    with monkeypatch.context() as killed:
        killed.setattr(embedded, "take_over", lambda *_: None)
        again(folder, Named("Jane Doe"))
    assert held(folder) == before
    await poll(folder, site)
    assert sum(bool(one.entities) for one in documents(folder).values()) == 2
    assert not (folder / "reprocessing").exists()


async def test_a_take_over_that_was_cut_short_between_the_two_databases_is_done_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class StopError(Exception):
        pass

    def stop(*_: object) -> None:
        raise StopError

    with monkeypatch.context() as killed:
        killed.setattr(EmbeddedIndex, "refresh", stop)
        with pytest.raises(StopError):
            again(folder, Named("Jane Doe"))
    with Folder(folder) as source:
        found = {key.decode() for key in source.table("related")}
    assert {one.id for one in documents(folder).values()} <= found
    assert not (folder / "reprocessing").exists()


async def test_since_a_day_only_stories_with_later_articles_are_made_again(tmp_path: Path) -> None:
    folder, begin = tmp_path / "data", now() - LATER
    async with Site() as site:
        publish(site, titles=TITLES[:1])
        await poll(folder, site, begin)
        publish(site, titles=TITLES[1:])
        await poll(folder, site)
        before = held(folder)
        assert again(folder, Named("Jane Doe"), begin + LATER / 2).articles == 4
        after = held(folder)
        assert after.keys() >= before.keys() - {key for key in before if key.startswith("Story")}
        old = {key for key, one in before.items() if isinstance(one, Document) and one.title == TITLES[0]}
        assert {key: after[key] for key in old} == {key: before[key] for key in old}
        publish(site, titles=TITLES[:1], revised=True)
        await poll(folder, site)
    for one in documents(folder).values():
        known = before[f"Document {one.id}"]
        if one.title == TITLES[0]:
            assert isinstance(known, Document)
            assert one.story_id == known.story_id
