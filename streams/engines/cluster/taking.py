"""What is taken at once of what was fetched, and how stages take it."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from aiokafka.structs import ConsumerRecord
from faust.types import TP

from streams.engines.cluster.transport import Fetched
from streams.engines.work import Logged
from streams.records import Topic

Parts = Mapping[TP, Sequence[ConsumerRecord]]
"""Records by partition, in their order."""


async def together(waiting: asyncio.Queue[Fetched], most: int, enough: int, within_s: float) -> list[Fetched]:
    """The fetches that wait, one at least and `most` at most; where they hold too little, those to come too."""
    fetches = [await waiting.get()]
    count = len(fetches[0].records)
    with suppress(TimeoutError):
        async with asyncio.timeout(within_s):
            while len(fetches) < most and (count < enough or not waiting.empty()):
                fetches.append(await waiting.get())
                count += len(fetches[-1].records)
    return fetches


def rounds(fetches: Sequence[Fetched], most: int) -> Iterator[Parts]:
    """What was fetched, `most` records at a time."""
    parts: dict[TP, list[ConsumerRecord]] = defaultdict(list)
    room = most
    for fetched in fetches:
        records = fetched.records
        while records:
            parts[fetched.tp] += records[:room]
            records, room = records[room:], room - len(records[:room])
            if not room:
                yield parts
                parts, room = defaultdict(list), most
    if parts:
        yield parts


def logged(records: Sequence[ConsumerRecord], topic: Topic) -> list[Logged]:
    """Records of a partition as a runner takes them."""
    return [
        Logged(
            seq=record.offset,
            topic=topic,
            key=(record.key or b"").decode("utf-8", "replace"),
            value=record.value or b"",
            partition=record.partition,
        )
        for record in records
    ]
