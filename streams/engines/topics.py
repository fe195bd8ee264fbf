"""Every topic on Kafka: how many partitions, what is kept, for how long; and how they come to be so.

A record's key decides its partition, and its partition where the state about it lies. So the number of
partitions of a topic that exists is never changed: keys would move away from what is remembered of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, TopicAlreadyExistsError

from streams.engines.kafka import (
    FRAME_BYTES,
    MAX_DEAD_LETTER_BYTES,
    MAX_RECORD_BYTES,
    away,
    connection,
    topic_name,
)
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.errors import ServiceError, SettingsError
from streams.records import Topic
from streams.settings import Settings

DAY_MS = 86_400_000

COMPACTED = (Topic.FEEDS, Topic.FEED_STATE, Topic.RULES, Topic.EDITS, Topic.TOKENS, Topic.SEARCHES)
"""All that people change, and how feeds are doing."""
IN_ORDER = (
    Topic.TAGGED,
    Topic.DOCUMENTS,
    Topic.RULES,
    Topic.EDITS,
    Topic.TOKENS,
    Topic.SEARCHES,
    Topic.DELIVERIES,
    Topic.DEAD_LETTERS,
)
"""Topics with one partition: those keyed by story group, and those that are small or read whole."""
DYNAMIC_TOPIC_CONFIG = 1
PEOPLES_SEGMENT = {"segment.bytes": str(16 * 1024**2), "segment.ms": str(DAY_MS // 24)}
CHANGELOG_SEGMENT = {"segment.bytes": str(100 * 1024**2), "segment.ms": str(DAY_MS)}
"""Kafka compacts only segments that are closed: by default after a gigabyte or a week, which whoever reads a topic
whole would have to read in each partition. Changelogs may hold gigabytes: in many small segments they would have a
broker open too many files.
"""
TOMBSTONE_DAYS = 7
"""How long a changelog says of a key that it was deleted."""


class TopicPlan(NamedTuple):
    """What a topic is to be like; `config` holds Kafka's own names."""

    name: str
    partitions: int
    config: Mapping[str, str]


def app_id(settings: Settings, stage: str) -> str:
    """The name of a stage's consumer group, with which those of its tables' changelogs begin."""
    return f"{settings.topic_prefix}streams-{stage}"


def changelog(settings: Settings, stage: str) -> str:
    """The topic of which a stage's table is made anew; its name is Faust's."""
    return f"{app_id(settings, stage)}-{TABLES[stage]}-changelog"


def plans(settings: Settings) -> list[TopicPlan]:
    """All topics, changelogs included: each has as many partitions as the topic that its stage reads."""
    topics = [
        TopicPlan(topic_name(settings, topic), _partitions(settings, topic), _config(settings, topic))
        for topic in Topic
    ]
    changelogs = [
        TopicPlan(
            changelog(settings, stage),
            _partitions(settings, CLUSTER_INPUTS[stage][0]),
            _compacted(settings, CHANGELOG_SEGMENT) | {"delete.retention.ms": str(TOMBSTONE_DAYS * DAY_MS)},
        )
        for stage in TABLES
    ]
    return topics + changelogs


async def set_up(settings: Settings) -> list[str]:
    """Make the topics what they are to be; returns what was done, a line each. May be run at any time.

    Raises SettingsError for a change that would lose data, before anything is changed, and ServiceError when
    Kafka is away or refuses.
    """
    admin = AIOKafkaAdminClient(**connection(settings))
    try:
        await admin.start()
        try:
            return await _set_up(admin, settings)
        finally:
            await admin.close()
    except (KafkaError, OSError) as error:
        raise away(settings, error) from error


def parted(name: str, has: int, wanted: str) -> SettingsError:
    """The error of a topic whose number of partitions was changed by hand, after it was made."""
    return SettingsError(
        f"topic {name} has {has} partitions, and not {wanted}: it was given another number by hand, which "
        "separates keys from their state. Stop all; then move what is remembered to topics under another "
        "STREAMS_TOPIC_PREFIX (docs/operations/tasks.md, Change the number of partitions)"
    )


