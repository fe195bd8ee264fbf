"""Nobody asks so fast that others wait: how often one visitor is answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import httpx
import pytest

from streams.access import issue
from streams.web import pace
from streams.web.app import create_app
from streams.web.pace import Pace
from tests.web.conftest import browser
from tests.web.fakes import NOW, FakeEngine


class Watch:
    """A clock that stands until it is put on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def put_on(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def watch() -> Watch:
    return Watch()


def answered(of: Pace, key: str, times: int) -> int:
    return sum(of.wait_s(key) == 0 for _ in range(times))


def test_as_many_as_a_minute_has_may_come_at_once_and_then_one_by_one(watch: Watch) -> None:
    of = Pace(60, watch)
    assert answered(of, "a", 100) == 60
    assert of.wait_s("a") == pytest.approx(1)
    watch.put_on(1)
    assert answered(of, "a", 5) == 1
    watch.put_on(3600)
    assert answered(of, "a", 100) == 60


def test_each_is_counted_for_itself(watch: Watch) -> None:
    of = Pace(2, watch)
    assert (answered(of, "a", 3), answered(of, "b", 3)) == (2, 2)


def test_no_more_are_remembered_than_ask(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "MOST_KNOWN", 10)
    of = Pace(2, watch)
    assert answered(of, "often", 3) == 2
    for number in range(30):
        of.wait_s(str(number))
    assert len(of._due) <= 11
    assert answered(of, "often", 1) == 0, "who asks most is not forgotten"
    watch.put_on(120)
    for number in range(11):
        of.wait_s(f"later {number}")
    assert "often" not in of._due


def test_without_a_limit_all_are_answered(watch: Watch) -> None:
    assert answered(Pace(0, watch), "a", 1000) == 1000


async def test_who_asks_too_often_is_told_how_long_to_wait_and_others_are_answered(watch: Watch) -> None:
    engine = FakeEngine()
    texts = []
    for name in ("loop", "desk"):
        token, text = issue(name, "read", NOW)
        engine.put_token(token)
        texts.append({"Authorization": f"Bearer {text}"})
    loop, desk = texts
    app = create_app(engine, clock=watch, requests_a_minute=3)
    async with browser(app) as client:

        async def statuses(**headers: str) -> list[int]:
            return [(await client.get("/api/stories", headers=headers)).status_code for _ in range(4)]

        assert await statuses(**loop) == [200, 200, 200, 429]
        refused: httpx.Response = await client.get("/api/stories", headers=loop)
        assert (refused.headers["Retry-After"], "wait 20 s" in refused.json()["error"]) == ("20", True)
        assert await statuses(**desk) == [200, 200, 200, 429]
        assert await statuses() == [401, 401, 401, 429]
        assert (await client.get("/livez", headers=loop)).status_code == 200
        watch.put_on(20)
        assert (await client.get("/api/stories", headers=loop)).status_code == 200
