"""What a stage needs beside its table: opened when its worker starts, closed when it ends.

What only one stage needs is imported by its worker alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AsyncExitStack, closing
from functools import partial
from typing import NamedTuple

from streams.clock import now
from streams.engines.cluster.sending import Led, Sender
from streams.engines.follower import Follower
from streams.engines.stages import TABLES, Build, reading, remembering
from streams.engines.work import encoded
from streams.records import Settled, Topic
from streams.settings import Settings
from streams.stage import Output

Crash = Callable[[BaseException], Awaitable[None]]


async def _nothing() -> None:
    """Nothing is at work beside the stage."""


class Opened(NamedTuple):
    """What the stage consists of: `build` makes it, `begin` starts what works beside it, `hand_over` ends that.

    What works beside it starts when all that waited for the stage is read, and ends when its partitions move.
    `ask` raises ServiceError or SettingsError while a service other than Kafka, to which the stage writes, takes
    nothing.
    """

    build: Build
    begin: Callable[[], None] = lambda: None
    hand_over: Callable[[], Awaitable[None]] = _nothing
    ask: Callable[[], None] = lambda: None


async def opened(stage: str, settings: Settings, sender: Sender, stack: AsyncExitStack, crash: Crash) -> Opened:
    """Open what the stage needs; `stack` closes it. Raises SettingsError, or ServiceError when Kafka is away."""
    if stage == "tag":
        from streams.tag.pool import TagPool

        pool = stack.enter_context(closing(TagPool.from_settings(settings)))
        return Opened(lambda _: pool)
    if stage == "fulltext":
        from streams.fulltext.reading import PageReader

        return Opened(reading(settings, stack.enter_context(closing(PageReader(settings)))))
    if stage == "index":
        from streams.index.elastic import ElasticIndex
        from streams.index.stage import IndexStage

        index = stack.enter_context(closing(ElasticIndex.from_settings(settings)))
        return Opened(lambda _: IndexStage(index), ask=index.refuse_unready)
    if stage == "match":
        from streams.engines.cluster.live_match import LiveMatch

        rules = await asyncio.to_thread(stack.enter_context, Follower(settings, [Topic.RULES]))
        return Opened(lambda _: LiveMatch(partial(rules.held, Topic.RULES)))
    if stage == "notify":
        return await _notifying(settings, sender, stack, crash)
    return Opened(remembering(settings, notify=False)[stage])


async def _notifying(settings: Settings, sender: Sender, stack: AsyncExitStack, crash: Crash) -> Opened:
    from streams.alerts.channels import open_channels
    from streams.alerts.notify import Notifier
    from streams.engines.cluster.deliveries import Deliveries, Remembered, TopicOutbox

    async def send(settled: Sequence[Settled]) -> None:
        outputs = [Output(Topic.DELIVERIES, one.channel, one) for one in settled]
        await sender.send([Led(0, 1, [encoded(output) for output in outputs])])

    outbox = TopicOutbox(send, now)
    channels = await stack.enter_async_context(open_channels(settings))
    _in_background(Notifier(channels).run(outbox, asyncio.Event()), stack, crash)
    _in_background(outbox.report(), stack, crash)
    return Opened(
        lambda table: Deliveries(table(TABLES["notify"], Remembered), outbox), outbox.begin, outbox.hand_over
    )


def _in_background(work: Coroutine[None, None, None], stack: AsyncExitStack, crash: Crash) -> None:
    async def watched() -> None:
        try:
            await work
        except Exception as error:
            await crash(error)

    async def end(task: asyncio.Task[None]) -> None:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    stack.push_async_callback(end, asyncio.create_task(watched()))
