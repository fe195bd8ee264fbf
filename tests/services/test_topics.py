"""Topics on a real Kafka: made once, brought up to date, and never parted from their state."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType

from streams.engines.cluster.fitting import refuse_misfits
from streams.engines.cluster.sending import Sender
from streams.engines.kafka import MAX_DEAD_LETTER_BYTES, MAX_RECORD_BYTES, connection, topic_name
from streams.engines.stages import TABLES
from streams.engines.topics import COMPACTED, DAY_MS, app_id, changelog, plans, set_up
from streams.errors import ServiceError, SettingsError
from streams.records import Topic
from streams.settings import Settings, load
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


def test_what_is_read_whole_is_compacted_long_before_it_has_a_gigabyte_in_each_partition() -> None:
    compacted = [
        plan.config for plan in plans(load(kafka=["kafka:9092"])) if plan.config["cleanup.policy"] == "compact"
    ]
    assert len(compacted) == len(COMPACTED) + len(TABLES)
    assert all(int(config["segment.bytes"]) <= 100 * 1024**2 for config in compacted)
    assert all(int(config["segment.ms"]) <= DAY_MS for config in compacted)


async def test_the_largest_record_that_is_let_through_is_taken(cluster: Cluster) -> None:
    """What Kafka refuses for its size would be sent again for ever."""
    sender = Sender(cluster.settings)
    for topic, size in ((Topic.ARTICLES, MAX_RECORD_BYTES), (Topic.DEAD_LETTERS, MAX_DEAD_LETTER_BYTES)):
        await sender.send_to(topic_name(cluster.settings, topic), 0, [(b"key" * 100, b"x" * size)])
    await sender.close()


async def test_each_changelog_has_as_many_partitions_as_the_topic_that_its_stage_reads(cluster: Cluster) -> None:
    prefix = cluster.settings.topic_prefix
    partitions = {plan.name.removeprefix(prefix): plan.partitions for plan in plans(cluster.settings)}
    for remembered, source in (
        ("streams-identify-identities-changelog", "raw-items"),
        ("streams-relate-related-changelog", "tagged"),
        ("streams-decide-alerts-changelog", "hits"),
        ("streams-notify-deliveries-changelog", "deliveries"),
    ):
        assert partitions[remembered] == partitions[source]


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


async def test_topics_that_were_changed_by_hand_are_refused_by_set_up_and_workers(cluster: Cluster) -> None:
    settings = cluster.settings
    items, remembered = topic_name(settings, Topic.RAW_ITEMS), changelog(settings, "identify")
    async with AsyncExitStack() as opened:
        admin = AIOKafkaAdminClient(**connection(settings))
        await admin.start()
        opened.push_async_callback(admin.close)
        sender = Sender(settings)
        opened.push_async_callback(sender.close)
        await refuse_misfits("identify", settings, sender)

        reader = AIOKafkaConsumer(items, group_id=app_id(settings, "identify"), **connection(settings))
        await reader.start()
        await reader.commit({TopicPartition(items, 0): 1})
        await reader.stop()
        await admin.delete_topics([remembered])
        await until(partial(_is_gone, admin, remembered), 10, "the changelog deleted")
        (created, lost) = await set_up(settings)
        assert created.startswith(f"created {remembered}")
        assert lost.startswith(f"{remembered} is empty: identify was at work")

        await admin.create_partitions({items: NewPartitions(4)})
        with pytest.raises(SettingsError, match=r"raw-items has 4 partitions, and not the 3 that.*by hand"):
            await until(partial(_is_set_up, settings), 10, "the change is seen")
        other = Sender(settings)
        opened.push_async_callback(other.close)
        with pytest.raises(SettingsError, match=r"raw-items has 4 partitions.*docs/operations/tasks.md"):
            await refuse_misfits("identify", settings, other)
        with pytest.raises(SettingsError, match=r"identities-changelog has 3 partitions"):
            await other.send_to(remembered, 3, [(b"key", b"value")])


async def _is_gone(admin: AIOKafkaAdminClient, name: str) -> bool:
    return name not in await admin.list_topics()


async def _is_set_up(settings: Settings) -> bool:
    return await set_up(settings) != []


async def test_more_replicas_than_there_are_brokers_is_said_plainly(cluster: Cluster) -> None:
    wanted = cluster.settings.model_copy(update={"replication": 3, "topic_prefix": "other-"})
    with pytest.raises(ServiceError, match=r"Kafka refuses topic other-.*replication factor of 3"):
        await set_up(wanted)
    (said,) = await set_up(cluster.settings.model_copy(update={"replication": 2}))
    assert topic_name(cluster.settings, Topic.ARTICLES) in said
    assert "made with fewer replicas than STREAMS_REPLICATION=2" in said


async def test_a_kafka_that_is_away_is_a_service_error(cluster: Cluster) -> None:
    with pytest.raises(ServiceError, match="is it up"):
        await set_up(cluster.settings.model_copy(update={"kafka": ["127.0.0.1:9"]}))
