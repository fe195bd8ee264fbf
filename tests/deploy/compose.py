"""docker-compose.yml read as Docker Compose reads it, and its services started here from what it says of them."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
DOCKERFILE = ROOT / "deploy" / "Dockerfile"
METRICS_PORT = 9400
GRACE_S = 60.0

Service: TypeAlias = Mapping[str, Any]


def services() -> dict[str, Service]:
    """The services by name, with their defaults filled in for what the environment does not give."""
    text = re.sub(r"\$\{(\w+):-([^}]*)\}", lambda found: os.environ.get(found[1]) or found[2], FILE.read_text())
    read: dict[str, Service] = yaml.safe_load(text)["services"]
    return read


def entrypoint() -> list[str]:
    """What the image of ours runs a command with, here with this Python."""
    [line] = re.findall(r"^ENTRYPOINT (.*)$", DOCKERFILE.read_text(), re.MULTILINE)
    program: list[str] = json.loads(line)
    return [sys.executable if program[0] == "python" else program[0], *program[1:]]


def ours() -> dict[str, Service]:
    """The services that run our image."""
    return {name: service for name, service in services().items() if service["image"] == "streams"}


@contextmanager
def started(name: str, instead: Mapping[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a service's command in its environment, save what is `instead`; afterwards it is asked to end."""
    service = ours()[name]
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            [*entrypoint(), *shlex.split(service["command"])],
            env=_bare() | {key: str(value) for key, value in service["environment"].items()} | dict(instead),
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(GRACE_S)


def healthy(name: str, port: int) -> bool:
    """Whether a service's own check finds it well, at the port that it has here."""
    check: str = services()[name]["healthcheck"]["test"]
    _, *arguments = shlex.split(check.replace(f":{METRICS_PORT}/", f":{port}/"))
    return subprocess.run([sys.executable, *arguments], capture_output=True, check=False).returncode == 0


def _bare() -> dict[str, str]:
    """This process's environment without our options, as a container would have none."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("STREAMS_")}
    return kept | {"PYTHONPATH": str(ROOT)}
