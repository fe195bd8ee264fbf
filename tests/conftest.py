"""What all tests share: the machine's own options never reach a test, and the bundled sample is run once."""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import pickle
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import hypothesis
import pytest
import structlog

from streams.clock import now
from streams.library_logs import Libraries
from streams.run import run_once
from streams.settings import load
from streams.summary import Summary
from tests.sample.own import sample_folder

pytest_plugins = ["tests.services_fixtures"]

# How long an example takes says what else the machine does.
hypothesis.settings.register_profile("untimed", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("untimed")


def pytest_xdist_auto_num_workers() -> int:
    """Two more than processors: brokers and child processes are waited for a good part of the time."""
    return (os.cpu_count() or 1) + 2


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


@pytest.fixture(autouse=True)
def own_logging() -> Iterator[None]:
    """No test logs to where the one before was captured."""
    yield
    structlog.reset_defaults()
    root = logging.getLogger()
    root.handlers = [one for one in root.handlers if not isinstance(one, Libraries)]


class SampleRun(NamedTuple):
    """The bundled sample, polled until it has nothing more to bring; tests only look at it."""

    data: Path
    today: datetime
    polls: list[Summary]


@pytest.fixture(scope="session")
def sample_run(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> SampleRun:
    """Made once for all processes that run tests: it takes all models, and most of a minute."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    made = shared / "sample.pickle"
    with (shared / "sample.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            made.write_bytes(pickle.dumps(_run_sample(shared / "sample-data")))
    found = pickle.loads(made.read_bytes())
    assert isinstance(found, SampleRun)
    return found


def _run_sample(data: Path) -> SampleRun:
    """Run a year from now: nothing in the sample may depend on when it was written.

    Each poll starts anew and loads the models, in one process, as the others are at work on other tests.
    """
    today = now() + timedelta(days=365)
    settings = load(data=sample_folder(data, today), tag_processes=1)

    def poll(minute: int) -> Summary:
        at = today + timedelta(minutes=minute)
        return asyncio.run(run_once(settings, [], None, notify=False, say=lambda _: None, clock=lambda: at))

    return SampleRun(settings.data, today, [poll(minute) for minute in range(4)])
