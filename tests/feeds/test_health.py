"""Feeds by how they are, and their failing hosts, as the metrics tell them."""

from __future__ import annotations

from datetime import timedelta

from prometheus_client import REGISTRY

from streams.feeds.health import NAMED, OTHERS, STATES, Health
from streams.feeds.reader import Reader
from tests.feeds.documents import item, rss
from tests.feeds.test_reader import NOON, SETTINGS, Answers, MemoryStore


def states() -> dict[str, float | None]:
    return {state: REGISTRY.get_sample_value("streams_feeds", {"state": state}) for state in STATES}


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
    assert (states(), hosts()) == ({"well": 1, "failing": 1, "new": 0}, {"herald.example": 1, OTHERS: 0})
    health.note("a", "herald.example", "well")
    health.drop("b")
    health.drop("b")
    health.show()
    assert (states(), hosts()) == ({"well": 1, "failing": 0, "new": 0}, {OTHERS: 0})


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
    assert (states(), hosts()["bad.example"]) == ({"well": 1, "failing": 1, "new": 0}, 1)
    store.subscriptions.pop()
    again = Reader(store, Answers({good: rss(item(1))}), SETTINGS, lambda: NOON + timedelta(hours=1))
    await again.poll_all()
    assert states() == {"well": 1, "failing": 0, "new": 0}
