"""Processes that belong together: what is told when one ends by itself, and that none is left."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from deploy.processes import EndedError, Processes, finished, resident_mb


async def test_one_that_ends_by_itself_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    async with Processes({"wrong": ["worker", "--stage", "nonsense"]}, os.environ, tmp_path) as processes:
        with pytest.raises(EndedError, match=r"(?s)wrong has ended with status 2.*nonsense is not a stage"):
            await processes.one_ended()


async def test_all_are_ended_with_the_context(tmp_path: Path) -> None:
    environment = os.environ | {"STREAMS_DATA": str(tmp_path / "data"), "STREAMS_PORT": "0"}
    async with asyncio.timeout(60):
        async with Processes({"one": ["run"], "other": ["run"]}, environment, tmp_path) as processes:
            pass
    assert all(process.returncode is not None for process in processes._running.values())


async def test_a_command_that_fails_is_named() -> None:
    with pytest.raises(EndedError, match="streams parse missing has ended with status"):
        await finished(["parse", "missing"], os.environ)


def test_the_memory_of_a_process_is_more_than_an_interpreter_needs_and_less_than_all() -> None:
    assert 5 < resident_mb(os.getpid()) < 10_000
