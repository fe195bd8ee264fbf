"""What all tests share: the machine's own options never reach a test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def own_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No STREAMS_ option and no .env of the machine applies; STREAMS_EVAL alone stays."""
    for name in os.environ:
        if name.startswith("STREAMS_") and name != "STREAMS_EVAL":
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
