"""The chart as Helm renders it, and what is in it."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import yaml

from deploy.tools import HELM
from tests.deploy.compose import ROOT
from tests.tools import run

CHART = ROOT / "deploy" / "helm"
SIZES = ("values.yaml", "values-small.yaml", "values-large.yaml")
ALL_OF_IT = (
    "monitoring.enabled=true,monitoring.labels.release=prometheus,monitoring.docs=https://wiki.example/alarms,"
    "kafka.sasl=SCRAM-SHA-512,kafka.user=streams,kafka.password.secret=kafka-user,kafka.ca.secret=kafka-ca,"
    "elasticsearch.address=https://es:9200,elasticsearch.ca.secret=es-ca,elasticsearch.apiKey.secret=es-key,"
    "elasticsearch.user=streams,elasticsearch.password.secret=es-user,"
    "secretOptions.STREAMS_CHANNELS.secret=channels,secretOptions.STREAMS_CHANNELS.key=channels.json,"
    "kibana=https://kibana:5601,storageClass=fast,autoscaling.by=keda,"
    "page.ingress.host=news.example,page.ingress.tlsSecret=news-tls,page.ingress.className=nginx,"
    "page.trustedProxies[0]=10.0.0.0/8,imagePullSecrets[0].name=registry,"
    "networkPolicy.metricsFrom[0].namespaceSelector.matchLabels.team=watch,"
    "networkPolicy.pageFrom[0].namespaceSelector.matchLabels.team=entry,"
    "configMaps={desk-names,desk-words},feeds.text=http://herald.example/rss,rules.configMap=desk-rules"
)
"""Values under which everything is rendered that the chart can render."""
Resource: TypeAlias = Mapping[str, Any]
STATEFUL, PLAIN = "StatefulSet", "Deployment"


@functools.cache
def rendered(values: str = "values.yaml", sets: str = "") -> tuple[Resource, ...]:
    """All resources of a release called `news`. Fails with what Helm says."""
    options = ["--set", sets] if sets else []
    done = run(HELM, "template", "news", CHART, "--namespace", "desk", "-f", CHART / values, *options)
    assert done.returncode == 0, done.stderr
    return tuple(one for one in yaml.load_all(done.stdout, yaml.CSafeLoader) if one)


def refused(sets: str) -> str:
    """What Helm says of values that it does not take."""
    done = run(HELM, "template", "news", CHART, "--set", sets)
    assert done.returncode != 0
    return done.stderr


def of_kind(resources: Sequence[Resource], *kinds: str) -> dict[str, Resource]:
    """The resources of these kinds, by the process that they are of."""
    return {
        one["metadata"]["labels"]["app.kubernetes.io/component"]: one for one in resources if one["kind"] in kinds
    }


def processes(resources: Sequence[Resource]) -> dict[str, Resource]:
    """What goes on running, by its process."""
    return of_kind(resources, STATEFUL, PLAIN)


def pods(resources: Sequence[Resource]) -> Iterator[tuple[str, Resource]]:
    """The pod of each process and each job, with its name."""
    for name, one in of_kind(resources, STATEFUL, PLAIN, "Job").items():
        yield name, one["spec"]["template"]["spec"]


def container(pod: Resource) -> Resource:
    """The one container of a pod."""
    [only] = pod["containers"]
    found: Resource = only
    return found


def environment(pod: Resource) -> dict[str, str]:
    """The options that a pod's container is given in the open."""
    return {one["name"]: one["value"] for one in container(pod)["env"] if "value" in one}


def secrets(pod: Resource) -> dict[str, tuple[str, str]]:
    """Those that it is given by reference: the secret and the key."""
    found = {one["name"]: one["valueFrom"]["secretKeyRef"] for one in container(pod)["env"] if "valueFrom" in one}
    return {name: (reference["name"], reference["key"]) for name, reference in found.items()}
