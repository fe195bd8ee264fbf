"""Reading topics up to their ends: as long as it takes, but not from what gives nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import cast

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaTimeoutError

from streams.engines import kafka
from streams.engines.kafka import Reading

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
