"""NOTIFY in the cluster: deliveries wait in a table until their channels have them.

What became of a delivery is itself a record of the deliveries' topic, so it moves with them to the next worker.
A worker that ends between telling people and saying so tells them again, under the same key.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections.abc import Awaitable, Callable, Iterable, MutableMapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Literal

import msgspec
import structlog

from streams.clock import Clock
from streams.errors import ServiceError
from streams.records import Delivery, Record, Settled
from streams.stage import Output

KEPT = timedelta(days=30)
"""How long a settled delivery is remembered: longer than Kafka could bring it again."""
RETRY_S = 1.0
log = structlog.get_logger(__name__)


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that waits, or (None) when one was settled."""

    at: datetime
    delivery: Delivery | None = None


class Deliveries:
    """The stage: what waits goes into the outbox; what was settled is not told again."""

    def __init__(self, table: MutableMapping[str, Remembered], outbox: TopicOutbox) -> None:
        self._table, self._outbox = table, outbox
        self._now = max((known.at for known in table.values()), default=None)
        self._settled = [(known.at, key) for key, known in table.items() if known.delivery is None]
        heapq.heapify(self._settled)
        waiting = [known.delivery for known in table.values() if known.delivery is not None]
        outbox.fill(sorted(waiting, key=lambda delivery: delivery.at))

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Take deliveries, and what became of them, in order; nothing is sent on."""
        for record in batch:
            if isinstance(record, Delivery) and record.key not in self._table:
                self._table[record.key] = Remembered(at=record.at, delivery=record)
                self._outbox.add(record)
                self._forget(record.at)
            elif isinstance(record, Settled) and record.state != "pending":
                self._table[record.key] = Remembered(at=record.at)
                self._outbox.remove(record.key)
                heapq.heappush(self._settled, (record.at, record.key))
                self._forget(record.at)
        return []

    def _forget(self, at: datetime) -> None:
        self._now = max(at, self._now or at)
        while self._settled and self._settled[0][0] < self._now - KEPT:
            self._table.pop(heapq.heappop(self._settled)[1], None)


class TopicOutbox:
    """The deliveries that wait with this worker; used by the stage's thread and those that tell people.

    `send` puts what became of them on the deliveries' topic.
    """

    def __init__(self, send: Callable[[Sequence[Settled]], Awaitable[None]], clock: Clock) -> None:
        self._send, self._clock = send, clock
        self._lock = threading.Lock()
        self._waiting: dict[str, Delivery] = {}
        self._told: dict[str, Settled] = {}
        self._put_off: dict[str, Settled] = {}

    def fill(self, deliveries: Iterable[Delivery]) -> None:
        """These wait, and no others."""
        with self._lock:
            self._waiting = {delivery.key: delivery for delivery in deliveries}

    def add(self, delivery: Delivery) -> None:
        """One more waits."""
        with self._lock:
            self._waiting[delivery.key] = delivery

    def remove(self, key: str) -> None:
        """The topic says that it is settled."""
        with self._lock:
            self._waiting.pop(key, None)
            self._told.pop(key, None)
            self._put_off.pop(key, None)

    def channels(self) -> list[str]:
        """The channels for which deliveries wait."""
        with self._lock:
            return list({one.channel for key, one in self._waiting.items() if key not in self._told})

    def pending(self, channel: str, limit: int) -> list[Delivery]:
        """Deliveries of one channel that are neither made nor refused, oldest first."""
        with self._lock:
            found = (one for key, one in self._waiting.items() if one.channel == channel and key not in self._told)
            return list(islice(found, limit))

    def done(self, keys: Sequence[str]) -> None:
        """The deliveries were made."""
        self._settle(keys, "done", None)

    def failed(self, keys: Sequence[str], error: str) -> None:
        """The deliveries were refused for good."""
        self._settle(keys, "failed", error)

    def put_off(self, keys: Sequence[str], error: str, tries: int, wait_s: float) -> None:
        """The deliveries' channel is away; they are tried again after that many seconds."""
        now = self._clock()
        next_at = now + timedelta(seconds=wait_s)
        with self._lock:
            for delivery in self._known(keys):
                told = _settled(delivery, now, "pending", error)
                self._put_off[delivery.key] = msgspec.structs.replace(told, tries=tries, next_at=next_at)

    async def report(self) -> None:
        """Tell the topic what became of deliveries, until cancelled: what waits for its channel once, all else
        again until the topic says so itself.
        """
        while True:
            with self._lock:
                told = [*self._put_off.values(), *self._told.values()]
                self._put_off.clear()
            try:
                if told:
                    await self._send(told)
            except ServiceError as error:
                log.warning("what was delivered is not yet noted", deliveries=len(told), error=str(error))
            await asyncio.sleep(RETRY_S)

    def _settle(self, keys: Sequence[str], state: Literal["done", "failed"], error: str | None) -> None:
        now = self._clock()
        with self._lock:
            for delivery in self._known(keys):
                self._told[delivery.key] = _settled(delivery, now, state, error)

    def _known(self, keys: Sequence[str]) -> list[Delivery]:
        """Those of them that still wait with this worker."""
        return [delivery for key in keys if (delivery := self._waiting.get(key))]


def _settled(
    delivery: Delivery, at: datetime, state: Literal["pending", "done", "failed"], error: str | None
) -> Settled:
    return Settled(
        key=delivery.key,
        channel=delivery.channel,
        alert_id=delivery.alert.id,
        created_at=delivery.at,
        at=at,
        state=state,
        error=error,
    )
