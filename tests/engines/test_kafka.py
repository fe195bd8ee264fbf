"""Reading topics up to their ends: as long as it takes, but not from what gives nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from streams.engines import kafka
from streams.engines.kafka import Reading, in_order_of_time

HERE, THERE = TopicPartition("feeds", 0), TopicPartition("feeds", 1)


class Places:
    """A consumer of which each look finds the next places; the last ones stay."""

    def __init__(self, here: Iterable[int], there: Iterable[int]) -> None:
        self._places = {HERE: list(here), THERE: list(there)}

    async def position(self, partition: TopicPartition) -> int:
        places = self._places[partition]
        return places.pop(0) if len(places) > 1 else places[0]


def reading(here: Iterable[int], there: Iterable[int]) -> Reading:
    return Reading(cast(AIOKafkaConsumer, Places(here, there)), {HERE: 3, THERE: 3})


async def test_partitions_are_left_until_each_is_read_to_its_end() -> None:
    both = reading([0, 2, 3], [3])
    assert [await both.left() for _ in range(3)] == [[HERE], [HERE], []]


async def test_what_moves_slowly_is_read_on_and_what_stands_still_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kafka, "STALLED_S", 0.05)
    slow = reading(range(4), [3])
    for _ in range(3):
        assert await slow.left() == [HERE]
        await asyncio.sleep(0.03)
    assert await slow.left() == []
    still = reading([1], [3])
    assert await still.left() == [HERE]
    await asyncio.sleep(0.06)
    with pytest.raises(KafkaTimeoutError, match="feeds/0 gives nothing from 1 on"):
        await still.left()


async def test_partitions_without_a_beginning_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lost:
        async def position(self, _: TopicPartition) -> int:
            return await asyncio.Event().wait()

    monkeypatch.setattr(kafka, "STALLED_S", 0.01)
    with pytest.raises(KafkaTimeoutError, match="where they begin"):
        await Reading(cast(AIOKafkaConsumer, Lost()), {HERE: 3}).left()


class Fetched:
    """A consumer that gives each partition's records, (offset, time), one fetch at a time, and then nothing."""

    def __init__(self, records: dict[TopicPartition, list[tuple[int, int]]]) -> None:
        self._records = records
        self._places = dict.fromkeys(records, 0)

    def assign(self, partitions: list[TopicPartition]) -> None:
        assert partitions == list(self._records)

    def seek(self, partition: TopicPartition, offset: int) -> None:
        self._places[partition] = offset

    async def position(self, partition: TopicPartition) -> int:
        return self._places[partition]

    async def getmany(self, partition: TopicPartition, timeout_ms: int) -> dict[TopicPartition, list[object]]:
        await asyncio.sleep(0.01)
        coming = [one for one in self._records[partition] if one[0] >= self._places[partition]]
        if not coming:
            return {}
        self._places[partition] = coming[0][0] + 1
        return {partition: [SimpleNamespace(offset=coming[0][0], timestamp=coming[0][1])]}


async def times(records: dict[TopicPartition, list[tuple[int, int]]], end: int) -> list[int]:
    consumer = cast(AIOKafkaConsumer, Fetched(records))
    found = in_order_of_time(consumer, dict.fromkeys(records, 1), dict.fromkeys(records, end))
    return [message.timestamp async for message in found]


async def test_records_of_partitions_come_in_the_order_of_time_between_their_places() -> None:
    assert await times({HERE: [(0, 1), (1, 5), (2, 9)], THERE: [(1, 7), (2, 8), (3, 10)]}, 3) == [5, 7, 8, 9]


async def test_records_that_do_not_come_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kafka, "STALLED_S", 0.05)
    with pytest.raises(KafkaTimeoutError, match="feeds/0 gives nothing from 2 on"):
        await times({HERE: [(1, 5)]}, 3)
