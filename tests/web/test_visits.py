from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from streams.web.visitors import VISIT
from streams.web.visits import as_cookie, visit_before
from tests.web.conftest import Visit
from tests.web.fakes import NOW, FakeEngine, FakeSearch
from tests.web.html import links, page, texts, words
from tests.web.newsroom import alert, hours_ago, story, telling

ENDED = hours_ago(20)


def test_who_goes_on_looking_is_on_the_same_visit() -> None:
    cookie = as_cookie(ENDED, NOW - timedelta(minutes=14))
    assert visit_before(cookie, NOW) == ENDED


def test_who_was_away_for_long_is_on_another() -> None:
    cookie = as_cookie(ENDED, hours_ago(9))
    assert visit_before(cookie, NOW) == hours_ago(9)


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        "1",
        "0.-5",
        "9" * 30,
        as_cookie(None, NOW),
        as_cookie(hours_ago(-1), NOW),
        as_cookie(None, hours_ago(-1)),
    ],
)
def test_without_a_visit_before_or_with_an_odd_cookie_nothing_is_new(cookie: str) -> None:
    assert visit_before(cookie, NOW) is None


@pytest.fixture
def reader(visit: Visit) -> httpx.AsyncClient:
    """Who was here nine hours ago, with a story of one article from before that and two from after."""
    members = [telling(n, n, id=f"t{n}", story_id="bridge", created_at=hours_ago(n)) for n in (1, 8, 10)]
    alerts = [alert(opened_at=hours_ago(8)), alert(id="older", opened_at=hours_ago(10))]
    opened = visit(FakeEngine(FakeSearch(members, [story(recurs=None)], alerts)))
    opened.cookies[VISIT] = as_cookie(None, hours_ago(9))
    return opened


async def test_what_has_come_since_the_last_visit_is_marked(reader: httpx.AsyncClient) -> None:
    tree = page(await reader.get("/"))
    assert texts(tree, ".stories .fresh") == ["2 new"]
    assert "since your last visit, 9 h ago" in words(tree)
    tree = page(await reader.get("/stories/bridge"))
    assert texts(tree, ".numbers .fresh") == ["2 new since your last visit 9 h ago"]
    assert links(tree, "#new a") == ["/articles/t8"]
    assert ["new" in words(one) for one in tree.css(".tellings > li > .by")] == [False, True, True]
    tree = page(await reader.get("/search"))
    assert ["new" in words(one) for one in tree.css(".findings .by")] == [True, True, False]
    assert len(page(await reader.get("/alerts")).css(".alerts .fresh")) == 1


async def test_only_pages_are_visits(reader: httpx.AsyncClient) -> None:
    for path in ("/api/status", "/search.csv", "/stories.atom", "/static/style.css"):
        assert VISIT not in (await reader.get(path)).cookies
    assert (await reader.get("/alerts")).cookies[VISIT] == as_cookie(hours_ago(9), NOW)


async def test_who_comes_for_the_first_time_sees_no_marks(reader: httpx.AsyncClient) -> None:
    reader.cookies.clear()
    assert page(await reader.get("/")).css(".fresh") == []
