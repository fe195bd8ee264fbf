from __future__ import annotations

import httpx

from streams.condition import Condition
from streams.engines.engine import FeedHealth
from streams.errors import ServiceError
from streams.index.search import AlertQuery, Page
from streams.records import Alert, Coverage, Feed, Problem
from streams.web.app import create_app
from streams.web.feeds import shown, worst_first
from tests.web.conftest import Visit, browser
from tests.web.fakes import NOW, FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import feed_health, feeds, hours_ago


async def test_feeds_are_listed_failing_first_with_their_problems(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/feeds"))
    assert texts(tree, "tbody .state") == ["failing", "faulty", "new", "well"]
    assert texts(tree, ".problem") == ["http-503 the server answered 503 Service Unavailable"]
    assert texts(tree, "tbody details li") == ["bad-date entry 3: year 0"]
    assert "never" in words(tree.css("tbody tr")[2])


async def test_a_feed_that_is_not_where_it_was_is_told_from_one_that_fails(visit: Visit) -> None:
    kinds = {"gone": "http-410", "missing": "http-404", "parked": "became-html", "failing": "time-out"}
    feeds = [
        feed_health(name, polled_at=hours_ago(1), failures=3, problem=Problem(kind=kind, message=name))
        for name, kind in reversed(kinds.items())
    ]
    reader = visit(FakeEngine(feeds=feeds))
    assert texts(page(await reader.get("/feeds")), "tbody .state") == list(kinds)
    assert [one["health"] for one in (await reader.get("/api/feeds")).json()["hits"]] == list(kinds)


async def test_a_feed_that_is_silent_or_floods_says_since_when_and_how_many_are_usual(visit: Visit) -> None:
    covered = Coverage(
        days=[12] * 10, last_day=NOW.date(), newest=hours_ago(50), unusual="silent", since=hours_ago(50)
    )
    silent = feed_health("herald", polled_at=hours_ago(1), succeeded_at=hours_ago(1), coverage=covered)
    reader = visit(FakeEngine(feeds=[silent]))
    tree = page(await reader.get("/feeds"))
    assert texts(tree, "tbody .state") == ["silent"]
    assert "since" in words(tree.css("tbody td")[0])
    assert words(tree.css("tbody td")[-1]) == "12.0"
    assert "1 silent" in words(page(await reader.get("/")))


async def test_a_long_list_of_feeds_comes_in_parts(visit: Visit) -> None:
    reader = visit(FakeEngine(feeds=[feed_health(f"feed{number:03}") for number in range(120)]))
    tree = page(await reader.get("/feeds"))
    assert len(tree.css("tbody tr")) == 100
    assert len(page(await reader.get(links(tree, "a[rel=next]")[0])).css("tbody tr")) == 20


def test_of_failing_feeds_the_longest_failing_comes_first() -> None:
    order = worst_first([feed_health("a"), feed_health("b", failures=1), feed_health("c", failures=9)])
    assert [health.feed.id for health in order] == ["c", "b", "a"]


def test_a_feed_whose_state_knows_of_no_poll_is_new() -> None:
    assert feed_health("a", interval_s=300.0).health == "new"
    assert feed_health("a", polled_at=hours_ago(1)).health == "well"


def test_readers_see_neither_passwords_nor_fingerprints() -> None:
    feed = Feed(id="a", url="https://me:secret@a.example/rss?x=@y")
    public = shown(FeedHealth.of(feed, feeds()[0].state))
    assert public.feed.url == "https://a.example/rss?x=@y"
    assert public.state is not None
    assert public.state.fingerprints == b""
    odd = FeedHealth.of(Feed(id="a", url="https://[@"), None)
    assert shown(odd).feed.url == "https://[@"


async def test_rules_are_listed_with_a_search_for_each(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/rules"))
    assert texts(tree, ".rules .query") == ["bridge OR tunnel"]
    assert "at most once in 30 min" in words(tree)
    assert links(tree, ".rules a") == [
        "/rules/bridges",
        "/search?q=bridge+OR+tunnel",
        "/rules?q=bridge+OR+tunnel&rule=bridges",
        "/alerts?rule=bridges",
    ]


async def test_a_query_is_tried_as_a_rule_and_compared_with_the_live_one(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/rules", params={"q": "bridge", "rule": "bridges", "days": "365"}))

    assert words(tree.css_first("section .numbers")).split()[1].startswith("article")
    assert "Against the live rule" in texts(tree, "section h2")
    assert texts(tree, "option[selected]")[0] == "Bridges & tunnels"


async def test_a_wrong_query_is_shown_with_what_is_wrong_and_the_rules_stay(client: httpx.AsyncClient) -> None:
    answer = await client.get("/rules", params={"q": "(bridge"})

    assert answer.status_code == 400
    tree = page(answer)
    assert "line 1" in texts(tree, ".problem")[0]
    assert texts(tree, ".rules .query") == ["bridge OR tunnel"]


async def test_a_trial_says_what_people_would_have_got(client: httpx.AsyncClient) -> None:
    trial = (await client.get("/api/rules/trial", params={"q": "bridge", "days": "365"})).json()

    assert trial["hits"] >= trial["stories"] >= trial["alerts"] > 0
    assert trial["appears"] is None
    missing = await client.get("/api/rules/trial", params={"q": "bridge", "rule": "nosuch"})
    assert missing.status_code == 404
    assert "`streams rules list`" in missing.text


async def test_without_feeds_and_rules_the_pages_say_what_to_do(visit: Visit) -> None:
    reader = visit(FakeEngine())
    assert "streams run --feeds" in words(page(await reader.get("/feeds")))
    assert "streams rules apply" in words(page(await reader.get("/rules")))


async def test_the_api_page_lists_every_path_of_the_description(client: httpx.AsyncClient) -> None:
    description = (await client.get("/api/openapi.json")).json()
    tree = page(await client.get("/api"))
    operations = [
        path if method == "get" else f"{method.upper()} {path}"
        for path, methods in description["paths"].items()
        for method in methods
    ]
    assert texts(tree, ".operation h2") == operations
    assert operations[0] == "/api/documents"
    assert {"name", "role", "days"} <= set(texts(tree, ".operation dt"))


async def test_the_process_tells_whether_it_lives_and_can_answer(client: httpx.AsyncClient) -> None:
    assert (await client.get("/livez")).text == "alive\n"
    assert (await client.get("/readyz")).text == "ready\n"


class AwaySearch(FakeSearch):
    """An index that does not answer."""

    def alerts(self, query: AlertQuery) -> Page[Alert]:
        raise ServiceError("the index does not answer: is it running?", retry_after_s=30)


async def test_an_index_that_is_away_is_not_ready_but_alive(visit: Visit) -> None:
    reader = visit(FakeEngine(AwaySearch()))
    assert (await reader.get("/livez")).status_code == 200
    answer = await reader.get("/readyz")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")


async def test_stages_that_are_held_up_or_stuck_are_told_of() -> None:
    condition = Condition()
    async with browser(create_app(FakeEngine(), condition=condition)) as reader:
        assert (await reader.get("/readyz")).text == "ready\n"
        condition.ready.append(lambda: "index waits: the disk")
        answer = await reader.get("/readyz")
        assert (answer.status_code, answer.text) == (503, "index waits: the disk\n")
        assert (await reader.get("/livez")).status_code == 200
        condition.live.append(lambda: "tag is stuck")
        answer = await reader.get("/livez")
        assert (answer.status_code, answer.text) == (503, "tag is stuck\n")
