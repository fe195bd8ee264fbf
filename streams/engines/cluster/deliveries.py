"""NOTIFY in the cluster: deliveries wait in a table until their channels have them.

What became of a delivery is itself a record of the deliveries' topic, so it moves with them to the next worker.
A worker that gives its partition up ends what is under way and says what became of it; only one that is killed
between telling people and saying so has them told again, under the same key.
"""

from __future__ import annotations

import asyncio
import heapq
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, MutableMapping, Sequence
from contextlib import suppress
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
WHOLE = 1000
"""Deliveries of a channel that are held whole in memory: more than are asked for at once. Of those behind them, as
of a channel that is away for days, only the keys are.
"""
HAND_OVER_S, UNDER_WAY_S = 10.0, 0.02
"""How long partitions that go wait for deliveries under way, and how often these are looked at."""
log = structlog.get_logger(__name__)


class Remembered(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery that waits, or (None) when one was settled."""

    at: datetime
    delivery: Delivery | None = None


class Deliveries:
    """The stage: what waits goes into the outbox; what was settled is not told again."""

    def __init__(self, table: MutableMapping[str, Remembered], outbox: TopicOutbox) -> None:
        self._table, self._outbox = table, outbox
        self._now: datetime | None = None
        self._settled: list[tuple[datetime, str]] = []
        self._behind: defaultdict[str, deque[str]] = defaultdict(deque)
        waiting: list[tuple[datetime, str, str]] = []
        for key, known in table.items():
            self._now = max(known.at, self._now or known.at)
            if known.delivery is None:
                self._settled.append((known.at, key))
            else:
                waiting.append((known.at, key, known.delivery.channel))
        heapq.heapify(self._settled)
        outbox.empty()
        for _, key, channel in sorted(waiting):
            self._behind[channel].append(key)
        for channel in [*self._behind]:
            self._top_up(channel)

    def process(self, batch: Sequence[Record]) -> list[Output]:
        """Take deliveries, and what became of them, in order; nothing is sent on."""
        for record in batch:
            if isinstance(record, Delivery) and record.key not in self._table:
                self._table[record.key] = Remembered(at=record.at, delivery=record)
                self._behind[record.channel].append(record.key)
            elif isinstance(record, Settled) and record.state != "pending":
                self._table[record.key] = Remembered(at=record.at)
                self._outbox.remove(record.key)
                heapq.heappush(self._settled, (record.at, record.key))
            else:
                continue
            self._top_up(record.channel)
            self._forget(record.at)
        return []

    def _top_up(self, channel: str) -> None:
        """Have the next ones of a channel in the outbox, as far as there is room."""
        behind = self._behind[channel]
        while behind and self._outbox.waiting(channel) < WHOLE:
            known = self._table.get(behind.popleft())
            if known and known.delivery:
                self._outbox.add(known.delivery)
        if not behind:
            del self._behind[channel]

    def _forget(self, at: datetime) -> None:
        self._now = max(at, self._now or at)
        while self._settled and self._settled[0][0] < self._now - KEPT:
            self._table.pop(heapq.heappop(self._settled)[1], None)


class TopicOutbox:
    """The next deliveries that wait with this worker; used by the stage's thread and those that tell people.

    `send` puts what became of them on the deliveries' topic.
    """

    def __init__(self, send: Callable[[Sequence[Settled]], Awaitable[None]], clock: Clock) -> None:
        self._send, self._clock = send, clock
        self._lock = threading.Lock()
        self._begun = False
        self._waiting: dict[str, Delivery] = {}
        self._count = Counter[str]()  # of these by channel
        self._under_way: dict[str, Delivery] = {}
        self._told: dict[str, Settled] = {}
        self._put_off: dict[str, Settled] = {}
        self._noted: set[str] = set()

    def begin(self) -> None:
        """All that the topic says is known here: what still waits is to be told."""
        self._begun = True

    def empty(self) -> None:
        """None waits."""
        with self._lock:
            self._waiting.clear()
            self._count.clear()

    def add(self, delivery: Delivery) -> None:
        """One more waits, after all others of its channel."""
        with self._lock:
            self._waiting[delivery.key] = delivery
            self._count[delivery.channel] += 1

    def waiting(self, channel: str) -> int:
        """How many of a channel wait here."""
        return self._count[channel]

    def remove(self, key: str) -> None:
        """The topic says that it is settled."""
        with self._lock:
            delivery = self._waiting.pop(key, None)
            if delivery:
                self._count[delivery.channel] -= 1
            self._told.pop(key, None)
            self._put_off.pop(key, None)
            self._noted.discard(key)

    def channels(self) -> list[str]:
        """The channels for which deliveries wait."""
        with self._lock:
            return list({one.channel for key, one in self._waiting.items() if self._is_open(key)})

    def pending(self, channel: str, limit: int) -> list[Delivery]:
        """Deliveries of one channel that are neither made nor refused, oldest first."""
        with self._lock:
            found = (one for key, one in self._waiting.items() if one.channel == channel and self._is_open(key))
            return list(islice(found, limit))

    def take(self, keys: Sequence[str]) -> bool:
        """People are told of these now, if they still wait here."""
        with self._lock:
            ours = all(key in self._waiting and self._is_open(key) for key in keys)
            if ours:
                self._under_way |= {key: self._waiting[key] for key in keys}
            return ours

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
            for delivery in self._ended(keys):
                told = _settled(delivery, now, "pending", error)
                self._put_off[delivery.key] = msgspec.structs.replace(told, tries=tries, next_at=next_at)

    async def report(self) -> None:
        """Tell the topic what became of deliveries, until cancelled."""
        while True:
            await self._report()
            await asyncio.sleep(RETRY_S)

    async def hand_over(self) -> None:
        """The deliveries are no longer ours to make: begin no more, and say what became of those under way."""
        self._begun = False
        self.empty()
        for _ in range(round(HAND_OVER_S / UNDER_WAY_S)):
            if not self._under_way:
                break
            await asyncio.sleep(UNDER_WAY_S)
        with suppress(TimeoutError):
            async with asyncio.timeout(HAND_OVER_S):
                await self._report()

    async def _report(self) -> None:
        with self._lock:
            put_off, told = [*self._put_off.values()], dict(self._told)
            self._put_off.clear()
        try:
            if put_off or told:
                await self._send([*put_off, *told.values()])
        except ServiceError as error:
            log.warning("what was delivered is not yet noted", deliveries=len(told), error=str(error))
            return
        with self._lock:
            self._noted |= {key for key in told if self._told.pop(key, None)}

    def _settle(self, keys: Sequence[str], state: Literal["done", "failed"], error: str | None) -> None:
        now = self._clock()
        with self._lock:
            for delivery in self._ended(keys):
                self._told[delivery.key] = _settled(delivery, now, state, error)

    def _is_open(self, key: str) -> bool:
        """Whether a delivery that waits is neither under way nor settled, though the topic does not say so yet."""
        return self._begun and key not in self._under_way and key not in self._told and key not in self._noted

    def _ended(self, keys: Sequence[str]) -> list[Delivery]:
        """Those of them that were under way, which are so no longer."""
        return [delivery for key in keys if (delivery := self._under_way.pop(key, None))]


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
