"""Writing keys to partitions of topics, many at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from streams.engines.cluster.sending import Sender
from streams.state import Write

AT_ONCE = 200


class Puts:
    """What waits to be written. Raises ServiceError when Kafka does not confirm it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._waiting: dict[tuple[str, int], list[Write]] = defaultdict(list)

    async def put(self, topic: str, places: Iterable[int], key: bytes, value: bytes | None) -> None:
        """Write a key (None: delete it) to partitions of a topic, soon."""
        for place in places:
            writes = self._waiting[topic, place]
            writes.append((key, value))
            if len(writes) == AT_ONCE:
                await self._send(topic, place)

    async def flush(self) -> None:
        """Wait until Kafka has all that was put."""
        for topic, place in list(self._waiting):
            await self._send(topic, place)

    async def _send(self, topic: str, place: int) -> None:
        writes: Sequence[Write] = self._waiting.pop((topic, place), [])
        if writes:
            await self._sender.send_to(topic, place, writes)
