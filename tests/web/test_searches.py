"""Saved searches and two queries compared, on the page and by the API."""

from __future__ import annotations

import httpx

from tests.web.html import links, page, texts, words
from tests.web.test_managing import Desk, desk

__all__ = ["desk"]


async def test_a_search_is_saved_with_what_narrows_it_down_and_removed(desk: Desk) -> None:
    of = "/search?q=bridge&source=paper4.example&since=2026-01-01"
    form = page(await desk.browser.get(of)).css_first('form[action="/searches"]')
    assert form is not None
    fields = {node.attributes["name"] or "": node.attributes.get("value") or "" for node in form.css("input")}
    assert fields.keys() == {"form", "q", "source", "name"}
    kept = await desk.browser.post("/searches", data=fields | {"name": "Bridge in paper 4"})
    assert kept.headers["location"] == "/searches?said=kept"
    (search,) = desk.engine.searches()
    assert (search.query, search.filters) == ("bridge", {"source": "paper4.example"})
    tree = page(await desk.browser.get("/searches?said=kept"))
    assert links(tree, ".rules h2 a") == ["/search?source=paper4.example&q=bridge"]
    assert texts(page(await desk.browser.get("/search")), ".kept .chip") == ["Bridge in paper 4"]
    gone = await desk.send(f"/searches/{search.id}/remove", of="/searches")
    assert gone.headers["location"] == "/searches?said=removed"
    assert desk.engine.searches() == []


async def test_a_search_without_a_name_or_with_a_wrong_query_is_not_kept(desk: Desk) -> None:
    for fields in ({"q": "a"}, {"name": "a", "q": "("}):
        assert (await desk.send("/searches", fields)).status_code == 400
    assert desk.engine.searches() == []


async def test_programs_save_list_and_remove_searches(desk: Desk) -> None:
    ask = desk.browser
    for filters in ({"lang": "en"}, {"sort": "latest"}):
        refused = await ask.post("/api/searches", json={"name": "a", "q": "bridge", "filters": filters})
        assert refused.status_code == 400
    wanted = {"name": "Rail/Bridge", "q": "bridge", "filters": {"language": "en"}}
    made = (await ask.post("/api/searches", json=wanted)).json()
    assert (await ask.get("/api/searches")).json()["hits"] == [made]
    assert (await ask.delete("/api/searches/rail%2Fbridge")).json() == made
    assert (await ask.delete("/api/searches/rail%2Fbridge")).status_code == 404
    wrong = await ask.post("/api/searches", json={"name": "a", "q": "a AND"})
    assert (wrong.status_code, wrong.json()["position"]) == (400, 5)


async def test_two_queries_are_drawn_in_one_chart(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/compare", params={"a": "bridge", "b": "grève", "days": "1"}))
    assert [node.attributes["class"] for node in tree.css("polyline")] == ["a", "b"]
    assert texts(tree, ".totals dt") == ["7 articles", "1 article"]
    assert len(tree.css("rect.step title")) == 24
    assert texts(tree, "rect.step title")[19] == "2026-03-02 07:00 UTC: 0, 1"
    assert "at most 2 articles in 60 min" in words(tree) or "articles in 1 h" in words(tree)
    assert len(tree.css("tbody tr")) == 24


async def test_a_wrong_query_is_shown_and_nothing_is_compared_without_two(client: httpx.AsyncClient) -> None:
    wrong = await client.get("/compare", params={"a": "bridge", "b": "("})
    assert wrong.status_code == 400
    assert "line 1" in texts(page(wrong), ".fault")[0]
    for asked in ({}, {"a": "bridge"}):
        empty = page(await client.get("/compare", params=asked))
        assert not empty.css("svg")
    found = (await client.get("/api/compare", params={"a": "bridge", "b": "grève", "days": "30"})).json()
    assert [(one["query"], one["total"]) for one in found["volumes"]] == [("bridge", 7), ("grève", 1)]
    assert len(found["starts"]) == len(found["volumes"][0]["counts"]) == 30
