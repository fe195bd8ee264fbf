"""What the commands that look at results print, on the bundled sample."""

from __future__ import annotations

import pytest

from streams.index.search import FACETS
from streams.wording import many
from tests.cli.conftest import Streams
from tests.conftest import SampleRun

BRIDGE = "Port Kells harbour bridge closed after engineers find cracks"


def test_search_shows_a_line_for_each_article_and_how_many_there_are(
    streams: Streams, sample_run: SampleRun
) -> None:
    said = streams("search", f'title:"{BRIDGE}"', "--data", sample_run.data)
    columns, *rows, total = said.out.splitlines()
    assert (said.status, said.err) == (0, "")
    assert columns.split() == ["published", "source", "title", "id"]
    assert total == f"{len(rows)} found"
    assert all(BRIDGE in row for row in rows)


def test_search_as_json_is_one_object_of_total_hits_and_facets(streams: Streams, sample_run: SampleRun) -> None:
    found = streams("search", "bridge", "--json", "--limit", 3, "--data", sample_run.data).json
    assert list(found)[:3] == ["total", "hits", "facets"]
    assert found["total"] > len(found["hits"]) == 3
    assert {"id", "title", "text", "entities", "story_id", "copy_of", "source"} <= set(found["hits"][0])
    assert set(found["facets"]) == set(FACETS)
    assert found["facets"]["language"] == [{"value": "en", "count": found["total"]}]


def test_pages_of_a_search_follow_each_other_in_the_order_asked_for(
    streams: Streams, sample_run: SampleRun
) -> None:
    def page(*options: object) -> list[str]:
        found = streams("search", "bridge", "--json", "--data", sample_run.data, *options).json
        return [hit["published"] for hit in found["hits"]]

    whole = page("--sort", "oldest", "--limit", 6)
    assert whole == sorted(whole)
    parts = [page("--sort", "oldest", "--limit", 2, "--offset", offset) for offset in (0, 2, 4)]
    assert [published for part in parts for published in part] == whole
    assert page("--limit", 1000) == sorted(page("--limit", 1000), reverse=True)


def test_nothing_found_is_said_and_is_a_success(streams: Streams, sample_run: SampleRun) -> None:
    said = streams("search", "zeppelin", "--data", sample_run.data)
    assert (said.status, said.out) == (0, "Nothing found.\n0 found\n")
    assert streams("search", "zeppelin", "--json", "--data", sample_run.data).json["hits"] == []


def test_a_search_that_hardly_says_what_is_meant_is_pointed_out(streams: Streams, sample_run: SampleRun) -> None:
    said = streams("search", "bridge or zeppelin", "--data", sample_run.data)
    assert said.out.endswith("\nnote: 'or' is looked for as a word: the operator is written OR\n")


def test_an_empty_search_finds_everything(streams: Streams, sample_run: SampleRun) -> None:
    new = sum(poll.new for poll in sample_run.polls)
    assert streams("search", "--json", "--data", sample_run.data).json["total"] == new


def test_stories_can_be_the_largest_or_those_that_came_back(streams: Streams, sample_run: SampleRun) -> None:
    largest = streams("stories", "--largest", "--json", "--data", sample_run.data).json["hits"]
    sizes = [story["publishers"] for story in largest]
    assert sizes == sorted(sizes, reverse=True)
    returned = streams("stories", "--recurring", "--json", "--data", sample_run.data).json
    assert all(story["recurs"] for story in returned["hits"])
    said = streams("stories", "--recurring", "--data", sample_run.data)
    assert "Morwen" in said.out
    assert said.out.endswith(f"\n{many(returned['total'], 'story', 'stories')}\n")
    assert len(streams("stories", "--limit", 2, "--json", "--data", sample_run.data).json["hits"]) == 2


@pytest.fixture
def copy(streams: Streams, sample_run: SampleRun) -> dict[str, str]:
    """The tabloid piece as one of its copyists published it."""
    query = "thousands troops massing border domain:worldbrief.example"
    (hit,) = streams("search", query, "--json", "--data", sample_run.data).json["hits"]
    assert isinstance(hit, dict)
    return hit


def test_explain_shows_every_decision_about_an_article(
    streams: Streams, sample_run: SampleRun, copy: dict[str, str]
) -> None:
    said = streams("explain", copy["id"], "--data", sample_run.data)
    assert said.status == 0
    for part in (
        f"article {copy['id']}: {copy['title']}",
        f"copy of {copy['copy_of']}",
        "  identify: new article:",
        "  tag: searched for entities:",
        "  relate: ",
        "removed [source] 'Source: Daily Clarion'",
        "in feed ",
        f"alert border-build-up.{copy['story_id']}",
        "matched border, frontier, troops, ",
    ):
        assert part in said.out
    found = streams("explain", copy["id"], "--json", "--data", sample_run.data).json
    assert found["document"]["id"] == found["id"] == copy["id"]
    assert [alert["rule_id"] for alert in found["alerts"]] == ["border-build-up"]


def test_explain_knows_stories_and_alerts_by_their_ids(
    streams: Streams, sample_run: SampleRun, copy: dict[str, str]
) -> None:
    story = streams("explain", copy["story_id"], "--data", sample_run.data).out
    assert f"story {copy['story_id']}: " in story
    assert "3 articles, 2 copies, 1 publisher" in story
    alert_id = f"border-build-up.{copy['story_id']}"
    alert = streams("explain", alert_id, "--data", sample_run.data).out
    assert alert.startswith(f"alert {alert_id}: ")
    assert "recorded: " in alert
    found = streams("explain", alert_id, "--json", "--data", sample_run.data).json
    assert found["document"] is None
    assert [one["id"] for one in found["alerts"]] == [alert_id]


def test_status_counts_what_is_there_and_what_waits(streams: Streams, sample_run: SampleRun) -> None:
    found = streams("status", "--json", "--data", sample_run.data).json
    assert (found["engine"], found["feeds"], found["feeds_failing"]) == ("embedded", 16, 0)
    assert [stage["stage"] for stage in found["stages"]] == [
        "identify",
        "fulltext",
        "tag",
        "relate",
        "match",
        "decide",
        "index",
    ]
    assert {(stage["lag"], stage["dead_letters"]) for stage in found["stages"]} == {(0, 0)}
    lines = [line.split() for line in streams("status", "--data", sample_run.data).out.splitlines()]
    assert ["documents", str(found["documents"])] in lines
    assert ["relate", "0", "0"] in lines


def test_a_table_on_a_narrow_terminal_keeps_ids_whole(
    streams: Streams, sample_run: SampleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "90")
    found = streams("search", "bridge", "--json", "--data", sample_run.data).json["hits"]
    said = streams("search", "bridge", "--data", sample_run.data).out
    assert all(hit["id"] in said for hit in found)
    assert "…" in said


def test_a_review_is_text_json_or_a_page_for_a_mail(
    streams: Streams, sample_run: SampleRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = ("--since", "2000-01-01", "--data", sample_run.data)
    found = streams("review", "--json", *options).json
    text = streams("review", *options).out
    html = streams("review", "--html", "--page", "https://news.example/", *options).out

    assert found["stories"] > len(found["new"]) > 0
    assert found["new"][0]["title"] in text
    assert f'<a href="https://news.example/stories/{found["new"][0]["id"]}">' in html
    monkeypatch.setenv("STREAMS_PORT", "8471")
    assert '<a href="http://127.0.0.1:8471/stories/' in streams("review", "--html", *options).out
    assert "<script" not in html
