from __future__ import annotations

import re

import httpx

from streams.review import MOST_SHOWN, Review
from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import alert, small_story


async def test_the_last_hours_are_told_by_story_with_their_alerts(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/review", params={"hours": "72"}))

    assert "Alerts" in texts(tree, "main h2")
    assert "/stories/bridge" in links(tree, "main h3 a")
    assert texts(tree, "option[selected]") == ["72"]


async def test_a_time_that_the_page_does_not_offer_stays_chosen(client: httpx.AsyncClient) -> None:
    for address in ("/review?hours=48", "/compare?a=x&b=y&days=48", "/rules?days=48"):
        assert "48" in texts(page(await client.get(address)), "option[selected]")[-1]


async def test_what_a_story_names_is_told_apart_from_how_many_wrote_of_it(client: httpx.AsyncClient) -> None:
    told = texts(page(await client.get("/review", params={"hours": "72"})), ".findings .by")

    assert any(re.fullmatch(r"\d+ publishers? in \d+ articles?: \w.*, \w.*", one) for one in told), told


async def test_where_nothing_came_the_page_says_so(visit: Visit) -> None:
    tree = page(await visit(FakeEngine()).get("/review"))

    assert "Nothing came in this time." in words(tree)


async def test_it_says_how_many_it_leaves_out_and_where_they_are(visit: Visit) -> None:
    many = [small_story(f"s{number}", f"Story {number}", "en", 1) for number in range(MOST_SHOWN + 5)]
    alerts = [alert(id=f"bridges.{number}") for number in range(MOST_SHOWN + 1)]
    tree = page(await visit(FakeEngine(FakeSearch(stories=many, alerts=alerts))).get("/review"))

    assert "These are 20 of 25 stories" in words(tree)
    assert "These are the last 20 of 21 alerts" in words(tree)
    since = "since=2026-03-01T12%3A00%3A00Z"
    assert links(tree, "main > p a") == [f"/stories?days=0&{since}", f"/alerts?{since}"]


async def test_programs_get_the_same(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/review")).json()

    assert set(found) == set(Review.__struct_fields__)
