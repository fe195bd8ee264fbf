"""docker-compose.yml and the image: what they promise, and the broker as they configure it."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.services.kafka import Kafka
from streams.engines.cluster.workers import LONGEST_END_S
from streams.engines.stages import CLUSTER_INPUTS
from streams.engines.topics import plans, set_up
from streams.settings import load
from tests.deploy.compose import DOCKERFILE, FILE, ROOT, entrypoint, ours, services
from tests.ports import free_port
from tests.services_fixtures import FOLDER, tools_there


def test_docker_compose_accepts_the_file() -> None:
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("needs docker-compose (Debian: docker-compose)")
    checked = subprocess.run([program, "-f", FILE, "config", "-q"], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr


def test_each_stage_has_a_service_and_each_service_a_command_that_is_known() -> None:
    commands = {name: service["command"] for name, service in ours().items()}
    workers = {stage: f"worker --stage {stage}" for stage in CLUSTER_INPUTS}
    assert commands == workers | {"setup": "setup --token", "reader": "reader", "web": "web"}


def test_images_are_pinned_and_memory_is_limited() -> None:
    for name, service in services().items():
        assert re.fullmatch(r"streams|[\w/]+:\d+\.\d+\.\d+", service["image"]), name
        assert name == "setup" or service["deploy"]["resources"]["limits"]["memory"], name


def test_all_that_goes_on_running_says_whether_it_is_well() -> None:
    without = {name for name, service in services().items() if "test" not in service.get("healthcheck", {})}
    assert without == {"setup"}


def test_a_process_has_the_time_to_end_that_it_gives_itself() -> None:
    given = {name: one["stop_grace_period"] for name, one in ours().items()}
    assert all(float(seconds.rstrip("s")) > LONGEST_END_S for seconds in given.values()), given


def test_what_is_waited_for_can_come_about() -> None:
    for name, service in services().items():
        for needed, how in service.get("depends_on", {}).items():
            ends = how["condition"] == "service_completed_successfully"
            assert ends == (needed == "setup"), f"{name} waits for {needed}"


def test_nothing_is_reachable_from_outside_and_no_password_is_in_the_file() -> None:
    for service in services().values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))
        assert not [name for name in service["environment"] if re.search("password|api_key", name, re.IGNORECASE)]


@pytest.mark.parametrize("name", sorted(ours()))
def test_options_of_our_services_are_valid(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for option, value in ours()[name]["environment"].items():
        monkeypatch.setenv(option, str(value))
    settings = load()
    assert settings.kafka
    assert settings.elasticsearch


def test_the_image_is_built_in_stages_of_pinned_parts_and_runs_without_rights() -> None:
    lines = DOCKERFILE.read_text().splitlines()
    images = [line.split()[1] for line in lines if line.startswith("FROM ")]
    assert len(images) > 1
    assert all(re.fullmatch(r"python:3\.\d+\.\d+-slim-\w+", image) for image in images)
    assert any("--require-hashes" in line for line in lines)
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert entrypoint()[1:] == ["-m", "streams"]


def test_the_image_gets_all_that_it_copies_and_nothing_else() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = set(re.findall(r"^COPY (?!--from)(\S+)", DOCKERFILE.read_text(), re.MULTILINE))
    assert copied == allowed
    assert all((ROOT / name).exists() for name in copied)


class ComposedKafka(Kafka):
    """The broker as docker-compose.yml configures it, on ports and a folder of this machine.

    The image makes options of the environment's names: KAFKA_ is left out, `_` becomes a dot, capitals small.
    """

    def _settings(self) -> dict[str, str]:
        given = services()["kafka"]["environment"]
        options = {
            name.removeprefix("KAFKA_").lower().replace("_", "."): str(value) for name, value in given.items()
        }
        local = {":9092": f":{self.port}", ":9093": f":{self.port + 1}", "kafka:": "127.0.0.1:"}
        for there, here in local.items():
            options = {name: value.replace(there, here) for name, value in options.items()}
        return options | {"log.dirs": str(self.folder / "data")}


@pytest.fixture
def composed_kafka(tmp_path: Path) -> Iterator[Kafka]:
    kafka = ComposedKafka(tmp_path / "kafka", free_port(2), FOLDER / "downloads" / "kafka")
    try:
        with tools_there("Java 17+ and Maven"):
            kafka.start()
            yield kafka
    finally:
        kafka.kill()


async def test_the_broker_takes_the_topics_and_asks_for_no_more_replicas_than_there_are(
    composed_kafka: Kafka,
) -> None:
    settings = load(kafka=composed_kafka.address)
    assert len(await set_up(settings)) == len(plans(settings))
    assert await set_up(settings) == []
