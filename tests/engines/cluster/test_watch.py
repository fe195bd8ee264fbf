"""How a worker is, by what its app and the broker's books tell."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from faust.types import TP
from prometheus_client import REGISTRY

from streams.clock import now
from streams.condition import STUCK_S
from streams.engines.cluster.app import StageApp
from streams.engines.cluster.resources import Opened
from streams.engines.cluster.watch import Watch
from streams.engines.lag import Place
from streams.engines.meter import Meter
from streams.errors import ServiceError
from streams.index.elastic import ElasticIndex
from streams.index.stage import IndexStage
from streams.settings import load

ONE, TWO = TP("raw-items", 0), TP("raw-items", 1)


class Recovery:
    """What Faust tells of the recovery of tables."""

    in_recovery = False
    remaining = 0

    def active_remaining_total(self) -> int:
        return self.remaining


class Signal:
    """Faust's: whoever connects is called with what is sent."""

    def connect(self, receiver: Callable[..., Coroutine[None, None, None]]) -> None:
        asyncio.run(receiver({ONE, TWO}))


class App:
    """A worker whose condition is set by hand; each partition of its table has seven entries."""

    def __init__(self) -> None:
        self.batches = SimpleNamespace(meter=Meter("identify", now, 5.0), owned=frozenset({ONE, TWO}))
        self.recovery = Recovery()
        self.tables = SimpleNamespace(recovery=self.recovery)
        self.on_partitions_assigned = Signal()

    def partition(self, name: str, number: int) -> Any:
        return SimpleNamespace(about=lambda: 7)


class Seconds:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def app() -> App:
    return App()


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def watch(app: App, seconds: Seconds) -> Iterator[Watch]:
    watching = Watch("identify", cast(StageApp, app), seconds)
    yield watching
    watching.end()


def lag(partition: int) -> float | None:
    labels = {"stage": "identify", "topic": "raw-items", "partition": str(partition)}
    return REGISTRY.get_sample_value("streams_lag_records", labels)


def entries(partition: int) -> float | None:
    labels = {"table": "identities", "partition": str(partition)}
    return REGISTRY.get_sample_value("streams_table_entries", labels)


def test_lag_and_table_sizes_are_told_for_our_partitions_while_they_are_ours(app: App, watch: Watch) -> None:
    watch.look({ONE: Place(10, 3), TWO: Place(0, 0), TP("raw-items", 2): Place(0, 99)})
    assert (lag(0), lag(1), lag(2)) == (3, 0, None)
    assert (entries(0), entries(1), entries(2)) == (7, 7, None)
    app.batches.owned = frozenset({TWO})
    watch.look({ONE: Place(10, 3), TWO: Place(0, 1)})
    assert (lag(0), lag(1)) == (None, 1)
    assert entries(0) is None
    watch.end()
    assert (lag(1), entries(1)) == (None, None)


def test_a_worker_without_partitions_is_not_ready_and_one_that_is_spare_is(app: App, watch: Watch) -> None:
    assert watch.condition.unready() is None
    app.batches.owned = None
    assert "no partitions yet" in str(watch.condition.unready())
    app.recovery.in_recovery, app.recovery.remaining = True, 1200
    watch.look({})
    assert watch.condition.unready() == "identify recovers its state: 1200 changes to go"
    assert watch.condition.stuck() is None
    app.batches.owned = frozenset()
    assert watch.condition.unready() is None


def test_a_worker_that_waits_for_a_service_is_not_ready_and_never_stuck(
    app: App, watch: Watch, seconds: Seconds
) -> None:
    watch.look({ONE: Place(10, 3)})
    app.batches.meter.waits(ServiceError("Kafka is away"))
    seconds.now += 2 * STUCK_S
    watch.look({ONE: Place(10, 3)})
    assert watch.condition.unready() == "identify waits: Kafka is away"
    assert watch.condition.stuck() is None


def test_records_that_wait_while_the_offset_stands_still_mean_that_it_is_stuck(
    watch: Watch, seconds: Seconds
) -> None:
    watch.look({ONE: Place(10, 3)})
    seconds.now += STUCK_S - 1
    watch.look({ONE: Place(10, 30)})
    assert watch.condition.stuck() is None
    seconds.now += 2
    assert watch.condition.stuck() == f"identify has stood still at 10 of raw-items/0 for {STUCK_S:.0f} s"
    watch.look({ONE: Place(11, 30)})
    assert watch.condition.stuck() is None


@pytest.mark.parametrize("place", [Place(10, 0), Place(12, 3)], ids=["nothing waits", "the offset moves"])
def test_a_worker_that_goes_on_or_has_nothing_to_do_is_not_stuck(
    watch: Watch, seconds: Seconds, place: Place
) -> None:
    watch.look({ONE: Place(10, 3)})
    seconds.now += STUCK_S
    watch.look({ONE: place})
    seconds.now += STUCK_S
    assert watch.condition.stuck() is None


def test_while_the_broker_is_away_the_worker_is_not_ready_and_not_stuck(watch: Watch, seconds: Seconds) -> None:
    watch.look({ONE: Place(10, 3)})
    watch.lost("Kafka does not answer")
    seconds.now += 2 * STUCK_S
    assert watch.condition.unready() == "Kafka does not answer"
    assert watch.condition.stuck() is None
    watch.look({ONE: Place(10, 3)})
    assert watch.condition.unready() is None


def test_what_another_owns_now_does_not_make_us_stuck(app: App, watch: Watch, seconds: Seconds) -> None:
    watch.look({ONE: Place(10, 3)})
    app.batches.owned = frozenset({TWO})
    watch.look({ONE: Place(10, 3), TWO: Place(0, 0)})
    seconds.now += 2 * STUCK_S
    assert watch.condition.stuck() is None


def test_a_recovery_that_makes_no_progress_is_stuck(app: App, watch: Watch, seconds: Seconds) -> None:
    app.batches.owned, app.recovery.in_recovery, app.recovery.remaining = None, True, 500
    watch.look({})
    seconds.now += STUCK_S + 1
    assert watch.condition.stuck() == f"identify has stood still at 500 of its state for {STUCK_S:.0f} s"
    app.recovery.remaining = 400
    watch.look({})
    assert watch.condition.stuck() is None


async def test_a_worker_whose_index_is_away_is_not_ready_though_nothing_comes(tmp_path: Path) -> None:
    app = StageApp("index", load(kafka=["kafka:9092"], elasticsearch="http://127.0.0.1:9", data=tmp_path))
    assert await app.refused() is None, "it is not opened yet"
    with closing(ElasticIndex.from_settings(app._of[1])) as index:
        app._opened = Opened(lambda _: IndexStage(index), ask=index.refuse_unready)
        watching = Watch("index", app)
        app.batches.owned = frozenset()
        assert watching.condition.unready() is None
        await watching.look_beside()
    assert "http://127.0.0.1:9 is away" in str(watching.condition.unready())
    assert watching.condition.stuck() is None
