"""Java and Maven: found on this machine, or one clear message with what to install."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

HOW = "install them (Debian: apt-get install maven openjdk-17-jre-headless) or set JAVA_HOME"


class MissingError(Exception):
    """Something that must be installed first."""


def java(at_least: int) -> Path | None:
    """The newest Java of at least that version, or None."""
    found = [(version(binary), binary) for binary in _candidates()]
    usable = [(number, binary) for number, binary in found if number >= at_least]
    return max(usable)[1] if usable else None


def version(binary: Path) -> int:
    """The major version of a `java`, 0 when it does not run."""
    try:
        told = subprocess.run([binary, "-version"], capture_output=True, text=True, timeout=60, check=True).stderr
    except (OSError, subprocess.SubprocessError):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(match[1]) if match else 0


def maven() -> str:
    """Maven's command. Raises MissingError."""
    command = shutil.which("mvn")
    if command is None or java(17) is None:
        raise MissingError(f"Java 17 or newer and Maven are needed for Kafka and Elasticsearch: {HOW}")
    return command


def fetch(folder: Path, *arguments: str) -> None:
    """Run Maven once for a folder; a marker says that it is complete."""
    done = folder / ".complete"
    if done.exists():
        return
    folder.mkdir(parents=True, exist_ok=True)
    command = [maven(), "-q", "-B", *arguments, f"-DoutputDirectory={folder}"]
    ran = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise MissingError(f"Maven could not fetch what {folder.name} needs: {(ran.stdout + ran.stderr)[-500:]}")
    done.touch()


def _candidates() -> set[Path]:
    homes = [Path(os.environ["JAVA_HOME"])] if "JAVA_HOME" in os.environ else []
    homes += Path("/usr/lib/jvm").glob("*")
    found = {home / "bin" / "java" for home in homes}
    on_path = shutil.which("java")
    return {binary.resolve() for binary in found | ({Path(on_path)} if on_path else set()) if binary.exists()}
