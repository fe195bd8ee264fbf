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
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".services" / "tools"


@dataclass(frozen=True)
class Tool:
    """A command of a Go module at one version, which Go's checksum database vouches for."""

    name: str
    package: str
    version: str
    tags: str = ""

    @property
    def path(self) -> Path:
        """Where it is when it was built."""
        return FOLDER / f"{self.name}-{self.version}"

    def build(self) -> None:
        """Build it, unless it is there. Raises CalledProcessError."""
        if self.path.exists():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            command = ["go", "install", "-tags", self.tags, f"{self.package}@{self.version}"]
            environment = os.environ | {"GOBIN": folder, "GOFLAGS": "-buildvcs=false"}
            subprocess.run(command, env=environment, check=True)
            (Path(folder) / self.name).rename(self.path)


@dataclass(frozen=True)
class Schema:
    """Definitions of Kubernetes resources that a Go module has in a folder, at one version."""

    name: str
    module: str
    version: str
    inside: str

    @property
    def path(self) -> Path:
        """The folder where they are when they were fetched."""
        return FOLDER / f"{self.name}-{self.version}"

    def build(self) -> None:
        """Fetch them, unless they are there. Raises CalledProcessError."""
        if self.path.exists():
            return
        FOLDER.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
            command = ["go", "mod", "download", "-json", f"{self.module}@{self.version}"]
            told = subprocess.run(command, cwd=folder, capture_output=True, check=True).stdout
            shutil.copytree(Path(json.loads(told)["Dir"]) / self.inside, Path(folder) / "schema")
            (Path(folder) / "schema").rename(self.path)


PROMTOOL = Tool("promtool", "github.com/prometheus/prometheus/cmd/promtool", "v0.316.0", "remove_all_sd")
HELM = Tool("helm", "helm.sh/helm/v4/cmd/helm", "v4.3.1")
KEDA = Schema("keda", "github.com/kedacore/keda/v2", "v2.21.0", "config/crd/bases")
TOOLS = (PROMTOOL, HELM, KEDA)


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
