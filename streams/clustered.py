"""The cluster's processes beside the workers: readers, which bring items in, and the page."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from streams.clock import now
from streams.condition import Condition
from streams.engines.remote import ClusterEngine
from streams.engines.sharing import SharedFeeds
from streams.errors import StreamsError
from streams.feeds.fetch import Fetcher
from streams.feeds.reader import Reader
from streams.index.search import AlertQuery, Search
from streams.probes import probed
from streams.records import Tick, Topic
from streams.serving import PageServer, listening
from streams.settings import Settings
from streams.stage import Output
from streams.stopping import stop_by_signal

TICK_S = 60.0
LOOK_S = 1.0
TICKING_PARTITION = 0
"""Whichever reader has this partition of the feeds tells the stages the time."""


async def read_forever(settings: Settings) -> None:
    """Poll this reader's share of the feeds until SIGINT or SIGTERM. Any number of readers may run."""
    stop, condition = stop_by_signal(), Condition()
    async with (
        SharedFeeds(settings) as shared,
        Fetcher(settings) as fetcher,
        probed(settings, condition),
        asyncio.TaskGroup() as tasks,
    ):
        tasks.create_task(shared.follow(stop))
        tasks.create_task(_tick(shared, stop))
        reader = Reader(shared, fetcher, settings, now)
        condition.ready += [*shared.condition().ready, reader.held_up]
        tasks.create_task(reader.run(stop))


async def serve_forever(settings: Settings, started: Callable[[str], None]) -> None:
    """Serve the page and the API over Kafka and Elasticsearch until SIGINT or SIGTERM."""
    stop = stop_by_signal()
    with listening(settings) as sock, ClusterEngine(settings) as engine:
        server, condition = PageServer(engine, settings), Condition()
        condition.ready.append(partial(_unanswered, engine.search))
        async with probed(settings, condition), asyncio.TaskGroup() as tasks:
            tasks.create_task(server.serve([sock]))
            host, port = sock.getsockname()[:2]
            started(f"http://{host}:{port}/")
            await stop.wait()
            server.should_exit = True


def _unanswered(search: Search) -> str | None:
    try:
        search.alerts(AlertQuery(limit=0))
    except StreamsError as error:
        return str(error)
    return None


async def _tick(shared: SharedFeeds, stop: asyncio.Event) -> None:
    """A tick to every partition of the items, once a minute from when this reader is to tell the time.

    By a clock that nobody sets: ticks go on where the other one is set back.
    """
    due = time.monotonic()
    while not stop.is_set():
        if shared.owns(TICKING_PARTITION) and time.monotonic() >= due:
            due = time.monotonic() + TICK_S
            for partition in await shared.partitions_of(Topic.RAW_ITEMS):
                await shared.send([Output(Topic.RAW_ITEMS, "", Tick(at=now()))], partition)
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_S)
