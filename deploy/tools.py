"""Programs and schemas that tests check files of the deployment with, from Go modules: `python -m deploy.tools`.

They are for those who change the program, not for those who run it. Each is kept under its version, and built
again only when that changes.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".services" / "tools"


@dataclass(frozen=True)
class _Made(ABC):
    """Something of a Go module, at one version."""

    name: str
    module: str
    version: str

    @property
    def path(self) -> Path:
        """Where it is when it was made."""
        return FOLDER / f"{self.name}-{self.version}"

    def build(self) -> None:
        """Make it, unless it is there. Raises CalledProcessError."""
        if self.path.exists():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            self._make(Path(folder)).rename(self.path)

    @abstractmethod
    def _make(self, folder: Path) -> Path:
        """Make it in an empty folder; returns where it is."""


@dataclass(frozen=True)
class Tool(_Made):
    """A command, `module` its package; Go's checksum database vouches for it."""

    tags: str = ""

    def _make(self, folder: Path) -> Path:
        command = ["go", "install", "-tags", self.tags, f"{self.module}@{self.version}"]
        environment = os.environ | {"GOBIN": str(folder), "GOFLAGS": "-buildvcs=false"}
        subprocess.run(command, env=environment, check=True)
        return folder / self.name


@dataclass(frozen=True)
class Schema(_Made):
    """Definitions of Kubernetes resources or of documents that a module has in a folder."""

    inside: str

    def _make(self, folder: Path) -> Path:
        command = ["go", "mod", "download", "-json", f"{self.module}@{self.version}"]
        told = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
        shutil.copytree(Path(json.loads(told)["Dir"]) / self.inside, folder / "schema")
        return folder / "schema"


PROMTOOL = Tool("promtool", "github.com/prometheus/prometheus/cmd/promtool", "v0.316.0", "remove_all_sd")
HELM = Tool("helm", "helm.sh/helm/v4/cmd/helm", "v4.3.1")
KEDA = Schema("keda", "github.com/kedacore/keda/v2", "v2.21.0", "config/crd/bases")
PROMETHEUS_OPERATOR = Schema(
    "prometheus-operator",
    "github.com/prometheus-operator/prometheus-operator",
    "v0.89.0",
    "example/prometheus-operator-crd",
)
CYCLONEDX = Schema("cyclonedx", "github.com/CycloneDX/cyclonedx-go", "v0.9.2", "schema")
TOOLS = (PROMTOOL, HELM, KEDA, PROMETHEUS_OPERATOR, CYCLONEDX)


def main() -> int:
    """Build all of them; returns the exit status."""
    if shutil.which("go") is None:
        sys.stderr.write("tools: needs Go (https://go.dev/doc/install)\n")
        return 1
    for tool in TOOLS:
        tool.build()
        sys.stdout.write(f"{tool.path}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
