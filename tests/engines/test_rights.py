"""What each process may do, held against what the topics and stages are."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

from streams.engines.rights import INDEX_PRIVILEGES, PROCESSES, acls, lines, to_markdown
from streams.engines.stages import CLUSTER_INPUTS, OUTPUTS
from streams.engines.topics import plans
from streams.records import Topic
from streams.settings import load

PAGE = Path(__file__).parents[2] / "docs" / "operations" / "access.md"
SETTINGS = load(kafka="kafka:9092", topic_prefix="ours-", index_prefix="ours-")


def test_the_page_has_the_table_that_the_code_makes() -> None:
    assert to_markdown(load(kafka="kafka:9092")) in PAGE.read_text(encoding="utf-8")


def test_every_topic_is_somebodys_and_nobody_has_rights_elsewhere() -> None:
    known = {plan.name for plan in plans(SETTINGS)}
    for process in PROCESSES:
        assert {one.name for one in acls(SETTINGS, process) if one.resource == "topic"} <= known
        assert all(one.name.startswith("ours-") for one in acls(SETTINGS, process))
    written = {one.name for process in PROCESSES for one in acls(SETTINGS, process) if "Write" in one.operations}
    assert written == known


def test_each_stage_reads_and_writes_what_the_flow_says() -> None:
    assert OUTPUTS.keys() == CLUSTER_INPUTS.keys()
    brought = {topic for topics in OUTPUTS.values() for topic in topics} | {Topic.RAW_ITEMS, Topic.RULES}
    assert {topic for topics in CLUSTER_INPUTS.values() for topic in topics} == brought


def test_only_those_who_let_people_in_see_the_tokens() -> None:
    seeing = {process for process in PROCESSES for one in acls(SETTINGS, process) if one.name == "ours-tokens"}
    assert seeing == {"setup", "web", "operator", "reprocess"}


def test_all_is_printed_as_a_script() -> None:
    printed = list(lines(SETTINGS))
    kafka = [shlex.split(line) for line in printed if line.startswith("kafka-acls.sh")]
    assert {line[line.index("--allow-principal") + 1] for line in kafka} == {
        f"User:streams-{process}" for process in PROCESSES
    }
    roles = [shlex.split(line)[-1] for line in printed if line.startswith("curl")]
    assert [json.loads(role)["indices"][0]["names"] for role in roles] == [["ours-*"]] * len(INDEX_PRIVILEGES)
