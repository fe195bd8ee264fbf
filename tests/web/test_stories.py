from __future__ import annotations

from datetime import timedelta

import httpx

from streams.web.pages.stories import tellings
from tests.factories import document
from tests.web.conftest import Visit
from tests.web.fakes import NOW, FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import alert, documents, feeds, hours_ago, stories, story, telling


async def test_the_first_page_lists_the_stories_of_the_day_largest_first(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/"))
    titles = texts(tree, ".stories h2")
    assert titles[0] == "Harbour bridge closed after inspection"
    assert len(titles) == 4
    assert "Cracks seen in harbour bridge" not in titles


async def test_a_story_shows_what_makes_it_up(client: httpx.AsyncClient) -> None:
    first = page(await client.get("/")).css_first(".stories > li")
    assert first is not None
    assert words(first.css_first(".publishers")) == (
        "5 publishers: The Herald, Paper 4, Paper 5, Paper 6, Paper 7"
    )
    measure = words(first.css_first(".measure"))
    assert measure.startswith(
        "7 articles, 2 of them copies last 1 h ago 2 Mar 2026, 11:00 UTC first 9 h ago active"
    )
    assert [words(chip) for chip in first.css(".chip")] == ["Northport", "Ada Brandt", "Port Authority"]
    assert len(first.css("svg g")) == 5


async def test_the_first_page_says_how_the_system_is_doing(client: httpx.AsyncClient) -> None:
    numbers = words(page(await client.get("/")).css_first(".heading .numbers"))
    assert numbers == ("5 stories 10 articles 1 alert 4 feeds, 1 failing 1 200 records wait 1 record put aside")


async def test_a_return_leads_to_the_earlier_story(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/"))
    assert links(tree, ".returns a") == ["/stories/bridge-winter"]
    assert "Cracks seen in harbour bridge, last seen 38 days ago" in words(tree.css_first(".returns"))


async def test_the_list_can_be_widened_ordered_and_narrowed(client: httpx.AsyncClient) -> None:
    everything = texts(page(await client.get("/?days=0")), ".stories h2")
    assert "Cracks seen in harbour bridge" in everything
    newest = texts(page(await client.get("/?sort=newest&offset=1&limit=1")), ".stories h2")
    assert newest == ["港の橋が点検後に閉鎖、通勤客に影響"]
    returns = texts(page(await client.get("/?recurring=true")), ".stories h2")
    assert returns == ["Harbour bridge closed after inspection"]


async def test_the_files_hold_the_same_list_as_the_page(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/"))
    lines = (await client.get(links(tree, ".files a")[1])).text.splitlines()
    assert len(lines) == len(tree.css(".stories > li"))


async def test_without_stories_the_page_says_what_to_do(visit: Visit) -> None:
    tree = page(await visit(FakeEngine()).get("/"))
    assert "There are no feeds" in words(tree.css_first(".empty"))
    quiet = FakeEngine(FakeSearch(stories=[story(last_seen=NOW - timedelta(days=9), recurs=None)]))
    tree = page(await visit(quiet).get("/"))
    assert "in the last 24 hours" in words(tree.css_first(".empty"))


async def test_a_story_page_has_its_articles_in_order_with_copies_under_their_original(
    client: httpx.AsyncClient,
) -> None:
    tree = page(await client.get("/stories/bridge"))
    assert texts(tree, ".tellings > li > .title") == ["Harbour bridge closed after inspection"] + [
        f"Northport bridge shut, commuters stranded ({number})" for number in range(4, 8)
    ]
    assert links(tree, ".tellings details .title a") == ["/articles/bridge-2", "/articles/bridge-3"]
    assert links(tree, "aside section a")[0] == "/stories/bridge-winter"
    assert "/alerts/bridges.bridge" in links(tree, "aside a")


async def test_a_story_tells_its_summary_as_text_and_its_days(client: httpx.AsyncClient) -> None:
    for address in ("/", "/stories/bridge"):
        tree = page(await client.get(address))
        assert texts(tree, ".summary")[0] == "The harbour bridge was closed after inspectors found <b>cracks</b>."
    assert texts(tree, ".days dd") == ["3 articles", "4 articles"]


async def test_an_earlier_story_names_the_one_that_brought_it_back(client: httpx.AsyncClient) -> None:
    tree = page(await client.get("/stories/bridge-winter"))
    headings = texts(tree, "aside h2")
    assert "Later" in headings
    assert "Earlier" not in headings
    assert "None of its articles is kept any more." in words(tree)


async def test_stories_that_bring_back_each_other_do_not_go_round(visit: Visit) -> None:
    pair = [story(id="a", title="A", recurs="b"), story(id="b", title="B", recurs="a", last_seen=hours_ago(2))]
    tree = page(await visit(FakeEngine(FakeSearch(stories=pair))).get("/stories/a"))
    assert texts(tree, "aside .plain a") == ["B"]


async def test_a_story_says_at_once_how_many_wrote_of_it_and_since_when(client: httpx.AsyncClient) -> None:
    numbers = words(page(await client.get("/stories/bridge")).css_first(".heading .numbers"))
    assert numbers == (
        "active returns 5 publishers 7 articles, 2 of them copies "
        "first 9 h ago 2 Mar 2026, 03:00 UTC last 1 h ago 2 Mar 2026, 11:00 UTC en"
    )


async def test_while_the_first_articles_are_on_their_way_the_page_says_so(visit: Visit) -> None:
    tree = page(await visit(FakeEngine(feeds=feeds())).get("/"))
    assert "load this page again" in words(tree.css_first(".empty"))


async def test_a_story_that_was_merged_leads_on(visit: Visit) -> None:
    search = FakeSearch(stories=[story(id="a", merged_into="b/c", recurs=None)])
    tree = page(await visit(FakeEngine(search)).get("/stories/a"))
    assert links(tree, ".note a") == ["/stories/b%2Fc"]


async def test_the_page_of_a_story_that_was_merged_is_that_of_the_one_that_it_became_part_of(visit: Visit) -> None:
    pair = [story(id="a", merged_into="b/c", recurs=None), story(id="b/c", recurs=None)]
    reader = visit(FakeEngine(FakeSearch([telling(1, 1, id="x", story_id="b/c")], pair)))
    answer = await reader.get("/stories/a")
    assert (answer.status_code, answer.headers["location"]) == (307, "/stories/b%2Fc")
    assert (await reader.get("/api/stories/a")).json()["id"] == "b/c"
    assert (await reader.get("/api/documents?story=a")).json()["total"] == 1


async def test_ids_with_slashes_are_found(visit: Visit) -> None:
    search = FakeSearch([telling(1, 1, id="x/1", story_id="x/1")], [story(id="x/1", recurs=None)])
    reader = visit(FakeEngine(search))
    tree = page(await reader.get("/"))
    assert links(tree, ".stories h2 a") == ["/stories/x%2F1"]
    tree = page(await reader.get("/stories/x%2F1"))
    assert (await reader.get(links(tree, ".title a")[0])).status_code == 200


async def test_a_large_story_shows_its_newest_articles_and_says_so(visit: Visit) -> None:
    many = [telling(number, number / 100, story_id="bridge") for number in range(1, 601)]
    search = FakeSearch(many, [story(articles=600, recurs=None)])
    tree = page(await visit(FakeEngine(search)).get("/stories/bridge"))
    assert len(tree.css(".tellings > li")) == 500
    assert "The last 500 are shown" in words(tree)
    assert links(tree, ".tellings > li:last-child .title a") == ["/articles/bridge-1"]


def test_a_copy_whose_original_is_elsewhere_stands_by_itself() -> None:
    lone, copy_of_copy = document(id="lone", copy_of="gone"), document(id="second", copy_of="lone")
    assert [(t.document.id, len(t.copies)) for t in tellings([lone, copy_of_copy])] == [("lone", 0), ("second", 0)]


async def test_many_publishers_are_named_in_part(visit: Visit) -> None:
    names = [f"Paper {number}" for number in range(1, 41)]
    search = FakeSearch(documents(), [*stories()[1:], story(publishers=1040, publisher_names=names)], [alert()])
    tree = page(await visit(FakeEngine(search)).get("/"))
    shown = words(tree.css_first(".publishers"))
    assert shown.startswith("1 040 publishers: Paper 1, Paper 2")
    assert shown.endswith("and 1 035 more")
