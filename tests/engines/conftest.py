"""An empty data folder, open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.engines.sqlite import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = Store(tmp_path / "data")
    yield opened
    opened.close()
