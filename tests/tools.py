"""The programs of `python -m deploy.tools` for tests: they skip without, or fail with STREAMS_REQUIRE_TOOLS=1."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from deploy.tools import Tool

REQUIRED = os.environ.get("STREAMS_REQUIRE_TOOLS") == "1"


def run(tool: Tool, *arguments: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program to its end."""
    if not tool.path.exists():
        missing = f"needs {tool.name}: python -m deploy.tools builds it (with Go)"
        pytest.fail(missing) if REQUIRED else pytest.skip(missing)
    return subprocess.run([tool.path, *arguments], cwd=folder, capture_output=True, text=True, check=False)
