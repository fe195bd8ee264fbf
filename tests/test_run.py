"""The embedded pipeline from feeds to alerts: what comes in once is there once, and who is told."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from datetime import timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from streams.clock import now
from streams.correcting import Wish, decide
from streams.engines.embedded import EmbeddedEngine
from streams.engines.runtime import running
from streams.errors import DataFolderError, FeedsFileError, RuleError, StreamsError
from streams.feeds.opml import feed_from_url, to_opml
from streams.index.search import AlertQuery, DocumentQuery, StoryQuery
from streams.run import run_once
from streams.settings import Settings, load
from streams.summary import Summary
from tests.fulltext.test_page import PARAGRAPHS, page
from tests.serving import Site, rss

BRIDGE = (
    "https://herald.example/bridge",
    "Harbour bridge closed after inspection",
    "The harbour bridge was closed on Monday after engineers found cracks in two of its pillars.",
)
FERRY = (
    "https://herald.example/ferry",
    "Ferry crew rescued off northern cape",
    "All nine crew of the ferry Aurora were taken off by helicopter when its engine failed in heavy seas.",
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return load(data=tmp_path / "data", models={}, title_model="", port=0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with Site() as served:
        yield served


async def once(
    settings: Settings, feeds: Sequence[str], rules: Path | None = None, *, notify: bool = False
) -> Summary:
    return await run_once(settings, feeds, rules, notify=notify, say=lambda text: None)


def counts(summary: Summary) -> tuple[int, int, int]:
    return summary.new, summary.revised, summary.failures


def rules_file(folder: Path) -> Path:
    file = folder / "rules.yml"
    file.write_text("rules: [{id: bridge, name: Bridge, query: 'bridge OR ferry', channels: [file]}]")
    return file


def told(settings: Settings) -> list[str]:
    file = settings.data / "alerts.jsonl"
    return [json.loads(line)["alert"]["title"] for line in file.read_text().splitlines()] if file.exists() else []


async def test_what_a_feed_brings_is_findable_once_however_often_it_is_polled(
    settings: Settings, site: Site
) -> None:
    site.pages["herald"] = rss("Herald", [BRIDGE, FERRY])
    first = await once(settings, [site.url("herald")])
    assert counts(first) == (2, 0, 0)
    assert first.stories == 2
    again = await once(settings, [])
    assert counts(again) == (0, 0, 0)
    engine = EmbeddedEngine.open(settings.data)
    page = engine.search.documents(DocumentQuery(query='"harbour bridge" -nothing'.replace(" -nothing", "")))
    assert [hit.title for hit in page.hits] == [BRIDGE[1]]
    assert engine.search.documents(DocumentQuery()).total == 2
    assert engine.search.stories(StoryQuery()).total == 2
    engine.close()


async def test_an_edited_entry_is_a_revision_and_a_new_one_is_new(settings: Settings, site: Site) -> None:
    site.pages["herald"] = rss("Herald", [BRIDGE])
    await once(settings, [site.url("herald")])
    site.pages["herald"] = rss(
        "Herald", [(BRIDGE[0], "Harbour bridge to stay closed for a month", BRIDGE[2]), FERRY]
    )
    assert counts(await once(settings, [])) == (1, 1, 0)
    engine = EmbeddedEngine.open(settings.data)
    hits = engine.search.documents(DocumentQuery(query="bridge")).hits
    assert [(hit.title, hit.revision, hit.changed) for hit in hits] == [
        ("Harbour bridge to stay closed for a month", 2, ["title"])
    ]
    engine.close()


async def test_the_articles_of_a_feed_with_the_tag_are_read_from_their_pages_once(
    settings: Settings, site: Site, tmp_path: Path
) -> None:
    settings = settings.model_copy(update={"allow_hosts": [site.host], "parse_processes": 1})
    site.pages |= {
        "feed": rss("Herald", [(site.url("bridge"), *BRIDGE[1:]), (site.url("gone"), *FERRY[1:])]),
        "bridge": page(paragraphs=[*PARAGRAPHS, "The page says more."]),
    }
    feeds = tmp_path / "feeds.opml"
    feeds.write_bytes(to_opml([feed_from_url(site.url("feed"), tags=["fulltext"])]))
    assert counts(await once(settings, [str(feeds)])) == (2, 0, 0)
    assert counts(await once(settings, [str(feeds)])) == (0, 0, 0)
    assert sorted(site.asked) == ["bridge", "feed", "feed", "gone", "robots.txt"]
    engine = EmbeddedEngine.open(settings.data)
    with closing(engine):
        told = {
            document.title: next(one for one in document.trace if one.stage == "fulltext")
            for document in engine.search.documents(DocumentQuery()).hits
        }
        [found] = engine.search.documents(DocumentQuery(query="more")).hits
    assert found.title == BRIDGE[1]
    assert told[BRIDGE[1]].what == "text of its page"
    assert told[FERRY[1]].what == "text of its feed"
    assert "404" in told[FERRY[1]].why


async def test_one_bad_feed_harms_no_other_and_its_problem_is_named(settings: Settings, site: Site) -> None:
    site.pages |= {"herald": rss("Herald", [BRIDGE]), "empty": b"", "page": b"<html><body>Hello</body></html>"}
    names = ["missing", "empty", "page", "herald"]
    summary = await once(settings, [site.url(name) for name in names])
    assert counts(summary) == (1, 0, 3)
    engine = EmbeddedEngine.open(settings.data)
    problems = {
        health.feed.url: health.state.problem.kind
        for health in engine.feeds()
        if health.state and health.state.problem
    }
    engine.close()
    assert problems == {site.url("missing"): "http-404", site.url("empty"): "empty", site.url("page"): "html"}


async def test_a_feed_in_a_file_may_not_reach_this_machine_but_one_named_by_the_operator_may(
    settings: Settings, site: Site, tmp_path: Path
) -> None:
    site.pages["herald"] = rss("Herald", [BRIDGE])
    (tmp_path / "feeds.txt").write_text(site.url("herald") + "\n")
    assert counts(await once(settings, [str(tmp_path / "feeds.txt")])) == (0, 0, 1)
    engine = EmbeddedEngine.open(settings.data)
    (health,) = engine.feeds()
    engine.close()
    assert health.state is not None
    assert health.state.problem is not None
    assert health.state.problem.kind == "address-refused"
    assert "STREAMS_ALLOW_HOSTS" in health.state.problem.message
    assert site.asked == []
    assert counts(await once(settings, [site.url("herald")])) == (1, 0, 0)


async def test_a_first_poll_with_500_old_items_records_alerts_and_delivers_none(
    settings: Settings, site: Site, tmp_path: Path
) -> None:
    items = [
        (f"https://herald.example/{n}", f"Bridge number {n} inspected", f"Inspection {n}") for n in range(500)
    ]
    site.pages["herald"] = rss("Herald", items)
    summary = await once(settings, [site.url("herald")], rules_file(tmp_path))
    assert summary.new == 500
    assert summary.alerts > 0
    assert told(settings) == []
    engine = EmbeddedEngine.open(settings.data)
    assert {alert.delivery for alert in engine.search.alerts(AlertQuery(limit=1000)).hits} == {"recorded"}
    engine.close()


async def test_people_are_told_once_of_what_comes_after_the_first_poll(
    settings: Settings, site: Site, tmp_path: Path
) -> None:
    site.pages["herald"] = rss("Herald", [BRIDGE])
    await once(settings, [site.url("herald")], rules_file(tmp_path))
    site.pages["herald"] = rss("Herald", [BRIDGE, FERRY], published=format_datetime(now() - timedelta(hours=1)))
    await once(settings, [])
    assert told(settings) == [FERRY[1]]
    await once(settings, [])
    assert told(settings) == [FERRY[1]]


async def test_notify_also_tells_of_first_polls_that_are_young_enough(
    settings: Settings, site: Site, tmp_path: Path
) -> None:
    site.pages["herald"] = rss("Herald", [BRIDGE], published=format_datetime(now() - timedelta(hours=1)))
    site.pages["courier"] = rss("Courier", [FERRY], published=format_datetime(now() - timedelta(days=9)))
    await once(settings, [site.url("herald"), site.url("courier")], rules_file(tmp_path), notify=True)
    assert told(settings) == [BRIDGE[1]]


@pytest.mark.parametrize(
    ("feeds", "rules", "error"),
    [
        (["missing.opml"], None, FeedsFileError),
        (["ftp://herald.example/feed"], None, FeedsFileError),
        ([], "rules: [{id: x, query: '('}]", RuleError),
    ],
)
async def test_what_cannot_be_used_is_told_before_anything_is_touched(
    settings: Settings, tmp_path: Path, feeds: list[str], rules: str | None, error: type[StreamsError]
) -> None:
    file = None
    if rules is not None:
        file = tmp_path / "rules.yml"
        file.write_text(rules)
    with pytest.raises(error):
        await once(settings, feeds, file)
    assert not settings.data.exists()


async def test_feeds_are_not_mixed_into_the_bundled_sample(settings: Settings, site: Site) -> None:
    await once(settings, [])
    with pytest.raises(DataFolderError, match="holds the bundled sample"):
        await once(settings, [site.url("herald")])


async def test_a_name_that_is_corrected_while_it_runs_is_that_everywhere(settings: Settings, site: Site) -> None:
    names = settings.data.parent / "names.yml"
    names.write_text("- {name: Aurora, type: organisation, always: true}")
    settings = settings.model_copy(update={"entities": names, "allow_hosts": [site.host]})
    site.pages["herald"] = rss("The Herald", [FERRY])
    await once(settings, [site.url("herald")])
    async with running(settings) as runtime:
        beside = EmbeddedEngine.open(settings.data)
        ferry = Wish(name="Ferry Aurora", type="place")
        beside.correct([decide(beside.search, [], "Aurora", ferry, now())])
        await runtime.drained()
        [stored] = beside.search.documents(DocumentQuery()).hits
        [story] = beside.search.stories(StoryQuery()).hits
        beside.close()
    assert [(one.name, one.label) for one in stored.entities] == [("Ferry Aurora", "GPE")]
    assert [one.name for one in story.entities] == ["Ferry Aurora"]
