"""What all tests share: the machine's own options never reach a test, and the bundled sample is run once."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest

from streams.clock import now
from streams.run import run_once
from streams.settings import load
from streams.summary import Summary

pytest_plugins = ["tests.services_fixtures"]


@pytest.fixture(scope="session", autouse=True)
def own_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No STREAMS_ option and no .env of the machine applies; STREAMS_EVAL alone stays."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith("STREAMS_") and name != "STREAMS_EVAL":
                patch.delenv(name)
        patch.chdir(tmp_path_factory.mktemp("start"))
        yield


@pytest.fixture(autouse=True)
def own_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Each test works in a folder of its own."""
    monkeypatch.chdir(tmp_path)


class SampleRun(NamedTuple):
    """The bundled sample, polled until it has nothing more to bring; tests only look at it."""

    data: Path
    today: datetime
    polls: list[Summary]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """Run a year from now: nothing in the sample may depend on when it was written."""
    settings, today = load(data=tmp_path_factory.mktemp("sample") / "data"), now() + timedelta(days=365)

    def poll(minute: int) -> Summary:
        at = today + timedelta(minutes=minute)
        return asyncio.run(run_once(settings, [], None, notify=False, say=lambda _: None, clock=lambda: at))

    return SampleRun(settings.data, today, [poll(minute) for minute in range(4)])
