from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from streams.alerts.edits import mute
from streams.engines.engine import Explanation, FeedHealth
from streams.errors import ServiceError
from streams.records import (
    AlertArticle,
    AlertEvent,
    Correction,
    Decision,
    Entity,
    Feed,
    FeedState,
    GoesAs,
    Problem,
    Removed,
    Rule,
    SavedSearch,
    Source,
    Span,
    StoryEntity,
)
from streams.web.security import host_name
from tests.web.conftest import Visit
from tests.web.fakes import NOW, FakeEngine, FakeSearch
from tests.web.html import page
from tests.web.newsroom import alert, bridge_article, story

SCRIPT = "</title></textarea><script>alert(1)</script><img src=x onerror=alert(1)>"
ATTRIBUTE = "\" onmouseover=alert(1) autofocus onfocus='alert(1)' x=\"' onclick='alert(1)"
TEMPLATE = "{{ 7 * 191 }}{% raw %}"
ODD = "\ud800\x00\x0b\u202e\ufffe" + "x" * 3000
ADDRESS = "javascript:alert(1)//https://a.example"

PATHS = (
    "/",
    "/stories/hostile",
    "/articles/hostile",
    "/search",
    "/alerts",
    "/alerts/hostile",
    "/feeds",
    "/rules",
    "/rules/hostile",
    "/new-rule",
    "/mutes",
    "/corrections",
    "/entities/hostile",
    "/searches",
    "/tokens",
    "/compare?a=bridge&b=ferry",
    "/api",
)

ELEMENTS = frozenset(
    """html head meta title link body a header nav ul ol li form label input select option button main h1 h2 h3
    p textarea b strong span bdi time svg g rect article section aside div figure figcaption dl dt dd details
    datalist polyline line summary mark blockquote pre code table thead tbody tr th td footer""".split()  # noqa: SIM905
)

SCRIPT_OF_OURS = '<script src="/static/trying.js" defer=""></script>'


def hostile_document(text: str) -> Any:
    return bridge_article(
        id="hostile",
        story_id="hostile",
        title=text,
        text=f"{text}\n\n{text}",
        summary=text,
        url=text,
        image=text,
        language=text,
        source=Source(name=text, domain=text, country=text),
        authors=[text],
        categories=[text],
        quotes=[text],
        changed=[text],
        removed=[Removed(text=text, kind=text, why=text)],
        trace=[Decision(stage=text, what=text, why=text, numbers={text: text})],
        entities=[
            Entity(id=one, name=text, label=text, count=1, spans=[Span(field="text", start=1, end=9)])
            for one in (text, "hostile")
        ],
        copy_of=text,
        attributed_to=text,
    )


def hostile_feeds(text: str) -> list[FeedHealth]:
    problem = Problem(kind=text, message=text)
    state = FeedState(
        feed_id="f", polled_at=NOW, failures=1, title=text, problem=problem, item_problems=[problem, problem]
    )
    return [FeedHealth.of(Feed(id="f", url=text, title=title, tags=[text]), state) for title in (text, "")]


def hostile(text: str) -> FakeEngine:
    """A system in which every text from outside is the same attack."""
    own = hostile_document(text)
    told = AlertArticle(
        document_id="hostile",
        revision=2,
        title=text,
        url=text,
        source=own.source,
        published=NOW,
        copy_of=text,
        matches={text: [Span(field="title", start=0, end=5), Span(field="text", start=0, end=5)]},
    )
    stories = [
        story(
            id="hostile",
            title=text,
            publisher_names=[text],
            languages=[text],
            keywords=[text],
            entities=[StoryEntity(id=text, name=text, label=text, articles=1)],
            recurs="earlier",
            merged_into=text,
        ),
        story(id="earlier", title=text, recurs=None),
    ]
    told_of = alert(
        id="hostile",
        story_id="hostile",
        rule_name=text,
        rule_id=text,
        title=text,
        articles=[told],
        acknowledged_at=None,
        acknowledged_by=text,
        events=[AlertEvent(at=NOW, what=text, why=text)],
        delivery_reason=text,
        channels=[text],
    )
    rules = [
        Rule(id=name, name=text, query=text, channels=[text], owner=text, tags=[text])
        for name in (text, "hostile")
    ]
    engine = FakeEngine(FakeSearch([own], stories, [told_of]), hostile_feeds(text), rules)
    engine.keep_search(SavedSearch(id="s", name=text, query=text, filters={"source": text}, saved_at=NOW, by=text))
    called = GoesAs(id="hostile", name=text, label=text)
    engine.correct([Correction(id=text, name=text, at=NOW, goes_as=called, by=text)])
    engine.edit([mute(NOW, source=text, by=text), mute(NOW, story_id=text, rule_id=text, by=text)])
    return engine


@pytest.mark.parametrize("text", [SCRIPT, ATTRIBUTE, TEMPLATE, ADDRESS, ODD])
async def test_text_from_feeds_is_never_markup(visit: Visit, text: str) -> None:
    reader = visit(hostile(text))
    for path in PATHS:
        answer = await reader.get(path)
        assert answer.status_code == 200, path
        for fault in faults(answer):
            pytest.fail(f"{path}: {fault}")
        assert "1337" not in answer.text


