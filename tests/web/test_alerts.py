from __future__ import annotations

import httpx
import pytest
from msgspec.structs import replace

from streams.records import Alert
from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import alert, bridge_article, hours_ago


async def test_alerts_are_listed_with_rule_and_delivery(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/alerts"))
    assert links(tree, ".alerts h2 a") == ["/alerts/bridges.bridge"]
    told = words(tree.css_first(".alerts .by"))
    assert told.startswith("Bridges & tunnels delivered first live match 1 h ago")


async def test_alerts_can_be_narrowed_to_a_rule(client: httpx.AsyncClient) -> None:
    assert texts(page(await client.get("/alerts?rule=bridges")), ".alerts h2") != []
    assert "No alerts like these" in words(page(await client.get("/alerts?rule=other")))


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
    assert "Not kept any more." in words(tree)


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


async def test_without_rules_the_page_says_what_to_do(visit: Visit) -> None:
    tree = page(await visit(FakeEngine()).get("/alerts"))
    assert "streams rules apply" in words(tree.css_first(".empty"))
