"""Rules, alerts and mutes managed on the page and by the API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from streams.access import issue
from streams.correcting import told
from streams.records import Edit, Rule
from streams.tag.stage import entity_id
from streams.web.app import create_app
from streams.web.site import TYPED_AT_ONCE
from streams.web.visitors import LOCAL
from tests.web.conftest import browser
from tests.web.fakes import NOW, FakeEngine
from tests.web.html import links, page, texts, words
from tests.web.newsroom import BRIDGE_RULE, newsroom
from tests.web.test_gate import operations

FIELDS = {"id": "ferries", "name": "Ferries", "query": "ferry", "channels": "log", "tags": "sea", "owner": "Ann"}


class Desk:
    """A browser on a system that can be changed."""

    def __init__(self, engine: FakeEngine, app: FastAPI, browser: httpx.AsyncClient) -> None:
        self.engine, self.app, self.browser = engine, app, browser

    async def send(self, path: str, fields: Mapping[str, str] | None = None, of: str = "/mutes") -> httpx.Response:
        """Send a form with what the page `of` binds forms to."""
        bound = page(await self.browser.get(of)).css_first("input[name=form]")
        assert bound is not None
        return await self.browser.post(path, data={"form": bound.attributes["value"] or "", **(fields or {})})

    def rule(self, rule_id: str) -> Rule:
        (found,) = [rule for rule in self.engine.rules() if rule.id == rule_id]
        return found


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    engine = newsroom()
    app = create_app(engine, clock=lambda: NOW, channels=["log", "file", "pager"])
    async with browser(app) as opened:
        yield Desk(engine, app, opened)


NAMES = ("/corrections", "/entities/Northport")
FORMS = [
    ("/new-rule", FIELDS),
    ("/new-rule/try", FIELDS),
    ("/rules/bridges", FIELDS),
    ("/rules/bridges/try", FIELDS),
    ("/rules/bridges/remove", {}),
    ("/alerts/bridges.bridge/acknowledge", {}),
    ("/mutes", {"story": "bridge"}),
    ("/mutes/x/lift", {}),
    ("/corrections", {"entity": "Northport", "never": "yes"}),
    ("/corrections/w/undo", {}),
    ("/searches", {"name": "a", "q": "a"}),
    ("/searches/y/remove", {}),
    ("/tokens", {"name": "a", "role": "read"}),
    ("/tokens/z/revoke", {}),
    ("/logout", {}),
]


async def test_every_form_of_ours_is_tried_below(desk: Desk) -> None:
    named = {
        "bridges": "{rule_id}",
        "bridges.bridge": "{alert_id:path}",
        "w": "{entity_id}",
        "x": "{mute_id}",
        "y": "{search_id}",
        "z": "{token_id}",
    }
    tried = {"/".join(named.get(part, part) for part in path.split("/")) for path, _ in FORMS}
    posts = {path for method, path in operations(desk.app) if method == "POST" and not path.startswith("/api/")}
    assert posts - {"/login"} == tried  # test_login.py tries that one


@pytest.mark.parametrize(("path", "fields"), FORMS, ids=[path for path, _ in FORMS])
async def test_no_form_is_taken_that_was_not_made_for_who_sends_it(
    desk: Desk, path: str, fields: Mapping[str, str]
) -> None:
    for given in ({**fields, "x": "y"}, {**fields, "form": "0" * 64}):
        answer = await desk.browser.post(path, data=dict(given))
        assert answer.status_code == 403
        assert "load its page again" in answer.text
    assert (desk.engine.all_rules, desk.engine.edits, desk.engine.all_tokens) == ([BRIDGE_RULE], [], {})
    assert desk.engine.corrections() == []


async def test_a_rule_is_made_and_found_by_its_owner_and_tags(desk: Desk) -> None:
    made = await desk.send("/new-rule", FIELDS, of="/new-rule")
    assert (made.status_code, made.headers["location"]) == (303, "/rules/ferries?said=saved")
    assert desk.rule("ferries") == Rule(
        id="ferries", name="Ferries", query="ferry", channels=["log"], tags=["sea"], owner="Ann"
    )
    assert "The rule is live" in words(page(await desk.browser.get(made.headers["location"])))
    listed = page(await desk.browser.get("/rules?owner=Ann&tag=SEA"))
    assert texts(listed, ".rules h2") == ["Ferries"]
    assert texts(page(await desk.browser.get("/rules?tag=land")), ".empty") == ["No rule is like that. See all."]
    assert (await desk.browser.get("/api/rules?tag=sea")).json()["total"] == 1


async def test_a_long_list_of_rules_comes_in_parts(desk: Desk) -> None:
    desk.engine.apply_rules([Rule(id=f"r{number:03}", name="R", query="a", tags=["x"]) for number in range(120)])
    tree = page(await desk.browser.get("/rules?tag=x"))
    assert (len(tree.css(".rules > li")), links(tree, "a[rel=next]")) == (100, ["/rules?tag=x&offset=100"])
    assert len(page(await desk.browser.get("/rules?tag=x&offset=100")).css(".rules > li")) == 20
    part = (await desk.browser.get("/api/rules?offset=100&limit=50")).json()
    assert (part["total"], len(part["hits"])) == (121, 21)


async def test_an_id_that_is_taken_is_not_overwritten(desk: Desk) -> None:
    refused = await desk.send("/new-rule", {**FIELDS, "id": "bridges"}, of="/new-rule")
    assert refused.status_code == 400
    assert "there is a rule bridges already" in words(page(refused))
    assert desk.engine.all_rules == [BRIDGE_RULE]


async def test_a_rule_is_changed_and_what_is_wrong_is_shown_with_what_was_typed(desk: Desk) -> None:
    wrong = await desk.send("/rules/bridges", {"name": "B", "query": "bridge AND", "tags": "x"})
    assert wrong.status_code == 400
    tree = page(wrong)
    assert texts(tree, ".fault")[0].startswith("query: line 1")
    assert texts(tree, "textarea") == ["bridge AND"]
    changed = await desk.send("/rules/bridges", {"name": "B", "query": "bridge", "channels": "desk, pager"})
    assert changed.status_code == 303
    assert (desk.rule("bridges").query, desk.rule("bridges").channels) == ("bridge", ["desk", "pager"])
    assert (await desk.send("/rules/nosuch", FIELDS)).status_code == 404


async def test_a_rule_is_tried_without_being_changed(desk: Desk) -> None:
    tried = await desk.send("/rules/bridges/try", {"name": "B", "query": "bridge", "days": "365"})
    assert tried.status_code == 200
    tree = page(tried)
    assert "What it would have led to" in texts(tree, ".trial h2")
    assert "Against the live rule" in texts(tree, ".trial h2")
    assert texts(tree, "textarea") == ["bridge"]
    assert desk.engine.all_rules == [BRIDGE_RULE]
    new = {"id": "n", "query": "bridge", "kind": "frequency", "count": "3", "window": "6h"}
    assert "alert" in words(page(await desk.send("/new-rule/try", new)).css_first(".trial .numbers"))
    assert (await desk.send("/new-rule/try", {"id": "n", "query": "("})).status_code == 400


async def test_while_it_is_typed_a_rule_is_tried_before_it_has_an_id(desk: Desk) -> None:
    typed = {"query": "bridge", "channels": "log", "days": "365", "typed": "yes"}
    tried = page(await desk.send("/new-rule/try", typed))
    assert "alert" in words(tried.css_first("#outcome .trial .numbers"))
    assert not tried.css(".note"), "what is typed is not there yet: words not seen are not pointed out"


async def test_a_query_that_is_typed_is_faulted_at_its_place(desk: Desk) -> None:
    wrong = await desk.send("/new-rule/try", {"query": "bridge\nAND (ferry", "typed": "yes"})
    assert wrong.status_code == 400
    told = page(wrong).css_first("#outcome .fault")
    assert told is not None
    first, shown, caret = told.text().splitlines()
    assert first == "query: line 2, column 11: expected ) to close a bracket"
    assert len(caret) == len(shown) + 1


async def test_a_query_that_is_typed_and_finds_too_much_is_only_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("streams.web.trying.MOST_WHILE_TYPED", 2)
    form = {"id": "n", "query": "bridge", "days": "365"}
    counted = page(await desk.send("/new-rule/try", {**form, "typed": "yes"})).css_first("#outcome")
    assert "too many to try it while you type" in words(counted)
    assert "What it would have led to" not in words(counted)
    assert "What it would have led to" in words(page(await desk.send("/new-rule/try", form)))
    against = page(await desk.send("/rules/bridges/try", {**form, "query": "nosuchword", "typed": "yes"}))
    assert "too many" in words(against.css_first("#outcome")), "it would be compared with a rule that finds much"


async def test_rules_that_are_typed_wait_for_each_other(desk: Desk) -> None:
    under_way = desk.app.state.site.typed
    while under_way.acquire(blocking=False):
        pass
    form = {"id": "n", "query": "bridge", "days": "365"}
    try:
        refused = await desk.send("/new-rule/try", {**form, "typed": "yes"})
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert (await desk.send("/new-rule/try", form)).status_code == 200
    finally:
        for _ in range(TYPED_AT_ONCE):
            under_way.release()


async def test_a_rule_about_all_feeds_has_no_query(desk: Desk) -> None:
    fields = {"id": "coverage", "name": "Coverage", "query": "", "kind": "coverage", "channels": "log"}
    assert (await desk.send("/new-rule/try", fields, of="/new-rule")).status_code == 200
    assert (await desk.send("/new-rule", fields, of="/new-rule")).status_code == 303
    assert (desk.rule("coverage").kind, desk.rule("coverage").query) == ("coverage", "")
    assert "All feeds" in words(page(await desk.browser.get("/rules")))
    refused = await desk.send("/rules/coverage", {**fields, "kind": "returning"})
    assert "query is missing" in words(page(refused))


async def test_a_rule_shows_the_history_of_its_alerts(desk: Desk) -> None:
    tree = page(await desk.browser.get("/rules/bridges"))
    assert links(tree, ".history h3 a") == ["/alerts/bridges.bridge"]
    assert "open delivered first live match" in words(tree.css_first(".history .by"))


async def test_a_rule_is_removed(desk: Desk) -> None:
    gone = await desk.send("/rules/bridges/remove", of="/rules/bridges")
    assert gone.headers["location"] == "/rules?said=removed"
    assert desk.engine.all_rules == []
    assert (await desk.browser.get("/rules/bridges")).status_code == 404


async def test_an_alert_is_acknowledged(desk: Desk) -> None:
    done = await desk.send("/alerts/bridges.bridge/acknowledge", of="/alerts/bridges.bridge")
    assert done.headers["location"] == "/alerts/bridges.bridge?said=acknowledged"
    assert [(one.action, one.alert_id, one.rule_id) for one in desk.engine.edits] == [
        ("acknowledge", "bridges.bridge", "bridges")
    ]
    assert "Acknowledged" in words(page(await desk.browser.get(done.headers["location"])))
    assert (await desk.send("/alerts/nosuch/acknowledge")).status_code == 404


async def test_a_story_and_a_source_are_muted_and_the_mute_is_lifted(desk: Desk) -> None:
    of = "/alerts/bridges.bridge"
    assert (await desk.send("/mutes", {"story": "bridge", "days": "7"}, of=of)).status_code == 303
    await desk.send("/mutes", {"source": "Paper4.example", "rule": "bridges", "days": "0"}, of=of)
    story, source = desk.engine.mutes()
    assert (story.story_id, story.rule_id, story.until) == ("bridge", "", NOW + timedelta(days=7))
    assert (source.source, source.rule_id, source.until) == ("paper4.example", "bridges", None)
    tree = page(await desk.browser.get("/mutes"))
    assert texts(tree, ".rules h2") == ["Harbour bridge closed after inspection", "paper4.example"]
    assert "by the rule Bridges & tunnels until it is lifted" in words(tree)
    lifted = await desk.send(f"/mutes/{source.id}/lift")
    assert lifted.headers["location"] == "/mutes?said=lifted"
    assert desk.engine.mutes() == [story]
    assert (await desk.send(f"/mutes/{source.id}/lift")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"story": "bridge", "source": "a.example"}, 400),
        ({"story": "nosuch"}, 404),
        ({"source": "a.example", "rule": "nosuch"}, 404),
        ({"source": "herald"}, 400),
        ({"source": "a.example", "days": "1e9"}, 400),
    ],
)
async def test_a_mute_of_nothing_is_refused(desk: Desk, fields: Mapping[str, str], status: int) -> None:
    assert (await desk.send("/mutes", fields)).status_code == status
    assert desk.engine.edits == []


async def test_a_name_is_corrected_on_its_page_and_that_is_taken_back_from_the_list(desk: Desk) -> None:
    called = {"entity": "northport", "name": "North Port", "type": "organisation"}
    changed = await desk.send("/corrections", called, of="/entities/Northport")
    assert (changed.status_code, changed.headers["location"]) == (303, "/corrections?said=corrected")
    await desk.send("/corrections", {"entity": "ada-brandt", "into": "Port Authority"})
    await desk.send("/corrections", {"entity": "Port Authority", "never": "yes"})

    found = desk.engine.corrections()
    assert [told(one) for one in found] == [
        f"Northport (northport) goes as North Port, organisation ({entity_id('ORG', 'North Port')})",
        "Ada Brandt (ada-brandt) goes as Port Authority, organisation (port-authority)",
        "Port Authority (port-authority) is no name",
    ]
    assert {(one.at, one.by) for one in found} == {(NOW, LOCAL.name)}
    assert "Ada Brandt" in words(page(await desk.browser.get("/entities/port-authority")).css_first(".heading"))
    tree = page(await desk.browser.get("/corrections?said=corrected"))
    assert "Corrected" in words(tree.css_first("[role=status]"))
    assert texts(tree, ".rules h2")[0] == "Port Authority is no name"
    undone = await desk.send("/corrections/northport/undo")
    assert undone.headers["location"] == "/corrections?said=undone"
    assert desk.engine.corrections() == found[1:]
    assert (await desk.send("/corrections/northport/undo")).status_code == 404


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 400),
        ({"entity": "Northport"}, 400),
        ({"entity": "Northport", "into": "Ada Brandt", "never": "yes"}, 400),
        ({"entity": "Northport", "name": "Northport", "type": "place"}, 400),
        ({"entity": "Northport", "type": "city"}, 400),
        ({"entity": "Nobody", "never": "yes"}, 404),
    ],
)
async def test_a_correction_of_nothing_is_refused(desk: Desk, fields: Mapping[str, str], status: int) -> None:
    assert (await desk.send("/corrections", fields)).status_code == status
    assert desk.engine.corrections() == []


async def test_programs_correct_names_too(desk: Desk) -> None:
    ask = desk.browser
    made = (await ask.post("/api/corrections", json={"entity": "Northport", "name": "North Port"})).json()
    assert made["goes_as"]["name"] == "North Port"
    assert (await ask.get("/api/corrections")).json()["hits"] == [made]
    assert (await ask.delete("/api/corrections/Northport")).json()["undone"]
    assert (await ask.get("/api/corrections")).json()["total"] == 0
    assert (await ask.delete("/api/corrections/Northport")).status_code == 404
    assert "decided about 'AC/DC'" in (await ask.delete("/api/corrections/AC%2FDC")).json()["error"]
    assert (await ask.post("/api/corrections", json={"never": True})).json()["parameter"] == "entity"


async def test_programs_do_the_same(desk: Desk) -> None:
    ask = desk.browser
    plain = {"query": "ferry", "channels": ["pager"], "kind": "frequency", "count": 3, "window": "6h"}
    saved = (await ask.put("/api/rules/ferries", json=plain)).json()
    headers = {"Content-Type": "application/json"}
    torn = await ask.put("/api/rules/ferries", content='{"query": ', headers=headers)
    assert torn.json() == {"error": "the body is no JSON: Expecting value, at character 10"}
    assert (saved["id"], saved["count"], saved["window_s"]) == ("ferries", 3, 21600.0)
    assert (await ask.put("/api/rules/ferries", json=plain | {"id": "other"})).json()["id"] == "ferries"
    trial = (await ask.post("/api/rules/trial?days=365", json={"query": "bridge"})).json()
    assert (trial["hits"] > 0, trial["appears"]) == (True, None)
    assert (await ask.delete("/api/rules/ferries")).json()["name"] == "ferries"
    assert (await ask.delete("/api/rules/ferries")).status_code == 404
    assert (await ask.post("/api/alerts/bridges.bridge/acknowledge")).status_code == 415
    assert (await ask.post("/api/alerts/bridges.bridge/acknowledge", json={})).json()["id"] == "bridges.bridge"
    muted = (await ask.post("/api/mutes", json={"story": "bridge", "days": 1})).json()
    assert (await ask.get("/api/mutes")).json()["hits"] == [muted]
    assert (await ask.delete(f"/api/mutes/{muted['id']}")).json() == muted
    assert [one.action for one in desk.engine.edits] == ["acknowledge", "mute", "unmute"]


async def test_what_a_program_gives_wrongly_is_told(desk: Desk) -> None:
    wrong = await desk.browser.put("/api/rules/a", json={"query": "(", "chanels": []})
    assert wrong.status_code == 400
    first, second = wrong.json()["error"].splitlines()
    assert (first[:11], second[:8]) == ("unknown key", "query: l")
    assert (await desk.browser.put("/api/rules/a", json=[])).status_code == 400
    assert (await desk.browser.post("/api/mutes", json={"storey": "x"})).json()["parameter"] == "storey"


async def test_who_may_only_read_sees_no_forms(desk: Desk) -> None:
    token, text = issue("Eve", "read", NOW)
    desk.engine.put_token(token)
    shown = {"Authorization": f"Bearer {text}"}
    for path in (
        "/rules",
        "/rules/bridges",
        "/alerts/bridges.bridge",
        "/mutes",
        "/stories/bridge",
        "/new-rule",
        *NAMES,
    ):
        tree = page(await desk.browser.get(path, headers=shown))
        assert not tree.css("form[method=post]"), path
    assert "bridge OR tunnel" in words(page(await desk.browser.get("/rules/bridges", headers=shown)))
    posted = await desk.browser.post("/mutes", data={"story": "bridge"}, headers=shown)
    assert posted.status_code == 403
    assert desk.engine.edits == list[Edit]()


async def test_tokens_are_made_shown_once_and_revoked(desk: Desk) -> None:
    assert texts(page(await desk.browser.get("/tokens")), "option[selected]") == ["admin"]
    wanted = {"name": "Ann", "role": "admin", "days": "365"}
    made = await desk.send("/tokens", wanted, of="/tokens")
    (text,) = texts(page(made), ".note pre")
    assert made.headers["cache-control"] == "no-store"
    admin = {"Authorization": f"Bearer {text}"}
    listed = await desk.browser.get("/tokens", headers=admin)
    assert text not in listed.text
    assert "may admin good until 2 Mar 2027, 12:00 UTC" in words(page(listed))
    assert (await desk.browser.post("/tokens", data={"name": "x"}, headers=admin)).status_code == 400
    token_id = text.split("_")[1]
    gone = await desk.browser.post(f"/tokens/{token_id}/revoke", data={"a": "b"}, headers=admin)
    assert gone.headers["location"] == "/tokens?said=removed"
    assert desk.engine.all_tokens == {}
