"""The programs of `python -m deploy.tools` for tests: they skip without, or fail with STREAMS_REQUIRE_TOOLS=1."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deploy.tools import Schema, Tool

REQUIRED = os.environ.get("STREAMS_REQUIRE_TOOLS") == "1"


def there(wanted: Tool | Schema) -> Path:
    """Where it is; the test skips or fails without it."""
    if not wanted.path.exists():
        missing = f"needs {wanted.name}: python -m deploy.tools builds it (with Go)"
        pytest.fail(missing) if REQUIRED else pytest.skip(missing)
    return wanted.path


def run(tool: Tool, *arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    return subprocess.run([there(tool), *arguments], cwd=folder, capture_output=True, text=True, check=False)
