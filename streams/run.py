"""The embedded pipeline as people run it: on and on with the page, or once and done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from streams.alerts.channels import open_channels
from streams.alerts.notify import Notifier
from streams.clock import Clock, now
from streams.engines.embedded import tokens_in
from streams.engines.measure import watched
from streams.engines.runtime import Runtime, running
from streams.engines.subscriptions import Subscriptions
from streams.feeds.fetch import Fetcher
from streams.feeds.reader import Reader
from streams.intake import feeding, read_given
from streams.serving import PageServer, is_local, listening, refuse_open
from streams.settings import Settings
from streams.stopping import stop_by_signal
from streams.summary import Summary, Tally

TICK_S = 60.0

Say = Callable[[str], None]


class Running(NamedTuple):
    """All that a run consists of."""

    runtime: Runtime
    reader: Reader
    notifier: Notifier


async def run_once(
    settings: Settings, feeds: Sequence[str], rules: Path | None, *, notify: bool, say: Say, clock: Clock = now
) -> Summary:
    """Poll each feed once, process everything to the end, deliver what is due, and count.

    Raises UsageError for what cannot be used and StorageError when the disk fails, maybe within a group.
    """
    tally = Tally()
    async with _opened(settings, feeds, rules, notify, say, tally, clock) as run:
        polled = await run.reader.poll_all()
        await run.runtime.tick()
        await run.runtime.drained()
        await run.notifier.deliver_pending(run.runtime.engine.outbox)
        letters = sum(stage.dead_letters for stage in run.runtime.engine.status().stages)
        return tally.summary(feeds=polled.feeds, items=polled.items, failures=polled.failed + letters)


async def run_forever(
    settings: Settings, feeds: Sequence[str], rules: Path | None, *, notify: bool, say: Say, clock: Clock = now
) -> None:
    """Poll feeds when they are due, serve the page and deliver alerts, until SIGINT or SIGTERM.

    Raises as `run_once` does, and SettingsError when the page's port is taken or the page would be open to others.
    """
    stop = stop_by_signal()
    with listening(settings) as sock:
        _refuse_open(settings)
        async with (
            _opened(settings, feeds, rules, notify, say, Tally(), clock) as run,
            watched(run.runtime, settings),
            asyncio.TaskGroup() as tasks,
        ):
            server = PageServer(run.runtime.engine, settings, run.runtime.pipeline.condition)
            tasks.create_task(server.serve([sock]))
            run.runtime.pipeline.condition.ready.append(run.reader.held_up)
            tasks.create_task(run.reader.run(stop))
            tasks.create_task(_tick(run.runtime, stop))
            tasks.create_task(run.notifier.run(run.runtime.engine.outbox, stop))
            host, port = sock.getsockname()[:2]
            say(f"The page is at http://{host}:{port}/ (Ctrl-C stops)")
            await stop.wait()
            say("Stopping: the batches at work are finished first")
            server.should_exit = True


def _refuse_open(settings: Settings) -> None:
    """Refuse a page that is open to others before the data folder is made or anything in it is changed."""
    if not is_local(settings.host):
        refuse_open(settings, tokens_in(settings.data))


@asynccontextmanager
async def _opened(
    settings: Settings,
    feeds: Sequence[str],
    rules: Path | None,
    notify: bool,
    say: Say,
    tally: Tally,
    clock: Clock,
) -> AsyncIterator[Running]:
    given = read_given(settings, feeds, rules)
    async with (
        open_channels(settings) as channels,
        running(settings, notify=notify, clock=clock, before=tally.watch) as runtime,
        feeding(runtime.engine, settings, given, clock) as intake,
        Fetcher(intake.settings, intake.allowed) as fetcher,
    ):
        say(intake.told)
        store = Subscriptions(runtime.engine.store, runtime.pipeline.wake)
        yield Running(runtime, Reader(store, fetcher, intake.settings, clock), Notifier(channels))


async def _tick(runtime: Runtime, stop: asyncio.Event) -> None:
    while not stop.is_set():
        await runtime.tick()
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), TICK_S)
