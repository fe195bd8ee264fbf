"""values-small.yaml and values-large.yaml have the numbers that docs/scaling.md gives for their loads."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from deploy.tools import HELM
from tests.deploy.compose import ROOT
from tests.deploy.helm.chart import CHART, container, environment, pods, processes, rendered, secrets
from tests.tools import run

TABLE = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
KUBERNETES = ROOT / "docs" / "operations" / "kubernetes.md"
SIZES = {"values-small.yaml": "1 million", "values-large.yaml": "10 million"}
AT_LEAST = 2
"""Where a host may fail, two of each."""
UNITS = {"GB": "Gi", "TB": "Ti"}


def column(load: str) -> dict[str, str]:
    """The rows of the table for one load, by what stands in front."""
    [head] = re.findall(r"^\| articles a day \|(.*)\|$", TABLE, re.MULTILINE)
    place = [name.strip() for name in head.split("|")].index(load)
    rows = re.findall(r"^\| ([^|]+?) \|([^|]+\|[^|]+\|[^|]+)\|$", TABLE.partition(head)[2], re.MULTILINE)
    return {name: cells.split("|")[place].strip() for name, cells in rows}


def number(text: str) -> int:
    [found] = re.findall(r"^\d+", text)
    return int(found)


@pytest.mark.parametrize(("values", "load"), SIZES.items())
def test_partitions_shards_and_workers_are_those_of_the_table(values: str, load: str) -> None:
    wanted, resources = column(load), rendered(values, "autoscaling.by=")
    for one in processes(resources).values():
        options = environment(one["spec"]["template"]["spec"])
        assert options["STREAMS_PARTITIONS"] == wanted["`STREAMS_PARTITIONS`"]
        assert options["STREAMS_INDEX_SHARDS"] == str(number(wanted["`STREAMS_INDEX_SHARDS`, of about 40 GB"]))
        assert options["STREAMS_TAG_PROCESSES"] == "1"
    for row, told in wanted.items():
        if found := re.match(r"(\w+) workers", row):
            replicas = processes(resources)[found[1]]["spec"]["replicas"]
            assert replicas == max(AT_LEAST, number(told)), row
    assert all(one["spec"]["replicas"] >= AT_LEAST for one in processes(resources).values())


@pytest.mark.parametrize(("values", "load"), SIZES.items())
def test_one_worker_s_volume_holds_the_identities_of_all(values: str, load: str) -> None:
    told, unit = column(load)["identities: disk of all identify workers"].split()
    [claim] = processes(rendered(values))["identify"]["spec"]["volumeClaimTemplates"]
    gigabytes = float(told) * (1000 if unit == "TB" else 1)
    assert claim["spec"]["resources"]["requests"]["storage"] == f"{gigabytes:.0f}Gi"


@pytest.mark.parametrize("values", ["values.yaml", *SIZES])
def test_each_process_gets_twice_the_memory_that_it_was_seen_to_hold(values: str) -> None:
    rows = re.findall(r"^\| (\w+) \| (\d.*) \|$", TABLE.partition("## Memory of a process")[2], re.MULTILINE)
    held = {
        name: [int(number) for number in re.findall(r"(?<![\d,])\d{2,3}(?![\d,])", told)] for name, told in rows
    }
    assert held.keys() == processes(rendered(values)).keys()
    for name, numbers in held.items():
        most = sum(numbers) if name == "relate" else max(numbers)
        limit = container(processes(rendered(values))[name]["spec"]["template"]["spec"])["resources"]["limits"]
        assert megabytes(limit["memory"]) >= 2 * most, name


def megabytes(size: str) -> int:
    return int(size[:-2]) * {"Mi": 1, "Gi": 1024}[size[-2:]]


@pytest.mark.parametrize("values", SIZES)
def test_sizes_change_nothing_that_they_do_not_name(values: str) -> None:
    given = yaml.safe_load((CHART / values).read_text())
    assert given.keys() <= {"kafka", "elasticsearch", "processes", "autoscaling"}
    for name, one in processes(rendered(values)).items():
        plain = processes(rendered())[name]
        parts = [container(which["spec"]["template"]["spec"]) for which in (one, plain)]
        assert parts[0]["args"] == parts[1]["args"]


def test_the_values_that_the_docs_show_are_taken(tmp_path: Path) -> None:
    given: list[str | Path] = []
    for number, shown in enumerate(re.findall(r"```yaml\n(.*?)```", KUBERNETES.read_text("utf-8"), re.DOTALL)):
        (tmp_path / f"{number}.yaml").write_text(shown)
        given += ["-f", tmp_path / f"{number}.yaml"]
    for size in SIZES:
        done = run(HELM, "template", "news", CHART, "-f", CHART / size, *given)
        assert done.returncode == 0, done.stderr
    of_pods = dict(pods([one for one in yaml.load_all(done.stdout, yaml.CSafeLoader) if one]))
    [names] = [mount for mount in container(of_pods["tag"])["volumeMounts"] if mount["name"] == "map-desk-names"]
    assert environment(of_pods["tag"])["STREAMS_ENTITIES"].startswith(names["mountPath"] + "/")
    users = {name: environment(of_pods[name])["STREAMS_KAFKA_USER"] for name in ("identify", "tag")}
    assert users == {"identify": "streams-identify", "tag": "streams"}
    assert secrets(of_pods["identify"])["STREAMS_KAFKA_PASSWORD"] == ("streams-identify", "password")
    assert secrets(of_pods["tag"])["STREAMS_KAFKA_PASSWORD"] == ("streams", "password")
