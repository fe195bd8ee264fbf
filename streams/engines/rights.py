"""What each process of a cluster needs of Kafka and Elasticsearch, and no more: ACLs, and roles.

Each process has a user of its own, `streams-PROCESS`. Where a topic may be read or written, Kafka also lets it be
described; producers need nothing more to be idempotent (KIP-679).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, NamedTuple

from streams import codec
from streams.engines.kafka import topic_name
from streams.engines.sharing import GROUP
from streams.engines.stages import CLUSTER_INPUTS, OUTPUTS, TABLES
from streams.engines.topics import COMPACTED, app_id, changelog, plans
from streams.records import Topic
from streams.settings import Settings

Operation = Literal["Read", "Write", "Create", "Describe", "DescribeConfigs", "AlterConfigs"]
READ: tuple[Operation, ...] = ("Read",)
WRITE: tuple[Operation, ...] = ("Write",)
BOTH: tuple[Operation, ...] = ("Read", "Write")

PROCESSES = ("setup", "reader", *CLUSTER_INPUTS, "web", "operator", "reprocess")
"""`operator` is who runs commands: for feeds, rules, tokens, records put aside, and a migration; but for one."""


class Acl(NamedTuple):
    """What is allowed on one topic or consumer group."""

    resource: Literal["topic", "group"]
    name: str
    operations: tuple[Operation, ...]


def acls(settings: Settings, process: str) -> list[Acl]:
    """All that a process needs of Kafka."""
    match process:
        case "setup":
            made: tuple[Operation, ...] = ("Create", "Describe", "DescribeConfigs", "AlterConfigs")
            kept = _topics(settings, COMPACTED, READ)  # with --token it looks for one, and writes one
            return (
                [Acl("topic", plan.name, made) for plan in plans(settings)]
                + kept
                + _topics(settings, [Topic.TOKENS], WRITE)
                + [Acl("group", app_id(settings, stage), ("Describe",)) for stage in TABLES]
            )
        case "reader":
            return [
                *_topics(settings, [Topic.FEEDS], READ),
                *_topics(settings, [Topic.FEED_STATE], BOTH),
                *_topics(settings, [Topic.RAW_ITEMS, Topic.HITS], WRITE),  # hits: feeds that are silent or flood
                Acl("group", settings.topic_prefix + GROUP, READ),
            ]
        case "web":
            return [
                *_topics(settings, [Topic.FEEDS, Topic.FEED_STATE, Topic.DEAD_LETTERS], READ),
                *_topics(settings, CHANGED, BOTH),
                *_topics(settings, [Topic.HITS, Topic.TAGGED], WRITE),  # edits, and corrections of names
                *_looking(settings),
            ]
        case "operator" | "reprocess":
            return [
                *(Acl("topic", plan.name, BOTH) for plan in plans(settings)),
                *_looking(settings),
                Acl("group", settings.topic_prefix + GROUP, ("Describe",)),
            ]
        case stage:
            state = [Acl("topic", changelog(settings, stage), BOTH)] if stage in TABLES else []
            return [
                *_topics(settings, CLUSTER_INPUTS[stage], READ),
                *_topics(settings, [*OUTPUTS[stage], Topic.DEAD_LETTERS], WRITE),
                *state,
                Acl("group", app_id(settings, stage), READ),
            ]


CHANGED = tuple(topic for topic in COMPACTED if topic not in (Topic.FEEDS, Topic.FEED_STATE))
"""What people change on the page."""

READS_INDEX = ("read", "view_index_metadata")
INDEX_PRIVILEGES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "setup": (("monitor", "manage_index_templates", "manage_ilm"), ("manage",)),
    "index": (("monitor",), (*READS_INDEX, "index", "create_index", "maintenance")),
    "web": (("monitor",), READS_INDEX),
    "operator": (("monitor",), (*READS_INDEX, "index", "create_index", "maintenance")),
    "reprocess": (
        ("monitor", "manage_index_templates", "manage_ilm"),
        ("manage", *READS_INDEX, "index", "create_index", "maintenance"),
    ),
}
"""Privileges on the cluster and on our indices, of the processes that use Elasticsearch."""


def role(settings: Settings, process: str) -> dict[str, Any]:
    """The role of a process, as Elasticsearch takes it."""
    cluster, indices = INDEX_PRIVILEGES[process]
    names = [f"{settings.index_prefix}*"]
    return {"cluster": list(cluster), "indices": [{"names": names, "privileges": list(indices)}]}


def lines(settings: Settings) -> Iterator[str]:
    """All of it as a shell script: Kafka's and Elasticsearch's own tools give the rights."""
    yield "# Kafka: give $KAFKA a broker and $CONFIG the file of an administrator's login"
    for process in PROCESSES:
        for acl in acls(settings, process):
            operations = " ".join(f"--operation {operation}" for operation in acl.operations)
            yield (
                'kafka-acls.sh --bootstrap-server "$KAFKA" --command-config "$CONFIG" --add '
                f"--allow-principal User:streams-{process} {operations} --{acl.resource} {acl.name}"
            )
    yield "# Elasticsearch: give $ELASTICSEARCH its address and $CONFIG a curl file with an administrator's login"
    for process in INDEX_PRIVILEGES:
        yield (
            f'curl -fsS -K "$CONFIG" -X PUT "$ELASTICSEARCH/_security/role/streams-{process}" '
            f"-H 'Content-Type: application/json' -d '{codec.encode(role(settings, process)).decode()}'"
        )


def to_markdown(settings: Settings) -> str:
    """The table of what each process needs, as `docs/operations/access.md` holds it."""
    everything = {plan.name for plan in plans(settings)}
    rows = [
        "| process | reads | writes | also | Elasticsearch: cluster | Elasticsearch: indices |",
        "|---|---|---|---|---|---|",
    ]
    for process in PROCESSES:
        needed = acls(settings, process)
        cluster, indices = INDEX_PRIVILEGES.get(process, ((), ()))
        cells = [
            _named({one.name for one in needed if "Read" in one.operations}, everything, needed),
            _named({one.name for one in needed if "Write" in one.operations}, everything, needed),
            "; ".join(_also(needed, everything)),
            ", ".join(cluster),
            ", ".join(indices),
        ]
        rows.append(f"| {process} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _named(names: set[str], everything: set[str], needed: Iterable[Acl]) -> str:
    topics = [one.name for one in needed if one.resource == "topic" and one.name in names]
    return "all topics" if everything <= set(topics) else ", ".join(dict.fromkeys(topics))


def _also(needed: Iterable[Acl], everything: set[str]) -> Iterator[str]:
    """What is neither reading nor writing a topic."""
    by_operations: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in needed:
        if one.resource == "group" or not set(one.operations) <= set(BOTH):
            by_operations.setdefault((one.resource, one.operations), []).append(one.name)
    for (resource, operations), names in by_operations.items():
        whole = resource == "topic" and everything <= set(names)
        told = "all topics" if whole else f"{resource} {', '.join(names)}"
        yield f"{', '.join(operations)} of {told}"


def _topics(settings: Settings, topics: Iterable[Topic], operations: tuple[Operation, ...]) -> list[Acl]:
    return [Acl("topic", topic_name(settings, topic), operations) for topic in topics]


def _looking(settings: Settings) -> list[Acl]:
    """How far each stage is."""
    inputs = dict.fromkeys(topic for topics in CLUSTER_INPUTS.values() for topic in topics)
    groups = [Acl("group", app_id(settings, stage), ("Describe",)) for stage in CLUSTER_INPUTS]
    return _topics(settings, inputs, ("Describe",)) + groups
