from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from streams.web.pages.search import narrowed
from streams.web.parameters import DocumentList
from tests.web.html import links, page, texts, words


async def test_hits_are_shown_with_the_words_that_matched(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search", params={"q": "stranded commuters paper4*", "limit": 5}))
    assert texts(tree, ".findings h2") == []
    tree = page(await client.get("/search", params={"q": 'stranded "when the bridge"'}))
    assert texts(tree, ".findings > li:first-child mark") == ["stranded", "stranded", "when the bridge"]
    assert texts(tree, "p[role=status]") == ["6 articles"]


async def test_an_empty_query_finds_everything_newest_first(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search"))
    assert texts(tree, "p[role=status]") == ["10 articles"]
    assert texts(tree, ".findings h2")[0] == "Northport bridge shut, commuters stranded (7)"


async def test_a_wrong_query_is_shown_with_the_place_and_kept_in_the_box(client: httpx.AsyncClient) -> None:
    answer = await client.get("/search", params={"q": 'bridge AND ("closed'})
    tree = page(answer)
    assert answer.status_code == 400
    fault = tree.css_first(".fault")
    assert fault is not None
    assert fault.text().splitlines()[-1].strip() == "^"
    box = tree.css_first("#q")
    assert box is not None
    assert box.attributes["value"] == 'bridge AND ("closed'
    assert box.attributes["aria-describedby"] == fault.attributes["id"]


async def test_what_hardly_says_what_is_meant_is_pointed_out(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search", params={"q": "bridge or <ferry>"}))
    assert texts(tree, ".note") == ["'or' is looked for as a word: the operator is written OR"]


async def test_facets_are_links_that_narrow(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?q=bridge"))
    assert texts(tree, "aside h2") == ["Publishers", "Languages", "People", "Organisations", "Places", "Countries"]
    for address, tally in zip(links(tree, ".facet a"), texts(tree, ".facet .tally"), strict=True):
        narrower = page(await client.get(address))
        assert words(narrower.css_first("p[role=status]")).split()[0] == tally


@pytest.mark.parametrize(
    ("query", "value", "narrower"),
    [
        ("", "Ada Brandt", 'person:"Ada Brandt"'),
        ("bridge", "Ada Brandt", 'bridge person:"Ada Brandt"'),
        ("bridge OR tunnel", "Ada", '(bridge OR tunnel) person:"Ada"'),
        ("bridge || tunnel", "Ada", '(bridge || tunnel) person:"Ada"'),
        ('bridge person:"Ada"', "Ada", 'bridge person:"Ada"'),
        ('bridge OR person:"Ada"', "Ada", '(bridge OR person:"Ada") person:"Ada"'),
        ("", 'The "Boss" \\', 'person:"The \\"Boss\\" \\\\"'),
    ],
)
def test_a_person_narrows_by_the_query_language(query: str, value: str, narrower: str) -> None:
    address = narrowed(DocumentList(q=query, offset=40), "people", value)
    assert parse_qs(urlsplit(address).query) == {"q": [narrower]}


async def test_countries_are_shown_by_name_and_narrow_by_code(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?q=bridge"))
    assert "Norway" in " ".join(texts(tree, ".facet a"))
    assert "/search?q=bridge+country%3A%22NO%22" in links(tree, ".facet a")


async def test_what_a_search_is_narrowed_to_can_be_taken_off(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?entity=Northport&language=en&q=bridge"))
    assert texts(tree, ".chip.remove") == ["Remove entity: Northport ×", "Remove language: en ×"]
    assert links(tree, ".chip.remove") == ["/search?q=bridge&language=en", "/search?q=bridge&entity=Northport"]
    assert {node.attributes["name"] for node in tree.css(".search input[type=hidden]")} == {"entity", "language"}


async def test_a_range_of_dates_narrows(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?since=2026-03-02T09:00&until=2026-03-02T10:00"))
    assert texts(tree, ".findings h2") == [
        "港の橋が点検後に閉鎖、通勤客に影響",
        "Northport bridge shut, commuters stranded (5)",
    ]
    fields = {node.attributes["name"]: node.attributes["value"] for node in tree.css("input[type=date]")}
    assert fields == {"since": "2026-03-02", "until": "2026-03-02"}


async def test_pages_follow_each_other_to_the_end(client: httpx.AsyncClient) -> None:
    seen: list[str] = []
    address = "/search?limit=4&sort=oldest"
    while address:
        tree = page(await client.get(address))
        seen += links(tree, ".findings h2 a")
        address = next(iter(links(tree, "a[rel=next]")), "")
    assert len(seen) == len(set(seen)) == 10
    assert links(tree, "a[rel=prev]") == ["/search?sort=oldest&offset=4&limit=4"]


async def test_the_same_search_can_be_had_as_a_file(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?q=bridge&copies=false&limit=2&offset=2"))
    assert links(tree, ".files a") == [
        f"/search.{form}?q=bridge&copies=false" for form in ("csv", "jsonl", "atom")
    ]


async def test_of_each_article_it_is_told_how_many_publishers_its_story_has(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/search?q=bridge&sort=oldest&limit=1"))
    assert texts(tree, ".findings .by a")[0] == "story, 5 publishers"
