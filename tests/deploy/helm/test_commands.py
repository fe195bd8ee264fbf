"""The commands that the chart has beside those of docker-compose.yml, which tests/deploy/test_composed.py runs."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.cli.app import call
from streams.engines.remote import ClusterEngine
from streams.engines.topics import set_up
from streams.seeds import seeds_folder
from streams.settings import PREFIX, Settings, load
from tests.deploy.helm.chart import container, environment, pods, rendered
from tests.services.cluster import delete_topics

GIVEN = "/etc/streams/given/"
TEXTS = "feeds.configMap=desk-feeds,rules.configMap=desk-rules"
FILES = {"feeds": Path("sample", "feeds.opml"), "rules": Path("rules.yml")}


@pytest.fixture
async def settings(kafka_address: str, elasticsearch_address: str, tmp_path: Path) -> AsyncIterator[Settings]:
    """Topics of this test's own."""
    prefix = f"test-{uuid.uuid4().hex[:12]}-"
    made = load(kafka=kafka_address, elasticsearch=elasticsearch_address, topic_prefix=prefix, data=tmp_path / "d")
    await set_up(made)
    yield made
    await delete_topics(made)


def test_subscriptions_and_rules_are_brought_in(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead = {
        "KAFKA": ",".join(settings.kafka),
        "ELASTICSEARCH": settings.elasticsearch,
        "TOPIC_PREFIX": settings.topic_prefix,
        "DATA": str(tmp_path),
    }
    of_jobs = dict(pods(rendered("values.yaml", TEXTS)))
    for name, file in FILES.items():
        pod = of_jobs[name]
        *command, path = container(pod)["args"]
        assert path.startswith(GIVEN)
        (tmp_path / path.removeprefix(GIVEN)).write_bytes((seeds_folder() / file).read_bytes())
        options = environment(pod) | {PREFIX + option: value for option, value in instead.items()}
        for option, value in options.items():
            monkeypatch.setenv(option, value)
        assert call([*command, path.replace(GIVEN, f"{tmp_path}/")]) == 0
    with ClusterEngine(settings) as engine:
        assert engine.feeds()
        assert engine.rules()
