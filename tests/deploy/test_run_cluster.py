"""`make run-cluster`: what it starts, and that the sample goes through it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from pathlib import Path

import pytest

from deploy.run_cluster import commands
from tests.deploy.compose import ROOT
from tests.ports import free_port

LONGEST_S = 400.0


def test_there_are_two_workers_of_each_stage_with_folders_of_their_own() -> None:
    workers = [command for command in commands(Path("here")).values() if command[0] == "worker"]
    assert [command[1:3] for command in workers] == [["--stage", "all"]] * 2
    assert len({command[-1] for command in workers}) == 2


@pytest.mark.proof
def test_the_sample_goes_through_and_is_counted_at_the_end(
    kafka_address: str, elasticsearch_address: str, tmp_path: Path
) -> None:
    prefix, told = f"test-{uuid.uuid4().hex[:12]}-", tmp_path / "told.txt"
    options = {
        "STREAMS_KAFKA": kafka_address,
        "STREAMS_ELASTICSEARCH": elasticsearch_address,
        "STREAMS_TOPIC_PREFIX": prefix,
        "STREAMS_INDEX_PREFIX": prefix,
        "STREAMS_DATA": str(tmp_path),
        "STREAMS_PORT": str(free_port(2)),
    }
    with told.open("wb") as out:
        running = subprocess.Popen(
            [sys.executable, "-m", "deploy.run_cluster"], cwd=ROOT, env=os.environ | options, stdout=out
        )
    end = time.monotonic() + LONGEST_S
    while "has gone through" not in told.read_text() and time.monotonic() < end:
        assert running.poll() is None
        time.sleep(1)
    running.send_signal(signal.SIGINT)
    assert running.wait(60) == 0
    counts = dict(re.findall(r"^([\w-]+) +(\d+)$", told.read_text(), re.MULTILINE))
    assert counts["dead-letters"] == "0"
    assert min(int(counts[name]) for name in ("articles", "tagged", "documents", "stories", "alerts")) > 0