@pytest.mark.parametrize("text", [SCRIPT, ATTRIBUTE, TEMPLATE, ADDRESS])
async def test_what_is_asked_for_is_never_markup(client: httpx.AsyncClient, text: str) -> None:
    names = ("q", "entity", "source", "language", "story", "since", "rule", text)
    answers = [
        await client.get(path, params={name: text}) for name in names for path in ("/search", "/alerts", "/")
    ]
    answers += [await client.get(f"/{kind}/{text}") for kind in ("stories", "articles", "alerts", "nothing")]
    assert {answer.status_code for answer in answers} == {200, 400, 404}
    assert [fault for answer in answers for fault in faults(answer)] == []


def faults(answer: httpx.Response) -> Iterator[str]:
    """What in the page a browser could run or load that is not ours."""
    for node in page(answer).css("*"):
        if node.tag not in ELEMENTS and node.html != SCRIPT_OF_OURS:
            yield f"element {node.tag}"
        for name, value in node.attributes.items():
            if name.startswith("on") or name == "style":
                yield f"attribute {name}"
            if name in ("href", "action", "src") and not (value or "").startswith(
                ("/", "#", "http://", "https://")
            ):
                yield f"{name}={value}"
            if name in ("href", "action", "src") and (value or "").startswith("//"):
                yield f"{name}={value}"


@pytest.mark.parametrize(
    "path", ["/", "/static/style.css", "/search.csv", "/api/documents", "/nothing", "/search?x=1"]
)
async def test_every_answer_carries_the_headers(client: httpx.AsyncClient, path: str) -> None:
    headers = (await client.get(path)).headers
    policy = headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_only_the_page_that_needs_it_has_a_script_and_that_is_a_file_of_ours(
    client: httpx.AsyncClient,
) -> None:
    paths = ["/", "/rules", "/new-rule", "/rules/bridges", "/search?q=bridge", "/static/trying.js"]
    answers = {path: await client.get(path) for path in paths}
    allowed = {path for path, answer in answers.items() if "script-src 'self';" in policy_of(answer)}
    assert allowed == {"/new-rule", "/rules/bridges"}
    assert all("script-src 'none';" in policy_of(answers[path]) for path in set(paths) - allowed)
    assert [node.html for path in allowed for node in page(answers[path]).css("script")] == [SCRIPT_OF_OURS] * 2
    assert "javascript" in answers["/static/trying.js"].headers["content-type"]


def policy_of(answer: httpx.Response) -> str:
    return answer.headers["content-security-policy"]


class BrokenEngine(FakeEngine):
    """Crashes, with something in the message that nobody outside should read."""

    def rules(self, offset: int = 0, limit: int | None = None) -> list[Rule]:
        raise RuntimeError("secret path /home/me")

    def explain(self, item_id: str) -> Explanation:
        raise ServiceError("the index does not answer")


@pytest.mark.parametrize("path", ["/rules", "/api/rules"])
async def test_a_crash_tells_nothing_and_carries_the_headers(visit: Visit, path: str) -> None:
    answer = await visit(BrokenEngine()).get(path)
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "the log has the details" in answer.text
    assert "content-security-policy" in answer.headers


async def test_a_service_that_is_away_is_said_with_when_to_come_back(visit: Visit) -> None:
    answer = await visit(BrokenEngine()).get("/api/explain/x")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8400", "127.0.0.1:8400", "[::1]:8400", "news.example"])
async def test_our_own_names_are_answered(client: httpx.AsyncClient, host: str) -> None:
    assert (await client.get("/livez", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "evil.example:8400"]
)
async def test_other_names_are_refused_and_told_the_way_out(client: httpx.AsyncClient, host: str) -> None:
    for path in ("/", "/api/documents", "/static/style.css"):
        answer = await client.get(path, headers={"Host": host})
        assert answer.status_code == 400
        assert "STREAMS_PAGE_HOSTS" in answer.text


@pytest.mark.parametrize(
    ("header", "name"),
    [("LocalHost:80", "localhost"), ("[::1]:80", "::1"), ("[::1]", "::1"), ("", None), ("[", None)]
    + [(odd, None) for odd in ("localhost/livez?", "x@localhost", "localhost#", "localhost:80:80", "local host")],
)
def test_the_name_is_read_from_the_header(header: str, name: str | None) -> None:
    assert host_name(header) == name


async def test_the_static_folder_gives_nothing_else(client: httpx.AsyncClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/app.py", "/static/", "/static/..%2fapp.py"):
        assert (await client.get(path)).status_code == 404


async def test_pages_load_nothing_from_elsewhere(client: httpx.AsyncClient) -> None:
    for path in ("/", "/articles/bridge-1", "/search?q=bridge", "/api"):
        tree = page(await client.get(path))
        loaded = [node.attributes["href"] for node in tree.css("link[rel=icon], link[rel=stylesheet]")]
        assert loaded == ["/static/favicon.svg", "/static/style.css"]
        assert not tree.css("img, iframe, script, object, style, video, audio, source")


async def test_headers_alone_are_those_of_the_page(client: httpx.AsyncClient) -> None:
    for path in ("/search?q=bridge", "/api/status", "/livez", "/nowhere"):
        asked, read = await client.head(path), await client.get(path)
        assert (asked.status_code, asked.content) == (read.status_code, b"")
        assert asked.headers["content-type"] == read.headers["content-type"]
    assert (await client.head("/search")).headers["content-length"] != "0"
