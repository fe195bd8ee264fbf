"""What a worker does with records that reach it before their partition is its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Coroutine, Sequence
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest
from faust.types import TP

from streams.engines.cluster.batches import Batches, OpenPartition
from streams.engines.cluster.offsets import Event
from streams.engines.cluster.sending import Sender
from streams.engines.work import StageSpec
from streams.errors import ServiceError
from streams.records import Topic
from streams.stage import Stage
from tests.engines.cluster.test_offsets import PARTITION, FakeLog

OTHER = TP("raw-items", 1)


class FakeApp:
    """Runs what is to run beside the agent, when asked to."""

    def __init__(self) -> None:
        self.beside: list[Coroutine[Any, Any, None]] = []

    def add_future(self, work: Coroutine[Any, Any, None]) -> None:
        self.beside.append(work)

    async def run(self) -> None:
        work, self.beside = self.beside, []
        await asyncio.gather(*work)


def batches(app: FakeApp, log: FakeLog) -> Batches:
    """Of a stage whose records never get so far as to be processed."""

    def stage(_: object) -> Stage:
        raise AssertionError("nothing is to be processed")

    def table(name: str, partition: int) -> Any:
        raise AssertionError("nothing is to be remembered")

    spec = StageSpec("identify", (Topic.RAW_ITEMS,), stage, 10)
    return Batches(spec, cast(faust.App, app), log, cast(Sender, None), cast(OpenPartition, table), "")


async def hand(given: Batches, *partitions: TP) -> None:
    """Give the agent a record of each partition."""
    handed = [cast(Event, SimpleNamespace(message=SimpleNamespace(tp=one, offset=12))) for one in partitions]

    async def events(_: int, within: float) -> AsyncIterator[Sequence[Event]]:
        yield handed

    await given.run(cast("faust.Stream[bytes]", SimpleNamespace(take_events=events)))


async def test_what_came_while_state_was_recovered_is_fetched_again_once_it_is_there() -> None:
    app, log = FakeApp(), FakeLog(range(10, 20), committed=12)
    ours = batches(app, log)
    await hand(ours, PARTITION)

    ours.recovered([PARTITION])
    await app.run()
    assert log.wound_back == [12]

    ours.recovered([PARTITION])
    assert app.beside == []


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
