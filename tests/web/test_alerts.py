from __future__ import annotations

import httpx
import pytest
from msgspec.structs import replace

from streams.records import Alert
from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import alert, bridge_article, hours_ago, story


async def test_alerts_are_listed_with_rule_and_delivery(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/alerts"))
    assert links(tree, ".alerts h2 a") == ["/alerts/bridges.bridge"]
    told = words(tree.css_first(".alerts .by"))
    assert told.startswith("Bridges & tunnels open delivered first live match 1 h ago")


async def test_the_list_says_who_knows_of_an_alert_already(visit: Visit) -> None:
    known = alert(state="closed", acknowledged_at=hours_ago(1), acknowledged_by="Ann")
    tree = page(await visit(FakeEngine(FakeSearch(alerts=[known]))).get("/alerts"))
    assert words(tree.css_first(".alerts .by")).startswith(
        "Bridges & tunnels closed acknowledged by Ann delivered"
    )


async def test_alerts_can_be_narrowed_to_a_rule(client: httpx.AsyncClient) -> None:
    assert texts(page(await client.get("/alerts?rule=bridges")), ".alerts h2") != []
    other = page(await client.get("/alerts?rule=other"))
    assert "No alerts like these" in words(other)
    assert texts(other, "option[selected]") == ["other"]


async def test_an_alert_shows_the_words_that_matched_in_their_place(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/alerts/bridges.bridge"))
    assert texts(tree, ".findings mark") == ["bridge", "bridge"]
    assert "Matched: bridge" in words(tree)
    assert "1 of 7 articles" in words(tree)


async def test_an_alert_tells_what_became_of_each_channel(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/alerts/bridges.bridge"))
    assert texts(tree, "aside .plain li") == ["log: failed answered 410", "desk: failed answered 410"]


@pytest.mark.parametrize("kept", [True, False])
async def test_places_in_an_older_revision_are_not_marked_in_the_newer(visit: Visit, kept: bool) -> None:
    revised = [bridge_article(revision=3, text="All of it was rewritten.")] if kept else []
    tree = page(await visit(FakeEngine(FakeSearch(revised, alerts=[alert()]))).get("/alerts/bridges.bridge"))
    assert texts(tree, ".findings mark") == ["bridge"]
    assert "The text was revised" in words(tree)


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"delivery": "held", "held_until": hours_ago(-1)}, "Held until 2 Mar 2026, 13:00 UTC"),
        ({"delivery": "recorded", "delivery_reason": "older than 48 h"}, "recorded older than 48 h"),
    ],
)
async def test_an_alert_says_why_nobody_was_told(visit: Visit, change: dict[str, object], shown: str) -> None:
    quiet: Alert = replace(alert(delivered_at=None, channels=[]), **change)
    tree = page(await visit(FakeEngine(FakeSearch(alerts=[quiet]))).get(f"/alerts/{quiet.id}"))
    assert shown in words(tree.css_first("aside"))


async def test_an_alert_leads_to_its_story_which_may_have_another_headline_by_now(visit: Visit) -> None:
    reader = visit(FakeEngine(FakeSearch(stories=[story(title="Bridge opens again")], alerts=[alert()])))
    told = "In the story Bridge opens again"
    assert texts(page(await reader.get("/alerts")), ".alerts .by")[-1] == told
    heading = page(await reader.get("/alerts/bridges.bridge")).css_first(".heading .by")
    assert words(heading).startswith(f"{told} 5 publishers 7 articles, 2 of them copies first 9 h ago")
    same = visit(FakeEngine(FakeSearch(stories=[story(title=alert().title)], alerts=[alert()])))
    assert len(page(await same.get("/alerts")).css(".alerts .by")) == 1


async def test_an_alert_that_goes_on_as_another_one_leads_there(visit: Visit) -> None:
    gone = replace(alert(), state="closed", merged_into="bridges.b/c")
    tree = page(await visit(FakeEngine(FakeSearch(alerts=[gone]))).get("/alerts/bridges.bridge"))
    assert links(tree, ".note a") == ["/alerts/bridges.b%2Fc"]


async def test_without_rules_the_page_says_what_to_do(visit: Visit) -> None:
    tree = page(await visit(FakeEngine()).get("/alerts"))
    assert "streams rules apply" in words(tree.css_first(".empty"))
