from __future__ import annotations

import re

import httpx

from streams.review import Review
from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine
from tests.web.html import links, page, texts, words


async def test_the_last_hours_are_told_by_story_with_their_alerts(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/review", params={"hours": "72"}))

    assert "Alerts" in texts(tree, "main h2")
    assert "/stories/bridge" in links(tree, "main h3 a")
    assert texts(tree, "option[selected]") == ["72"]


async def test_what_a_story_names_is_told_apart_from_how_many_wrote_of_it(client: httpx.AsyncClient) -> None:
    told = texts(page(await client.get("/review", params={"hours": "72"})), ".findings .by")

    assert any(re.fullmatch(r"\d+ publishers? in \d+ articles?: \w.*, \w.*", one) for one in told), told


async def test_where_nothing_came_the_page_says_so(visit: Visit) -> None:
    tree = page(await visit(FakeEngine()).get("/review"))

    assert "Nothing came in this time." in words(tree)


async def test_programs_get_the_same(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/review")).json()

    assert set(found) == set(Review.__struct_fields__)