async def _set_up(admin: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    wanted, known = plans(settings), set(await admin.list_topics())
    existing = [plan for plan in wanted if plan.name in known]
    missing = [plan for plan in wanted if plan.name not in known]
    described = await admin.describe_topics([plan.name for plan in existing]) if existing else []
    found = {one["topic"]: one for one in described}
    _check_partitions({name: len(one["partitions"]) for name, one in found.items()}, existing, settings)
    if missing:
        replicas = settings.replication
        new = [NewTopic(plan.name, plan.partitions, replicas, topic_configs=plan.config) for plan in missing]
        answers = (await admin.create_topics(new)).topic_errors
        _check([answer for answer in answers if answer[1] != TopicAlreadyExistsError.errno])
        await _lead(settings, missing)
    created = [f"created {plan.name} with {plan.partitions} partitions" for plan in missing]
    lost = [
        f"{name} is empty: {stage} was at work, and what it remembered went with the topic that was deleted"
        for stage, name in ((stage, changelog(settings, stage)) for stage in TABLES)
        if name not in known and topic_name(settings, CLUSTER_INPUTS[stage][0]) in known
        if await _was_at_work(admin, app_id(settings, stage))
    ]
    return created + lost + await _configure(admin, existing) + _fewer_replicas(found, settings.replication)


async def _was_at_work(admin: AIOKafkaAdminClient, group: str) -> bool:
    """Whether a stage has committed an offset; no, where Kafka does not say, as one without any such group."""
    try:
        return bool(await admin.list_consumer_group_offsets(group))
    except KafkaError:
        return False


async def _lead(settings: Settings, made: Sequence[TopicPlan]) -> None:
    """Wait until each partition has a leader that answers, so that whoever comes next finds one."""
    consumer = AIOKafkaConsumer(enable_auto_commit=False, **connection(settings))
    await consumer.start()
    try:
        await consumer.end_offsets(
            [TopicPartition(plan.name, number) for plan in made for number in range(plan.partitions)]
        )
    finally:
        await consumer.stop()


def _check_partitions(counts: Mapping[str, int], existing: Sequence[TopicPlan], settings: Settings) -> None:
    usual = Counter(counts[plan.name] for plan in existing if plan.partitions == settings.partitions)
    most = usual.most_common(1)[0][0] if usual else settings.partitions
    for plan in existing:
        has, other = counts[plan.name], most if plan.partitions == settings.partitions else plan.partitions
        if has != other:
            raise parted(plan.name, has, f"the {other} that it was made with")
        if has != plan.partitions:
            raise SettingsError(
                f"topic {plan.name} has {has} partitions, not {plan.partitions}: another number would "
                f"separate keys from their state. Set STREAMS_PARTITIONS={has}, or begin anew with another "
                "STREAMS_TOPIC_PREFIX"
            )


async def _configure(admin: AIOKafkaAdminClient, existing: Sequence[TopicPlan]) -> list[str]:
    """Change what differs, and leave what others have configured: Kafka replaces all that is not named."""
    if not existing:
        return []
    responses = await admin.describe_configs([_resource(plan.name) for plan in existing])
    own: dict[str, dict[str, str]] = {}
    for _, _, _, name, entries in responses[0].resources:
        own[name] = {key: value for key, value, _, source, *_ in entries if source == DYNAMIC_TOPIC_CONFIG}
    changed = [plan for plan in existing if not plan.config.items() <= own[plan.name].items()]
    if changed:
        resources = [_resource(plan.name, own[plan.name] | dict(plan.config)) for plan in changed]
        responses = await admin.alter_configs(resources)
        _check([(name, code, reason) for code, reason, _, name in responses[0].resources])
    return [f"changed {plan.name}: {_difference(own[plan.name], plan.config)}" for plan in changed]


def _fewer_replicas(found: Mapping[str, Any], wanted: int) -> list[str]:
    """What is left to the operator: copies are moved between brokers by Kafka's own tool."""
    fewer = [
        name
        for name, topic in found.items()
        if min(len(partition["replicas"]) for partition in topic["partitions"]) < wanted
    ]
    if not fewer:
        return []
    names = ", ".join(sorted(fewer))
    return [
        f"{names}: made with fewer replicas than STREAMS_REPLICATION={wanted}, and so they stay; "
        "a broker that is lost may take them along, until kafka-reassign-partitions.sh gives them more"
    ]


def _resource(name: str, config: Mapping[str, str] | None = None) -> ConfigResource:
    return ConfigResource(ConfigResourceType.TOPIC, name, configs=config)


def _difference(old: Mapping[str, str], new: Mapping[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in new.items() if old.get(key) != value)


def _check(answers: Sequence[tuple[str, int, str | None]]) -> None:
    for name, code, reason in answers:
        if code:
            raise ServiceError(f"Kafka refuses topic {name}: {reason or f'error {code}'}")


def _partitions(settings: Settings, topic: Topic) -> int:
    return 1 if topic in IN_ORDER else settings.partitions


def _config(settings: Settings, topic: Topic) -> dict[str, str]:
    if topic in COMPACTED:
        return _compacted(settings, PEOPLES_SEGMENT)
    if topic is Topic.DEAD_LETTERS:
        return _deleted(settings, settings.dead_letter_days, MAX_DEAD_LETTER_BYTES)
    return _deleted(settings, settings.topic_days, MAX_RECORD_BYTES)


def _compacted(settings: Settings, segment: Mapping[str, str]) -> dict[str, str]:
    return {"cleanup.policy": "compact", **segment, **_limited(MAX_RECORD_BYTES), **_durable(settings)}


def _deleted(settings: Settings, days: int, max_bytes: int) -> dict[str, str]:
    kept = {"cleanup.policy": "delete", "retention.ms": str(days * DAY_MS)}
    return {**kept, **_limited(max_bytes), **_durable(settings)}


def _limited(max_bytes: int) -> dict[str, str]:
    """Kafka's limit is one of batches: of what is around the record, too."""
    return {"max.message.bytes": str(max_bytes + FRAME_BYTES)}


def _durable(settings: Settings) -> dict[str, str]:
    """What is confirmed is on two brokers where there are that many replicas to lose one of."""
    return {"min.insync.replicas": "2" if settings.replication > 2 else "1"}
