"""Compacted topics followed on a real Kafka: by several, as soon as they are made, and while it is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial

import pytest

from streams import codec
from streams.engines.follower import Follower
from streams.errors import ServiceError
from streams.records import Rule, Topic
from tests.factories import rule
from tests.services.cluster import Cluster


def until(holds: Callable[[], bool], within_s: float = 20) -> None:
    end = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def names(follower: Follower) -> dict[str, str]:
    """The names of the rules that it holds, by id."""
    return {key: codec.decode_as(value, Rule).name for key, value in follower.held(Topic.RULES).items()}


def followed(cluster: Cluster) -> Follower:
    return Follower(cluster.settings, [Topic.RULES])


def test_what_one_writes_it_holds_at_once_and_others_soon(cluster: Cluster) -> None:
    with followed(cluster) as first, followed(cluster) as second:
        first.send(Topic.RULES, "a", rule(id="a", name="Alpha"))
        second.send(Topic.RULES, "b", rule(id="b", name="Beta"))
        assert names(second)["b"] == "Beta"
        until(lambda: names(first) == names(second) == {"a": "Alpha", "b": "Beta"})
        many = [(f"r{number % 300}", rule(name=str(number)), None) for number in range(600)]
        first.send_all(Topic.RULES, [*many, ("b", None, None)])
        assert names(first) == {"a": "Alpha"} | {f"r{number}": str(number + 300) for number in range(300)}
        first.send_all(Topic.RULES, [(f"r{number}", None, None) for number in range(300)])
        until(lambda: names(second) == {"a": "Alpha"})
    with followed(cluster) as later:
        assert names(later) == {"a": "Alpha"}


def test_a_topic_that_was_not_made_is_named(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engines.kafka.KNOWN_S", 0.3)
    elsewhere = cluster.settings.model_copy(update={"topic_prefix": "nowhere-"})
    with (
        pytest.raises(ServiceError, match="Kafka knows no topic nowhere-rules: run `streams setup`"),
        Follower(elsewhere, [Topic.RULES]),
    ):
        pass


def test_what_two_write_under_one_key_never_goes_back_to_what_it_was(cluster: Cluster) -> None:
    """A writer's own value is older than what it has yet to read of the others'."""
    with followed(cluster) as first, followed(cluster) as second:
        for turn in range(20):
            first.send(Topic.RULES, "a", rule(id="a", name=f"first {turn}"))
            second.send(Topic.RULES, "a", rule(id="a", name=f"second {turn}"))
            first.send(Topic.RULES, "a", rule(id="a", name=f"last {turn}"))
            assert names(first) == {"a": f"last {turn}"}
        until(lambda: names(second) == {"a": "last 19"})


def test_a_key_that_is_no_text_is_held_and_does_not_end_the_following(cluster: Cluster) -> None:
    with followed(cluster) as one:
        one.call(one._producer.send_and_wait(f"{cluster.settings.topic_prefix}rules", b"x", key=b"\xff"))
        one.send(Topic.RULES, "a", rule(id="a"))
        assert one.held(Topic.RULES).keys() == {"\ufffd", "a"}


@pytest.mark.parametrize("round_", range(3))
def test_topics_can_be_followed_as_soon_as_they_are_made(cluster: Cluster, round_: int) -> None:
    """In the moment between, their partitions have no leader and aiokafka asks for one without a pause."""
    busy = time.process_time()
    with Follower(cluster.settings, list(Topic)) as one:
        assert one.partitions(Topic.ARTICLES) == cluster.settings.partitions
    assert time.process_time() - busy < 2


def test_a_kafka_that_is_away_is_a_service_error_and_leaves_nothing_behind(cluster: Cluster) -> None:
    away = partial(Follower, cluster.settings.model_copy(update={"kafka": ["127.0.0.1:9"]}))
    with pytest.raises(ServiceError, match=r"Kafka at 127\.0\.0\.1:9 does not answer"), away([Topic.RULES]):
        pass
