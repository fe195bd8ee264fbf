from __future__ import annotations

import httpx
import pytest

from tests.web.conftest import Visit
from tests.web.fakes import FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import bridge_article


async def test_entities_are_marked_in_the_text_by_type(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-1"))
    assert [(mark.attributes["class"], words(mark)) for mark in tree.css(".text mark")] == [
        ("place", "Northport"),
        ("person", "Ada Brandt"),
        ("organisation", "Port Authority"),
    ]
    assert texts(tree, ".legend mark") == ["person", "organisation", "place", "event"]


async def test_the_text_stands_in_paragraphs_with_posts_as_quotes(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-1"))
    assert len(tree.css(".text > p")) == 2
    assert texts(tree, ".text blockquote") == ["Stuck at the bridge since six. Nobody told us anything."]


async def test_what_was_removed_is_there_with_kind_and_reason(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-1"))
    assert texts(tree, ".removed li") == ["Sign up for our newsletter sign-up asks for an address"]


async def test_every_decision_is_there_with_its_numbers(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-1"))
    assert texts(tree, ".trace li") == [
        "identify: new article. first seen feeds 1",
        "relate: opened a story. nothing was near nearest 0.213",
    ]
    assert '"revision": 2' in words(tree.css_first("details pre"))


async def test_an_article_leads_to_its_story_copies_alerts_and_original(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-1"))
    aside = links(tree, "aside a")
    for address in ("/stories/bridge", "/articles/bridge-2", "/articles/bridge-3", "/alerts/bridges.bridge"):
        assert address in aside
    original = tree.css_first(".heading a")
    assert original is not None
    assert original.attributes["href"] == "https://herald.example/harbour-bridge"
    assert original.attributes["rel"] == "noopener noreferrer nofollow"
    assert "changed: title" in words(tree.css_first("aside"))


async def test_a_copy_names_its_original(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/articles/bridge-2"))
    note = words(tree.css_first(".note"))
    assert note == (
        "A copy of Harbour bridge closed after inspection of The Herald. The text names The Herald as its source."
    )


@pytest.mark.parametrize("copy_of", [None, "gone"])
async def test_an_article_with_nothing_in_it_has_a_page_all_the_same(visit: Visit, copy_of: str | None) -> None:
    bare = bridge_article(
        url=None, title="", text="", removed=[], trace=[], entities=[], quotes=[], authors=[], copy_of=copy_of
    )
    answer = await visit(FakeEngine(FakeSearch([bare]))).get("/articles/bridge-1")
    tree = page(answer)
    assert answer.status_code == 200
    assert texts(tree, "h1") == ["(no title)"]
    assert "The feed gave no text." in words(tree)
    assert not tree.css(".heading a")


@pytest.mark.parametrize(("other", "kind"), [("bridge", "No article"), ("nosuch", "Nothing")])
async def test_an_id_that_is_no_articles_is_said_to_be_none(
    client: httpx.AsyncClient, other: str, kind: str
) -> None:
    answer = await client.get(f"/articles/{other}")
    assert answer.status_code == 404
    assert f"{kind} is stored under '{other}'" in words(page(answer))
