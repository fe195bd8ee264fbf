"""One Kafka broker (KRaft, its own controller), as the notes of its project start it."""

from __future__ import annotations

import subprocess
from pathlib import Path

from deploy.services.java import HOW, MissingError, fetch, java
from deploy.services.process import Service, accepts

HEAP = "512m"


class Kafka(Service):
    """A broker on localhost that keeps its data in `folder`."""

    name = "Kafka"

    def __init__(self, folder: Path, port: int, libs: Path, extra: dict[str, str] | None = None) -> None:
        super().__init__(folder, port)
        self._libs, self._extra = libs.resolve(), extra or {}

    @property
    def address(self) -> str:
        """What clients connect to."""
        return f"127.0.0.1:{self.port}"

    def ready(self) -> bool:
        """The broker registers its listener last."""
        return accepts(self.port)

    def start(self) -> None:
        """Download, format and start what is not there yet; returns when it answers."""
        if self.pid() is not None and self.ready():
            return
        fetch(self._libs, "dependency:copy-dependencies", "-DincludeScope=runtime")
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self.folder / "server.properties"
        properties.write_text("".join(f"{key}={value}\n" for key, value in self._settings().items()))
        if not (self.folder / "data" / "meta.properties").exists():
            cluster = self._tool("random-uuid").strip().splitlines()[-1]
            static = "controller.quorum.voters" in self._settings()
            self._tool("format", "-t", cluster, "-c", str(properties), *([] if static else ["--standalone"]))
        self.launch([*self._java(), f"-Xmx{HEAP}", "-cp", f"{self._libs}/*", "kafka.Kafka", properties])
        self.wait_ready()

    def _settings(self) -> dict[str, str]:
        controller = self.port + 1
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.bootstrap.servers": f"127.0.0.1:{controller}",
            "listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
            "advertised.listeners": f"PLAINTEXT://127.0.0.1:{self.port},CONTROLLER://127.0.0.1:{controller}",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": str(self.folder / "data"),
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "5",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
        } | self._extra

    def _java(self) -> list[str]:
        found = java(17)
        if found is None:
            raise MissingError(f"Kafka needs Java 17 or newer: {HOW}")
        return [str(found)]

    def _tool(self, *arguments: str) -> str:
        command = [*self._java(), "-cp", f"{self._libs}/*", "kafka.tools.StorageTool", *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout
