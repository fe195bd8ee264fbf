"""The Helm chart: that Helm and Kubernetes take it, that it fits the program, and what it promises."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate.utils
import pytest
import yaml
from jsonschema import Draft202012Validator

from deploy.monitoring.alarms import rules
from deploy.monitoring.dashboards import DASHBOARDS
from deploy.tools import HELM, KEDA, PROMETHEUS_OPERATOR, Schema
from streams.engines.stages import CLUSTER_INPUTS, TABLES
from streams.engines.topics import IN_ORDER, app_id
from streams.settings import load
from tests.deploy.compose import DOCKERFILE, METRICS_PORT, ours
from tests.deploy.helm.chart import (
    ALL_OF_IT,
    CHART,
    SIZES,
    STATEFUL,
    Resource,
    container,
    environment,
    of_kind,
    pods,
    processes,
    refused,
    rendered,
    secrets,
)
from tests.tools import run, there

OTHERS = {
    "keda.sh": (KEDA, {"ScaledObject", "TriggerAuthentication"}),
    "monitoring.coreos.com": (PROMETHEUS_OPERATOR, {"PodMonitor", "PrometheusRule"}),
}
"""Kinds that operators bring, by their group: the operator's own definitions, and the kinds that are used."""
KUBERNETES = "1.37"
LISTENING: dict[str, list[str]] = {"web": ["metrics", "page"], "setup": [], "feeds": [], "rules": []}
OUT = {"reader", "fulltext", "notify"}
"""Processes that go to addresses which others have chosen."""


VARIANTS = [*((size, "") for size in SIZES), ("values.yaml", ALL_OF_IT), ("values.yaml", "autoscaling.by=hpa")]


@pytest.fixture(params=VARIANTS)
def resources(request: pytest.FixtureRequest) -> tuple[Resource, ...]:
    return rendered(*request.param)


@pytest.mark.parametrize("values", SIZES)
def test_helm_finds_nothing_wrong(values: str) -> None:
    done = run(HELM, "lint", "--strict", CHART, "-f", CHART / values)
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Each of Kubernetes' definitions is read once, not once for each resource."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            kubernetes_validate.utils, "schema_contents", cache(kubernetes_validate.utils.schema_contents)
        )
        yield


@pytest.mark.parametrize("sets", [ALL_OF_IT, "autoscaling.by=hpa"], ids=["all of it", "hpa"])
def test_kubernetes_knows_every_field(sets: str, quick: None) -> None:
    for one in rendered("values.yaml", sets):
        if group(one) not in OTHERS:
            kubernetes_validate.validate(one, KUBERNETES, strict=True)


def group(resource: Resource) -> str:
    """The API group of a resource."""
    return str(resource["apiVersion"]).partition("/")[0]


