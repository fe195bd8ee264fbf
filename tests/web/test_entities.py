from __future__ import annotations

import httpx

from streams.records import Coordinates, Entity
from tests.factories import document
from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words


async def test_a_name_leads_to_its_stories_articles_days_and_company(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/entities/Ada Brandt"))
    assert words(tree.css_first("h1")) == "Ada Brandt"
    assert "Harbour bridge closed after inspection" in texts(tree, "section li a")
    assert "/entities/Northport" in links(tree, "aside a")
    assert "/entities/Ada%20Brandt" not in links(tree, "aside a")
    assert tree.css("svg g")
    assert "/search?entity=ada-brandt&q=country%3ANO" in links(tree, "aside a")


async def test_the_chips_of_stories_and_articles_lead_to_names(client: httpx.AsyncClient) -> None:
    for path in ("/", "/articles/bridge-1"):
        found = links(page(await client.get(path)), ".chips .chip")
        assert found
        assert all(link.startswith("/entities/") for link in found)


async def test_a_name_that_no_article_has_is_not_found(client: httpx.AsyncClient) -> None:
    for path in ("/entities/Nobody", "/api/entities/Nobody"):
        assert (await client.get(path)).status_code == 404


async def test_what_feeds_and_users_put_into_names_is_escaped_and_countries_are_shown(visit: Visit) -> None:
    evil = "<script>x</script>/?#%"
    place = Entity(
        id="e1",
        name=evil,
        label="GPE",
        count=1,
        country="FR",
        place=Coordinates(lat=1.5, lon=2.5),
        ids={"<b>": "<i>"},
    )
    client = visit(FakeEngine(FakeSearch([document(id="a", entities=[place], countries=["FR"])])))
    [link] = links(page(await client.get("/articles/a")), ".chips .chip")
    answer = await client.get(link)
    assert answer.status_code == 200
    assert "<script>x" not in answer.text
    assert "<i>" not in answer.text
    assert words(page(answer).css_first("h1")) == evil
    assert "1.5, 2.5" in answer.text


async def test_the_api_has_the_same(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/entities/Ada Brandt")).json()
    assert (found["name"], found["label"]) == ("Ada Brandt", "PERSON")
    assert sum(day["articles"] for day in found["days"]) == found["articles"]
    assert "Ada Brandt" not in [bucket["value"] for bucket in found["beside"]["people"]]
