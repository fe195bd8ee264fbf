"""One Elasticsearch node: the real server, from the distribution that Maven has (without the extra modules)."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

from deploy.services.java import HOW, MissingError, fetch, java
from deploy.services.process import Service

HEAP = "1g"
USER = "nobody"
ARTIFACT = "org.elasticsearch.distribution.integ-test-zip:elasticsearch:{version}:zip"


class Elasticsearch(Service):
    """A node on localhost that keeps its data in `folder`; run as an unprivileged user, as it must be."""

    name = "Elasticsearch"

    def __init__(self, folder: Path, port: int, download: Path, extra: dict[str, str] | None = None) -> None:
        super().__init__(folder, port)
        self._download, self._extra = download.resolve(), extra or {}

    @property
    def address(self) -> str:
        """What clients connect to."""
        return f"http://127.0.0.1:{self.port}"

    def ready(self) -> bool:
        """The node answers about its cluster; with authentication on, it answers that it wants some."""
        try:
            with urllib.request.urlopen(f"{self.address}/_cluster/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError as error:
            return error.code == 401
        except OSError:
            return False

    def start(self) -> None:
        """Download, unpack and start what is not there yet; returns when it answers."""
        if self.pid() is not None and self.ready():
            return
        version, binary = node_version()
        home = self._unpacked(version)
        for name in ("data", "logs", "config"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        config = self.folder / "config"
        for name in ("jvm.options", "log4j2.properties"):
            shutil.copy(home / "config" / name, config / name)
        (config / "elasticsearch.yml").write_text(
            "".join(f"{key}: {value}\n" for key, value in self._settings().items())
        )
        user = _owned_by_unprivileged(self.folder)
        self.launch(
            [home / "bin" / "elasticsearch"],
            user=user,
            env={
                "ES_JAVA_HOME": str(binary.parent.parent),
                "ES_JAVA_OPTS": f"-Xms{HEAP} -Xmx{HEAP}",
                "ES_PATH_CONF": str(config),
                "HOME": str(self.folder),
            },
        )
        self.wait_ready()

    def _settings(self) -> dict[str, str]:
        return {
            "cluster.name": "streams",
            "node.name": "one",
            "discovery.type": "single-node",
            "http.port": str(self.port),
            "http.host": "127.0.0.1",
            "transport.host": "127.0.0.1",
            "transport.port": str(self.port + 1),
            "path.data": str(self.folder / "data"),
            "path.logs": str(self.folder / "logs"),
            "xpack.security.enabled": "false",
            "cluster.routing.allocation.disk.threshold_enabled": "false",
        } | self._extra

    def _unpacked(self, version: str) -> Path:
        fetch(self._download / version, "dependency:copy", f"-Dartifact={ARTIFACT.format(version=version)}")
        home = self._download / f"elasticsearch-{version}"
        if not (home / ".complete").exists():
            with zipfile.ZipFile(next((self._download / version).glob("*.zip"))) as archive:
                archive.extractall(self._download)
            for binary in (home / "bin").iterdir():
                binary.chmod(0o755)
            (home / ".complete").touch()
        return home


def node_version() -> tuple[str, Path]:
    """The version that this machine's Java can run, and that Java. Raises MissingError."""
    for version, at_least in (("9.2.0", 21), ("8.19.7", 17)):
        found = java(at_least)
        if found is not None:
            return version, found
    raise MissingError(f"Elasticsearch needs Java 17 or newer: {HOW}")


def _owned_by_unprivileged(folder: Path) -> str | None:
    """Elasticsearch refuses to run as root: give the folder to another user then, and return that user."""
    if os.geteuid() != 0:
        return None
    owner = pwd.getpwnam(USER)
    subprocess.run(["/bin/chown", "-R", f"{owner.pw_uid}:{owner.pw_gid}", str(folder)], check=True)
    return USER
