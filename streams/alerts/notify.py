"""Tells people: takes deliveries from the outbox to their channels, each at least once.

Each channel is served by itself and in order, so that one that is away holds up no other. A delivery counts as
made when its channel took it; a crash in between sends it again under the same key.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import groupby
from typing import Protocol

import structlog

from streams import metrics
from streams.alerts.channels import Channel
from streams.errors import RecordError, ServiceError
from streams.records import Delivery

AT_ONCE = 100
LONGEST_WAIT_S = 300.0
LONGEST_ASKED_S = 3600.0

log = structlog.get_logger(__name__)


class Outbox(Protocol):
    """Deliveries and what became of them, kept by the engine. Called from threads.

    What became of several, those of one message, is noted of all of them or, after a crash, of none.
    """

    def channels(self) -> Sequence[str]:
        """The channels for which deliveries wait."""
        ...

    def pending(self, channel: str, limit: int) -> Sequence[Delivery]:
        """Deliveries of one channel that are neither made nor refused, oldest first."""
        ...

    def take(self, keys: Sequence[str]) -> bool:
        """Before people are told of these: whether they still wait here. Another process may have them by now."""
        ...

    def done(self, keys: Sequence[str]) -> None:
        """The deliveries were made."""
        ...

    def failed(self, keys: Sequence[str], error: str) -> None:
        """The deliveries were refused for good."""
        ...

    def put_off(self, keys: Sequence[str], error: str, tries: int, wait_s: float) -> None:
        """The deliveries' channel is away: so many tries were made, the next one is after that many seconds."""
        ...


class Notifier:
    """Empties an outbox into channels. `retry_s` is the first wait for a channel that is away; it doubles."""

    def __init__(self, channels: Mapping[str, Channel], *, poll_s: float = 1.0, retry_s: float = 1.0) -> None:
        self._channels = channels
        self._poll_s = poll_s
        self._retry_s = retry_s

    async def run(self, outbox: Outbox, stop: asyncio.Event) -> None:
        """Deliver whatever comes until `stop` is set; what is under way then is left for the next start.

        Raises StorageError when the local disk is full.
        """
        at_work: dict[str, asyncio.Task[None]] = {}
        try:
            while not stop.is_set():
                for channel in await asyncio.to_thread(outbox.channels):
                    if channel not in at_work:
                        at_work[channel] = asyncio.create_task(self._serve(channel, outbox))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), self._poll_s)
                for channel in [name for name, task in at_work.items() if task.done()]:
                    at_work.pop(channel).result()
        finally:
            for task in at_work.values():
                task.cancel()
            await asyncio.gather(*at_work.values(), return_exceptions=True)

    async def deliver_pending(self, outbox: Outbox) -> None:
        """Try what waits once and return; a channel that is away keeps the rest for the next time.

        Raises StorageError when the local disk is full.
        """
        channels = await asyncio.to_thread(outbox.channels)
        await asyncio.gather(*(self._try(channel, outbox) for channel in channels))

    async def _serve(self, channel: str, outbox: Outbox) -> None:
        async for message in self._waiting(channel, outbox):
            await self._insist(message, outbox)

    async def _try(self, channel: str, outbox: Outbox) -> None:
        try:
            async for message in self._waiting(channel, outbox):
                if await asyncio.to_thread(outbox.take, _keys(message)):
                    await self._settle(message, outbox)
        except ServiceError as error:
            metrics.DELIVERIES.labels(channel, "put_off").inc()
            log.warning("alerts left for the next run", channel=channel, error=str(error))

    async def _waiting(self, name: str, outbox: Outbox) -> AsyncIterator[Sequence[Delivery]]:
        """The channel's messages until none waits; each must be settled before the next is asked for."""
        channel = self._channels.get(name)
        joins = channel is not None and channel.joins
        while found := await asyncio.to_thread(outbox.pending, name, AT_ONCE):
            for message in messages(found) if joins else ([one] for one in found):
                yield message

    async def _insist(self, message: Sequence[Delivery], outbox: Outbox) -> None:
        for tries, wait_s in enumerate(waits(self._retry_s), start=1):
            if not await asyncio.to_thread(outbox.take, _keys(message)):
                return
            try:
                await self._settle(message, outbox)
                return
            except ServiceError as error:
                _count(message, "put_off")
                pause_s = max(wait_s, min(error.retry_after_s or 0.0, LONGEST_ASKED_S))
                log.warning("channel away", channel=message[0].channel, error=str(error), retry_in_s=pause_s)
                await asyncio.to_thread(outbox.put_off, _keys(message), str(error), tries, pause_s)
                await asyncio.sleep(pause_s)

    async def _settle(self, message: Sequence[Delivery], outbox: Outbox) -> None:
        try:
            await self._deliver(message)
        except RecordError as error:
            _count(message, "refused")
            for one in message:
                log.error("alert refused", channel=one.channel, item=one.alert.id, error=str(error))
            await asyncio.to_thread(outbox.failed, _keys(message), str(error))
        else:
            _count(message, "made")
            await asyncio.to_thread(outbox.done, _keys(message))

    async def _deliver(self, message: Sequence[Delivery]) -> None:
        first = message[0]
        channel = self._channels.get(first.channel)
        if channel is None:
            raise RecordError(
                f"channel {first.channel} is not there: name it in STREAMS_CHANNELS or take it out of the "
                f"rule {first.alert.rule_id}"
            )
        await channel.send(message)


def _keys(message: Sequence[Delivery]) -> list[str]:
    return [one.key for one in message]


def _count(message: Sequence[Delivery], outcome: str) -> None:
    metrics.DELIVERIES.labels(message[0].channel, outcome).inc(len(message))


def messages(deliveries: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Deliveries that follow each other in one digest together, all others by themselves."""
    for digest, group in groupby(deliveries, key=lambda one: one.digest):
        if digest:
            yield list(group)
        else:
            yield from ([one] for one in group)


def waits(first_s: float) -> Iterator[float]:
    """Seconds to wait before each next try, without end: doubled each time up to LONGEST_WAIT_S."""
    wait_s = first_s
    while True:
        yield wait_s
        wait_s = min(wait_s * 2, LONGEST_WAIT_S)