def closed(schema: Any) -> Any:
    """The schema, with objects that have no other fields than those named: others are dropped without a word."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    shut = {name: closed(one) for name, one in schema.items()}
    if "properties" in shut and "x-kubernetes-preserve-unknown-fields" not in shut:
        shut.setdefault("additionalProperties", False)
    return shut


def definition(made: Schema, of: str, kind: str) -> tuple[str, Draft202012Validator]:
    """An operator's own definition of a kind: its version, and what it checks."""
    for path in there(made).glob(f"{of}_{kind.lower()}*.yaml"):
        found = yaml.load(path.read_text(), yaml.CSafeLoader)["spec"]
        if found["names"]["kind"] == kind:
            [version] = found["versions"]
            schema = closed(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            return f"{of}/{version['name']}", Draft202012Validator(schema)
    raise AssertionError(f"{made.name} {made.version} has no {kind}")


@pytest.mark.parametrize("of", OTHERS)
def test_operators_know_every_field(of: str) -> None:
    made, kinds = OTHERS[of]
    ours = [one for one in rendered("values.yaml", ALL_OF_IT) if group(one) == of]
    assert {one["kind"] for one in ours} == kinds
    schemas = {kind: definition(made, of, kind) for kind in kinds}
    for one in ours:
        version, schema = schemas[one["kind"]]
        assert one["apiVersion"] == version
        assert [error.message for error in schema.iter_errors(one)] == []
        assert list(schema.iter_errors({**one, "spec": one["spec"] | {"nam": "x"}})), "it is checked at all"


def test_there_is_a_process_for_each_service_of_the_compose_file_with_its_command() -> None:
    commands = {name: container(pod)["args"] for name, pod in pods(rendered())}
    assert commands == {name: service["command"].split() for name, service in ours().items()}


def test_what_remembers_has_a_volume_and_what_does_not_has_none() -> None:
    stateful = {name for name, one in processes(rendered()).items() if one["kind"] == STATEFUL}
    assert stateful == set(TABLES)
    for name, pod in pods(rendered()):
        empty = {volume["name"] for volume in pod["volumes"] if "emptyDir" in volume}
        assert empty == ({"tmp"} if name in stateful else {"tmp", "data"})


def test_options_are_valid(resources: tuple[Resource, ...], tmp_path: Path) -> None:
    (tmp_path / "ca.crt").touch()
    for _, pod in pods(resources):
        with pytest.MonkeyPatch.context() as patch:
            for option, value in environment(pod).items():
                patch.setenv(option, str(tmp_path / "ca.crt") if option.endswith("_CA") else value)
            settings = load()
            assert settings.kafka
            assert settings.elasticsearch
            assert settings.metrics_port == METRICS_PORT


def test_nothing_runs_with_rights_or_writes_elsewhere(resources: tuple[Resource, ...]) -> None:
    [user] = re.findall("^USER (.*)$", DOCKERFILE.read_text(), re.MULTILINE)
    for _, pod in pods(resources):
        assert pod["automountServiceAccountToken"] is False
        assert pod["securityContext"]["runAsNonRoot"] is True
        assert pod["securityContext"]["runAsUser"] == int(user)
        assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert container(pod)["securityContext"] == {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        }
        wanted, limit = (container(pod)["resources"][what] for what in ("requests", "limits"))
        assert wanted["cpu"]
        assert wanted["memory"] == limit["memory"]


def test_each_process_is_asked_how_it_is_and_has_time_to_end(resources: tuple[Resource, ...]) -> None:
    composed = ours()
    for name, one in processes(resources).items():
        pod = one["spec"]["template"]["spec"]
        probes = {kind: container(pod)[f"{kind}Probe"]["httpGet"] for kind in ("liveness", "readiness")}
        assert probes == {
            "liveness": {"path": "/livez", "port": "metrics"},
            "readiness": {"path": "/readyz", "port": "metrics"},
        }
        ports = {port["name"]: port["containerPort"] for port in container(pod)["ports"]}
        assert ports["metrics"] == METRICS_PORT
        assert pod["terminationGracePeriodSeconds"] >= float(composed[name]["stop_grace_period"].rstrip("s"))


def test_hosts_that_are_emptied_take_one_of_each_kind_and_spread_it(resources: tuple[Resource, ...]) -> None:
    budgets = of_kind(resources, "PodDisruptionBudget")
    assert budgets.keys() == processes(resources).keys()
    for name, one in processes(resources).items():
        selector = one["spec"]["selector"]
        assert budgets[name]["spec"] == {"maxUnavailable": 1, "selector": selector}
        [spread] = one["spec"]["template"]["spec"]["topologySpreadConstraints"]
        assert spread["labelSelector"] == selector
        assert selector["matchLabels"].items() <= one["spec"]["template"]["metadata"]["labels"].items()


def test_each_pod_reaches_what_it_needs_and_nothing_else(resources: tuple[Resource, ...]) -> None:
    policies = of_kind(resources, "NetworkPolicy")
    for name, pod in pods(resources):
        spec = policies[name]["spec"]
        assert spec["policyTypes"] == ["Ingress", "Egress"]
        open_to_all = [rule for rule in spec["egress"] if not rule]
        assert bool(open_to_all) == (name in OUT)
        ports = {port["port"] for rule in spec["egress"] for port in rule.get("ports", [])}
        settings = environment(pod)
        kafka = {int(broker.rpartition(":")[2]) for broker in settings["STREAMS_KAFKA"].split(",")}
        assert ports >= {53} | kafka
        assert (9200 in ports) == (name in {"index", "web", "setup"})
        incoming = [port["port"] for rule in spec["ingress"] for port in rule["ports"]]
        assert incoming == LISTENING.get(name, ["metrics"])


def test_the_network_can_be_kept_to_who_watches_and_who_lets_in() -> None:
    [metrics, page] = of_kind(rendered("values.yaml", ALL_OF_IT), "NetworkPolicy")["web"]["spec"]["ingress"]
    assert metrics["from"] == [{"namespaceSelector": {"matchLabels": {"team": "watch"}}}]
    assert page["from"] == [{"namespaceSelector": {"matchLabels": {"team": "entry"}}}]


def test_secrets_come_by_reference_only() -> None:
    for _, pod in pods(rendered("values.yaml", ALL_OF_IT)):
        assert secrets(pod) == {
            "STREAMS_KAFKA_PASSWORD": ("kafka-user", "password"),
            "STREAMS_ELASTICSEARCH_API_KEY": ("es-key", "api-key"),
            "STREAMS_ELASTICSEARCH_PASSWORD": ("es-user", "password"),
            "STREAMS_CHANNELS": ("channels", "channels.json"),
        }
        mounts = {mount["mountPath"] for mount in container(pod)["volumeMounts"]}
        files = (environment(pod)[f"STREAMS_{service}_CA"] for service in ("KAFKA", "ELASTICSEARCH"))
        assert {file.rpartition("/")[0] for file in files} <= mounts
    assert not [one for one in rendered("values.yaml", ALL_OF_IT) if one["kind"] == "Secret"]


def test_setup_comes_first_and_subscriptions_last() -> None:
    jobs = of_kind(rendered("values.yaml", ALL_OF_IT), "Job")
    hooks = {name: job["metadata"]["annotations"]["helm.sh/hook"] for name, job in jobs.items()}
    late = "post-install,post-upgrade"
    assert hooks == {"setup": "pre-install,pre-upgrade", "feeds": late, "rules": late}
    assert jobs["rules"]["spec"]["template"]["spec"]["volumes"][-1]["configMap"] == {"name": "desk-rules"}
    feeds = of_kind(rendered("values.yaml", ALL_OF_IT), "ConfigMap")["feeds"]
    assert feeds["data"] == {"feeds.opml": "http://herald.example/rss"}
    assert of_kind(rendered(), "Job").keys() == {"setup"}


def scaled(resources: tuple[Resource, ...], kind: str) -> Iterator[tuple[str, Resource]]:
    yield from of_kind(resources, kind).items()


@pytest.mark.parametrize(
    ("kind", "by", "least", "most"),
    [
        ("ScaledObject", "keda", "minReplicaCount", "maxReplicaCount"),
        ("HorizontalPodAutoscaler", "hpa", "minReplicas", "maxReplicas"),
    ],
)
@pytest.mark.parametrize("partitions", [1, 3, 600])
def test_no_stage_is_scaled_beyond_the_partitions_of_what_it_reads(
    partitions: int, kind: str, by: str, least: str, most: str
) -> None:
    resources = rendered("values-large.yaml", f"autoscaling.by={by},kafka.partitions={partitions}")
    found = dict(scaled(resources, kind))
    for name, one in found.items():
        has = max(1 if topic in IN_ORDER else partitions for topic in CLUSTER_INPUTS[name])
        assert one["spec"][least] < one["spec"][most] <= has
    for name, one in processes(resources).items():
        assert ("replicas" in one["spec"]) == (name not in found)
        if name in found:
            target = found[name]["spec"]["scaleTargetRef"]
            assert (target["kind"], target["name"]) == (one["kind"], one["metadata"]["name"])
    assert bool(found) == (partitions > 1)


def test_keda_asks_for_the_lag_of_each_topic_that_a_stage_shares_out() -> None:
    sets = f"{ALL_OF_IT},kafka.topicPrefix=desk-,kafka.partitions=60"
    settings = load(topic_prefix="desk-")
    for name, one in scaled(rendered("values-large.yaml", sets), "ScaledObject"):
        triggers = [trigger["metadata"] for trigger in one["spec"]["triggers"]]
        assert {trigger["consumerGroup"] for trigger in triggers} == {app_id(settings, name)}
        assert [trigger["topic"] for trigger in triggers] == [f"desk-{topic}" for topic in CLUSTER_INPUTS[name]]
        assert {(trigger["sasl"], trigger["tls"]) for trigger in triggers} == {("scram_sha512", "enable")}
        assert {trigger["authenticationRef"]["name"] for trigger in one["spec"]["triggers"]} == {"news-kafka"}


def test_prometheus_and_grafana_get_the_files_of_the_repository() -> None:
    resources = rendered("values.yaml", ALL_OF_IT)
    [alarms] = [one for one in resources if one["kind"] == "PrometheusRule"]
    assert alarms["spec"] == yaml.safe_load(rules("https://wiki.example/alarms"))
    boards = of_kind(resources, "ConfigMap")["dashboards"]
    assert boards["data"] == {f"streams-{one.name}.json": one.text() for one in DASHBOARDS}
    [watched] = [one for one in resources if one["kind"] == "PodMonitor"]
    [endpoint] = watched["spec"]["podMetricsEndpoints"]
    assert endpoint["relabelings"] == [{"targetLabel": "job", "replacement": "streams"}]
    assert watched["metadata"]["labels"]["release"] == "prometheus"
    assert not [one for one in rendered() if group(one) in OTHERS]


@pytest.mark.parametrize(
    ("sets", "told"),
    [
        ("kafka.partition=3", "partition"),
        ("kafka.brokers={kafka}", "brokers"),
        ("processes.tag.replicas=many", "replicas"),
        ("options.KAFKA=x", "KAFKA"),
        ("gracePeriodSeconds=5", "gracePeriodSeconds"),
        ("page.ingress.host=news.example", "tlsSecret"),
    ],
)
def test_values_that_make_no_sense_are_refused_by_name(sets: str, told: str) -> None:
    assert told in refused(sets)
