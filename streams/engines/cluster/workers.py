"""Workers as processes: one stage in this one, or several stages with a child each, ended together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import structlog
from aiokafka.errors import KafkaError
from faust.exceptions import ConsistencyError

from streams.engines.cluster.app import StageApp
from streams.engines.cluster.fitting import stale
from streams.engines.cluster.watch import watched
from streams.errors import ServiceError
from streams.settings import Settings
from streams.stopping import end_within, stop_by_signal

log = structlog.get_logger(__name__)

LONGEST_END_S = 45.0
"""From being told to stop, or failing, to the end of the process: longer than any batch."""


async def work(stage: str, settings: Settings) -> None:
    """Run one stage until told to stop; the batch at work is finished first.

    Raises StorageError, SettingsError or whatever else makes going on useless.
    """
    app = StageApp(stage, settings)
    async with watched(stage, app, settings):
        await _work(app, settings)


async def _work(app: StageApp, settings: Settings) -> None:
    stopping = asyncio.ensure_future(stop_by_signal().wait())
    running = asyncio.ensure_future(_run(app))
    await asyncio.wait([stopping, running], return_when=asyncio.FIRST_COMPLETED)
    timer = end_within(LONGEST_END_S)
    try:
        try:
            if running.done():
                running.result()
        finally:
            await app.stop()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)
            timer.cancel()
        if app.crash_reason is not None:
            raise app.crash_reason
    except ConsistencyError as error:
        raise stale(Path(app.conf.datadir)) from error
    except KafkaError as error:
        raise ServiceError(f"Kafka at {','.join(settings.kafka)}: {error!r}; start the worker again") from error


class Child(NamedTuple):
    """A process to start: what it is called, its command, and what its environment has beside ours."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]


async def work_apart(wanted: Sequence[Child]) -> int:
    """Run each in a process of its own until told to stop, or until one ends; then all are ended.

    Returns 0 when they were told to stop and all ended without an error.
    """
    # In sessions of their own: Ctrl-C reaches this process only, and the others are told once.
    children = [
        await asyncio.create_subprocess_exec(
            *child.command, env=os.environ | child.environment, start_new_session=True
        )
        for child in wanted
    ]
    stopping = asyncio.ensure_future(stop_by_signal().wait())
    ending = [asyncio.ensure_future(child.wait()) for child in children]
    await asyncio.wait([stopping, *ending], return_when=asyncio.FIRST_COMPLETED)
    told = stopping.done()
    for one, child in zip(wanted, children, strict=True):
        if child.returncode is None:
            child.terminate()
        elif not told:
            # A process that was killed from outside could say nothing itself.
            log.error("a worker ended, so the others are stopped", worker=one.name, status=child.returncode)
    statuses = await asyncio.gather(*ending)
    return 0 if told and not any(statuses) else 1


async def _run(app: StageApp) -> None:
    await app.start()
    await app.wait_until_stopped()
