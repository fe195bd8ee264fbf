"""What a worker carries out of what it is handed: all that is in the log, in order, once."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from unittest.mock import AsyncMock

import pytest
from aiokafka.structs import ConsumerRecord
from faust.types import TP
from hypothesis import given, settings
from hypothesis import strategies as some
from structlog.testing import capture_logs

from streams.engines.cluster.offsets import Offsets
from streams.errors import ServiceError

PARTITION, OTHER = TP("raw-items", 0), TP("raw-items", 1)


class FakeLog:
    """The offsets that a partition still holds, and from where it is read."""

    def __init__(self, offsets: Sequence[int], committed: int | None = None) -> None:
        self.offsets = list(offsets)
        self.commits = [committed] if committed is not None else []
        self.position = 0
        self.wound_back: list[int] = []
        self.away = self.lost = False
        self.emptied_at = 0
        self.answers: list[asyncio.Event] = []

    async def committed(self, partition: TP) -> int:
        place = self.commits[-1] if self.commits else self.offsets[0]
        if self.answers:
            await self.answers.pop().wait()
        return place

    async def first_from(self, partition: TP, offset: int) -> int:
        if self.away:
            raise ServiceError("away")
        return next(one for one in self.offsets if one >= offset)

    async def oldest(self, partition: TP) -> int:
        return self.offsets[0] if self.offsets else self.emptied_at

    async def end(self, partition: TP) -> int:
        return self.offsets[-1] + 1 if self.offsets else self.emptied_at

    async def wind_back(self, partition: TP, offset: int) -> None:
        self.wound_back.append(offset)
        self.position = next(place for place, one in enumerate(self.offsets) if one >= offset)

    async def commit(self, places: Mapping[TP, int]) -> None:
        if self.lost:
            raise ServiceError("it is another's")
        self.commits += places.values()

    def fetch(self, count: int) -> list[ConsumerRecord]:
        fetched = self.offsets[self.position : self.position + count]
        self.position += len(fetched)
        return records(*fetched)


def record(offset: int, partition: TP = PARTITION, value: bytes = b"") -> ConsumerRecord:
    return ConsumerRecord(*partition, offset, 0, 0, b"key", value, None, 3, len(value), ())


def records(*offsets: int) -> list[ConsumerRecord]:
    return [record(offset) for offset in offsets]


async def carried_out(offsets: Offsets, given: Sequence[ConsumerRecord]) -> list[int]:
    due = await offsets.due(PARTITION, given)
    if due:
        offsets.done(PARTITION, due)
        await offsets.commit()
    return [one.offset for one in due]


async def test_work_begins_where_the_last_commit_ended() -> None:
    log = FakeLog(range(10), committed=4)
    offsets = Offsets(log)
    assert await carried_out(offsets, records(4, 5)) == [4, 5]
    assert await carried_out(offsets, records(6)) == [6]
    assert log.commits == [4, 6, 7]
    assert log.wound_back == []


async def test_what_is_done_is_committed_once_and_for_all_partitions_together() -> None:
    log = AsyncMock(FakeLog, committed=AsyncMock(return_value=4))
    offsets = Offsets(log)
    for partition in (PARTITION, OTHER):
        for place in (4, 5):
            await offsets.due(partition, [record(place, partition)])
            offsets.done(partition, [record(place, partition)])
    await offsets.commit()
    await offsets.commit()
    log.commit.assert_awaited_once_with({PARTITION: 6, OTHER: 6})


async def test_what_cannot_be_committed_is_told_and_goes_on() -> None:
    log = FakeLog(range(10), committed=4)
    offsets = Offsets(log)
    log.lost = True
    with capture_logs() as logged:
        assert await carried_out(offsets, records(4, 5)) == [4, 5]
    assert [entry["offsets"] for entry in logged] == [{"raw-items-0": 6}]
    log.lost = False
    assert await carried_out(offsets, records(6)) == [6]
    assert log.commits == [4, 7]


async def test_a_partition_that_is_anothers_is_not_held() -> None:
    log = FakeLog(range(10), committed=4)
    offsets = Offsets(log)
    await carried_out(offsets, records(4, 5))
    await offsets.hold([PARTITION])
    assert log.commits == [4, 6, 6]
    log.lost = True
    with pytest.raises(ServiceError):
        await offsets.hold([PARTITION])


async def test_a_partition_without_a_commit_begins_with_its_oldest_record() -> None:
    log = FakeLog(range(7, 12))
    assert await carried_out(Offsets(log), records(7, 8)) == [7, 8]


async def test_records_that_come_again_are_passed_by() -> None:
    log = FakeLog(range(10), committed=3)
    offsets = Offsets(log)
    assert await carried_out(offsets, records(1, 2, 3, 4)) == [3, 4]
    assert await carried_out(offsets, records(3, 4)) == []
    assert await carried_out(offsets, records(4, 5)) == [5]


async def test_records_of_a_log_that_ends_before_the_last_commit_are_new() -> None:
    log = FakeLog(range(5), committed=1000)
    offsets = Offsets(log)
    assert await carried_out(offsets, records(0, 1, 2)) == [0, 1, 2]
    assert await carried_out(offsets, records(3, 4)) == [3, 4]
    assert await carried_out(offsets, records(1, 2)) == []
    assert log.commits == [1000, 3, 5]


async def test_where_records_are_missing_the_partition_is_wound_back_and_nothing_beyond_is_carried_out() -> None:
    log = FakeLog(range(100))
    offsets = Offsets(log)
    assert await carried_out(offsets, records(*range(40, 50))) == []
    assert log.commits == []
    assert log.wound_back == [0]
    assert await carried_out(offsets, records(0, 1, 2, 60, 61)) == [0, 1, 2]
    assert log.wound_back == [0, 3]
    assert log.commits == [3]


async def test_what_the_log_no_longer_holds_is_not_waited_for() -> None:
    log = FakeLog([0, 1, 7, 8], committed=0)
    assert await carried_out(Offsets(log), records(0, 1, 7, 8)) == [0, 1, 7, 8]
    assert log.wound_back == []


async def test_a_gap_while_the_broker_is_away_is_a_services_fault() -> None:
    log = FakeLog(range(10), committed=0)
    log.away = True
    with pytest.raises(ServiceError):
        await Offsets(log).due(PARTITION, records(0, 5))


async def test_what_is_due_can_be_fetched_again_without_a_later_record() -> None:
    log = FakeLog(range(10, 20), committed=12)
    offsets = Offsets(log)

    await offsets.again(PARTITION)
    assert log.wound_back == [12]
    assert await carried_out(offsets, log.fetch(3)) == [12, 13, 14]

    await offsets.again(PARTITION)
    assert log.wound_back == [12, 15]


async def test_asking_what_to_fetch_again_does_not_set_back_what_goes_on_meanwhile() -> None:
    log = FakeLog(range(10), committed=0)
    answer = asyncio.Event()
    log.answers.append(answer)
    offsets = Offsets(log)
    asked = asyncio.create_task(offsets.again(PARTITION))
    await asyncio.sleep(0)
    assert await carried_out(offsets, records(0, 1, 2)) == [0, 1, 2]
    answer.set()
    await asked
    assert log.wound_back == [0]
    assert await carried_out(offsets, log.fetch(5)) == [3, 4]


async def test_partitions_that_come_back_begin_anew_at_their_commit() -> None:
    log = FakeLog(range(10), committed=0)
    offsets = Offsets(log)
    await carried_out(offsets, records(0, 1))
    offsets.forget()
    log.commits.append(5)  # by whoever had them meanwhile
    assert await carried_out(offsets, records(2, 3, 4, 5, 6)) == [5, 6]


@settings(deadline=None)
@given(some.data())
async def test_whatever_is_fetched_again_late_or_never_all_records_are_carried_out_once_and_in_order(
    data: some.DataObject,
) -> None:
    log = FakeLog(sorted(data.draw(some.sets(some.integers(0, 60), min_size=1))))
    offsets = Offsets(log)
    done: list[int] = []
    for _ in range(data.draw(some.integers(0, 15))):
        match data.draw(some.sampled_from(["fetch", "stale", "lost", "rebalance"])):
            case "fetch":
                done += await carried_out(offsets, log.fetch(data.draw(some.integers(1, 10))))
            case "stale":
                done += await carried_out(offsets, log.fetch(0) or records(*log.offsets[-3:]))
            case "lost":
                log.fetch(data.draw(some.integers(1, 10)))
            case "rebalance":
                offsets.forget()
                log.position = data.draw(some.integers(0, len(log.offsets) - 1))
    for _ in range(100):
        done += await carried_out(offsets, log.fetch(7) or records(log.offsets[-1]))
    assert done == log.offsets
