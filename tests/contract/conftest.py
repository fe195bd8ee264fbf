"""Every index there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from streams.index.embedded import EmbeddedIndex
from streams.index.search import Index


@pytest.fixture(params=["embedded", "elasticsearch"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Index]:
    if request.param == "elasticsearch":
        yield request.getfixturevalue("elastic_index")
        return
    with closing(EmbeddedIndex(tmp_path / "data")) as made:
        yield made
