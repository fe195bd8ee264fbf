"""Topics on a real Kafka: made once, brought up to date, and never parted from their state."""

from __future__ import annotations

from functools import partial

import pytest
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.engines.kafka import connection, topic_name
from streams.engines.topics import DAY_MS, plans, set_up
from streams.errors import ServiceError, SettingsError
from streams.records import Topic
from streams.settings import load
from tests.services.cluster import Cluster, until


async def configured(cluster: Cluster, name: str, config: dict[str, str]) -> None:
    """Set a topic's configuration by other means; what is not named is reset."""
    admin = AIOKafkaAdminClient(**connection(cluster.settings))
    await admin.start()
    await admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, configs=config)])
    await admin.close()


def test_records_are_kept_as_long_as_the_options_say() -> None:
    settings = load(kafka=["kafka:9092"], topic_days=2, dead_letter_days=30)
    days = {plan.name: int(plan.config.get("retention.ms", 0)) / DAY_MS for plan in plans(settings)}
    assert (days["articles"], days["deliveries"], days["dead-letters"], days["rules"]) == (2, 2, 30, 0)


async def test_a_second_set_up_has_nothing_to_do(cluster: Cluster) -> None:
    assert await set_up(cluster.settings) == []


async def test_each_changelog_has_as_many_partitions_as_the_topic_that_its_stage_reads(cluster: Cluster) -> None:
    prefix = cluster.settings.topic_prefix
    partitions = {plan.name.removeprefix(prefix): plan.partitions for plan in plans(cluster.settings)}
    for changelog, source in (
        ("streams-identify-identities-changelog", "raw-items"),
        ("streams-relate-related-changelog", "tagged"),
        ("streams-decide-alerts-changelog", "hits"),
        ("streams-notify-deliveries-changelog", "deliveries"),
    ):
        assert partitions[changelog] == partitions[source]


async def test_what_differs_is_changed_and_what_others_configured_stays(cluster: Cluster) -> None:
    name = topic_name(cluster.settings, Topic.ARTICLES)
    await configured(cluster, name, {"cleanup.policy": "compact", "segment.ms": "600000"})
    done: list[str] = []

    async def settled(*, to_do: bool) -> bool:
        """Brokers learn of a change a moment later."""
        done[:] = await set_up(cluster.settings)
        return bool(done) == to_do

    await until(partial(settled, to_do=True), 10, "the difference is seen")
    (changed,) = done
    assert changed.startswith(f"changed {name}: cleanup.policy=delete")
    assert "segment.ms" not in changed
    await until(partial(settled, to_do=False), 10, "the change is seen")


async def test_another_number_of_partitions_is_refused_with_the_way_out(cluster: Cluster) -> None:
    wanted = cluster.settings.model_copy(update={"partitions": 5})
    with pytest.raises(SettingsError, match=r"has 3 partitions, not 5.*STREAMS_PARTITIONS=3"):
        await set_up(wanted)
    assert await set_up(cluster.settings) == []


async def test_more_replicas_than_there_are_brokers_is_said_plainly(cluster: Cluster) -> None:
    wanted = cluster.settings.model_copy(update={"replication": 3, "topic_prefix": "other-"})
    with pytest.raises(ServiceError, match=r"Kafka refuses topic other-.*replication factor of 3"):
        await set_up(wanted)


async def test_a_kafka_that_is_away_is_a_service_error(cluster: Cluster) -> None:
    with pytest.raises(ServiceError, match="is it up"):
        await set_up(cluster.settings.model_copy(update={"kafka": ["127.0.0.1:9"]}))
