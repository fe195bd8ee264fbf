"""What a worker does with records that reach it before their partition is its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import Mock

import faust
import pytest
from faust.types import TP

from streams import codec
from streams.engines.cluster.batches import Batches, OpenPartition
from streams.engines.cluster.sending import Sender
from streams.engines.cluster.transport import Fetched
from streams.engines.work import OpenTable, StageSpec
from streams.errors import ServiceError
from streams.records import Record, Topic
from streams.stage import Output, Stage
from streams.state import Write
from tests.engines.cluster.test_offsets import OTHER, PARTITION, FakeLog, record
from tests.factories import raw_item


class FakeApp:
    """Runs what is to run beside the agent, when asked to."""

    def __init__(self) -> None:
        self.beside: list[Coroutine[Any, Any, None]] = []

    def add_future(self, work: Coroutine[Any, Any, None]) -> None:
        self.beside.append(work)

    async def run(self) -> None:
        work, self.beside = self.beside, []
        await asyncio.gather(*work)


def batches(
    app: FakeApp, log: FakeLog, counting: Counting | None = None, begin: Callable[[], None] | None = None
) -> Batches:
    """Of a stage that takes ten records at once; without one, records never get so far as to be processed."""

    def stage(tables: OpenTable) -> Stage:
        assert counting, "nothing is to be processed"
        counting.made += 1
        counting.tables = tables
        return counting

    def table(name: str, partition: int) -> Any:
        assert isinstance(counting, Remembering), "nothing is to be remembered"
        return counting.table

    spec = StageSpec("identify", (Topic.RAW_ITEMS,), stage, 10)
    return Batches(spec, cast(faust.App, app), log, cast(Sender, counting), cast(OpenPartition, table), "", begin)


async def hand(given: Batches, *partitions: TP) -> None:
    """Give the agent a record of each partition."""
    await hand_fetches(given, *[Fetched(one, [record(12, one)], generation_id=1) for one in partitions])


async def hand_fetches(given: Batches, *fetches: Fetched) -> None:
    """Give the agent what was fetched."""

    async def events() -> AsyncIterator[object]:
        for one in fetches:
            yield SimpleNamespace(message=one)

    await given.run(cast("faust.Stream[bytes]", SimpleNamespace(events=events)))


class Counting:
    """A stage that leads to nothing, and a sender that has nothing to send."""

    def __init__(self) -> None:
        self.batches: list[int] = []
        self.made = self.sent = 0
        self.tables: OpenTable | None = None
        self.after_each: Callable[[], object] = lambda: None

    def process(self, batch: Sequence[Record]) -> list[Output]:
        self.batches.append(len(batch))
        return []

    async def partitions(self, _: str) -> int:
        return 1

    async def send(self, *_: object) -> None:
        self.sent += 1
        self.after_each()
        await asyncio.sleep(0)


class FakeTable(dict[bytes, bytes]):
    """A partition of a table."""

    async def write(self, writes: Sequence[Write]) -> None:
        self.update({key: value for key, value in writes if value is not None})


class Remembering(Counting):
    """A stage that remembers how many records it had."""

    def __init__(self) -> None:
        super().__init__()
        self.table = FakeTable()

    def process(self, batch: Sequence[Record]) -> list[Output]:
        assert self.tables
        seen = self.tables("seen", int)
        seen["records"] = seen.get("records", 0) + len(batch)
        return super().process(batch)


def fetches(*counts: int) -> Iterator[Fetched]:
    """Fetches of so many records each, one after the other."""
    place, value = 10, codec.encode(raw_item())
    for count in counts:
        yield Fetched(PARTITION, [record(place + n, value=value) for n in range(count)], generation_id=1)
        place += count


async def test_fetches_are_carried_out_together_in_batches_of_the_stages_size() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Counting()
    ours = batches(app, log, stage)
    ours.recovered([PARTITION])
    await hand_fetches(ours, *fetches(3, 4, 16))
    assert stage.batches == [10, 10, 3]
    assert log.commits == [33]


async def test_what_partitions_lead_to_together_is_confirmed_at_once() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Remembering()
    ours = batches(app, log, stage)
    ours.recovered([PARTITION, OTHER])
    value = codec.encode(raw_item())
    await hand_fetches(
        ours,
        Fetched(PARTITION, [record(10, value=value), record(11, value=value)], generation_id=1),
        Fetched(OTHER, [record(10, OTHER, value)], generation_id=1),
    )
    assert (stage.batches, stage.sent) == ([2, 1], 1)
    assert log.commits[:2] == [10, 10], "one commit that holds both partitions, before their state is written"
    assert sorted(log.commits[2:]) == [11, 12]


async def test_records_of_a_partition_that_fail_together_are_tried_one_by_one_after_the_others() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Counting()
    ours = batches(app, log, stage)
    ours.recovered([PARTITION, OTHER])
    value = codec.encode(raw_item())
    await hand_fetches(
        ours,
        Fetched(PARTITION, [record(10, value=value), record(11, value=b"{")], generation_id=1),
        Fetched(OTHER, [record(10, OTHER, value)], generation_id=1),
    )
    assert (stage.batches, stage.sent) == ([1, 1], 3)
    assert sorted(log.commits) == [11, 12]


async def test_what_was_done_is_committed_before_its_partitions_go() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Counting()
    ours = batches(app, log, stage)
    ours.recovered([PARTITION])
    going: list[asyncio.Task[None]] = []

    def leave_with_the_second() -> None:
        if len(stage.batches) == 2:
            going.append(asyncio.ensure_future(ours.revoked()))

    stage.after_each = leave_with_the_second
    await hand_fetches(ours, *fetches(30))
    assert stage.batches == [10, 10]
    assert log.commits == [30]


async def test_partitions_that_go_wait_for_the_batch_at_work_alone() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Counting()
    ours = batches(app, log, stage)
    going: list[asyncio.Task[None]] = []
    stage.after_each = lambda: going.append(asyncio.ensure_future(ours.revoked()))
    ours.recovered([PARTITION])
    await hand_fetches(ours, *fetches(30))
    assert stage.batches == [10]
    assert log.commits == [20]

    ours.recovered([PARTITION])
    await app.run()
    assert log.wound_back == [20]


async def test_what_came_while_state_was_recovered_is_fetched_again_once_it_is_there() -> None:
    app, log = FakeApp(), FakeLog(range(10, 20), committed=12)
    ours = batches(app, log)
    await hand(ours, PARTITION)

    ours.recovered([PARTITION])
    await app.run()
    assert log.wound_back == [12]

    ours.recovered([PARTITION])
    assert app.beside == []


async def test_what_was_given_up_is_fetched_again_when_its_partition_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 20), committed=12), Counting()
    tried = asyncio.Event()

    def away() -> None:
        tried.set()
        raise ServiceError("away")

    stage.after_each = away
    ours = batches(app, log, stage)
    ours.recovered([PARTITION, OTHER])
    both = [
        Fetched(one, [record(12, one, codec.encode(raw_item()))], generation_id=1) for one in (PARTITION, OTHER)
    ]
    at_work = asyncio.create_task(hand_fetches(ours, *both))
    await tried.wait()
    await ours.revoked()
    await at_work

    ours.recovered([PARTITION, OTHER])
    await app.run()
    assert log.wound_back == [12, 12]


async def test_a_partition_that_became_somebody_elses_is_left_alone() -> None:
    app, log = FakeApp(), FakeLog(range(10, 20), committed=12)
    ours = batches(app, log)
    await hand(ours, OTHER, PARTITION)

    ours.recovered([PARTITION])
    await ours.revoked()
    await app.run()
    assert log.wound_back == []


async def test_a_broker_that_is_away_is_asked_until_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engines.cluster.batches.RETRY_MIN_S", 0.001)
    app, log = FakeApp(), FakeLog(range(10, 20), committed=12)
    asked = 0
    wind_back = log.wind_back

    async def at_last(partition: TP, offset: int) -> None:
        nonlocal asked
        asked += 1
        if asked < 3:
            raise ServiceError("away")
        await wind_back(partition, offset)

    monkeypatch.setattr(log, "wind_back", at_last)
    ours = batches(app, log)
    await hand(ours, PARTITION)
    ours.recovered([PARTITION])
    await app.run()
    assert log.wound_back == [12]


async def test_a_stage_with_work_beside_it_is_there_before_any_record_comes() -> None:
    log, stage, begin = FakeLog(range(10, 20), committed=20), Counting(), Mock()
    await begun(batches(app := FakeApp(), log, stage, begin), app)
    assert (stage.made, begin.call_count) == (1, 1)

    log.offsets, log.emptied_at = [], 30  # all is gone by retention: nothing will come
    await begun(batches(app, log, stage, begin), app)
    assert (stage.made, begin.call_count) == (2, 2)


async def test_work_beside_a_stage_begins_when_all_is_read_that_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.engines.cluster.batches.BEHIND_S", 0.001)
    app, log, stage, begin = FakeApp(), FakeLog(range(10, 20), committed=12), Counting(), Mock()
    ours = batches(app, log, stage, begin)
    beginning = asyncio.create_task(begun(ours, app))
    await asyncio.sleep(0.02)
    await hand_fetches(ours, *fetches(7))
    await asyncio.sleep(0.02)
    assert (sum(stage.batches), begin.call_count) == (5, 0)
    log.offsets += [20]
    await hand_fetches(
        ours, Fetched(PARTITION, [record(n, value=codec.encode(raw_item())) for n in (17, 18, 19)], 1)
    )
    await beginning
    assert (sum(stage.batches), begin.call_count) == (8, 1)


async def test_work_beside_a_stage_does_not_begin_once_its_partitions_have_gone() -> None:
    app, stage, begin = FakeApp(), Counting(), Mock()
    ours = batches(app, FakeLog(range(10, 20), committed=12), stage, begin)
    beginning = asyncio.create_task(begun(ours, app))
    await asyncio.sleep(0.01)
    await ours.revoked()
    await beginning
    assert (stage.made, begin.call_count) == (0, 0)


async def begun(ours: Batches, app: FakeApp) -> None:
    """Give a worker its partition, and wait until what is beside the stage has begun or is given up."""
    ours.recovered([PARTITION])
    await app.run()


async def test_a_worker_that_slept_while_its_partition_went_to_another_writes_no_state() -> None:
    app, log, stage = FakeApp(), FakeLog(range(10, 40)), Remembering()
    ours = batches(app, log, stage)
    ours.recovered([PARTITION])
    await hand_fetches(ours, *fetches(3))
    assert stage.table == {b"records": codec.pack(3)}

    sent = asyncio.Event()

    def slept() -> None:
        log.lost = True
        sent.set()

    stage.after_each = slept
    again = Fetched(PARTITION, [record(13, value=codec.encode(raw_item()))], generation_id=1)
    at_work = asyncio.create_task(hand_fetches(ours, again))
    await sent.wait()
    await ours.revoked()
    await at_work
    assert stage.table == {b"records": codec.pack(3)}
    assert log.commits[-1] == 13
