"""Feeds by how they are, and their failing hosts, as the metrics tell them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace
from prometheus_client import REGISTRY

from streams.feeds.health import NAMED, OTHERS, STATES, Health, state_of
from streams.feeds.reader import Reader
from streams.records import FeedState, Problem
from tests.feeds.documents import item, rss
from tests.feeds.test_reader import NOON, SETTINGS, Answers, MemoryStore


def states() -> dict[str, float]:
    """Feeds by state, where there are any."""
    found = {state: REGISTRY.get_sample_value("streams_feeds", {"state": state}) or 0 for state in STATES}
    return {state: count for state, count in found.items() if count}


def hosts() -> dict[str, float]:
    return {
        sample.labels["host"]: sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == "streams_host_feeds_failing"
    }


def test_feeds_are_counted_by_how_they_are_until_they_are_dropped() -> None:
    health = Health()
    health.note("a", "herald.example", "new")
    health.note("a", "herald.example", "failing")
    health.note("b", "herald.example", "well")
    health.show()
    assert (states(), hosts()) == ({"well": 1, "failing": 1}, {"herald.example": 1, OTHERS: 0})
    health.note("a", "herald.example", "gone")
    health.show()
    assert (states(), hosts()) == ({"well": 1, "gone": 1}, {"herald.example": 1, OTHERS: 0})
    health.note("a", "herald.example", "well")
    health.drop("b")
    health.drop("b")
    health.show()
    assert (states(), hosts()) == ({"well": 1}, {OTHERS: 0})


POLLED = FeedState(feed_id="herald", polled_at=NOON)


def failed(kind: str) -> FeedState:
    return replace(POLLED, failures=1, problem=Problem(kind=kind, message="it failed"))


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (None, "new"),
        (FeedState(feed_id="herald", interval_s=300.0), "new"),
        (POLLED, "well"),
        (replace(POLLED, item_problems=[Problem(kind="bad-date", message="year 0")]), "faulty"),
        (failed("http-410"), "gone"),
        (failed("http-404"), "missing"),
        (failed("became-html"), "parked"),
        (failed("http-503"), "failing"),
        (failed("html"), "failing"),
    ],
)
def test_how_a_feed_is_has_a_name(known: FeedState | None, state: str) -> None:
    assert state_of(known) == state


def test_however_many_hosts_fail_only_the_worst_are_named() -> None:
    health = Health()
    for number in range(500):
        for feed in range(3 if number < NAMED else 1):
            health.note(f"{number}/{feed}", f"{number:03}.example", "failing")
    health.show()
    assert hosts() == {f"{number:03}.example": 3 for number in range(NAMED)} | {OTHERS: 480}
    Health().show()
    assert hosts() == {OTHERS: 0}


async def test_a_reader_tells_how_its_feeds_are() -> None:
    good, bad = "https://good.example/rss", "https://bad.example/rss"
    store = MemoryStore(good, bad)
    await Reader(store, Answers({good: rss(item(1))}), SETTINGS, lambda: NOON).poll_all()
    assert (states(), hosts()["bad.example"]) == ({"well": 1, "failing": 1}, 1)
    store.subscriptions.pop()
    again = Reader(store, Answers({good: rss(item(1))}), SETTINGS, lambda: NOON + timedelta(hours=1))
    await again.poll_all()
    assert states() == {"well": 1}
