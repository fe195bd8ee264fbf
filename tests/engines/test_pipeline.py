"""The stages of one process at work: beside each other, through faults, until told to stop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from streams import codec
from streams.engines import pipeline as timing
from streams.engines.pipeline import Pipeline
from streams.engines.sqlite import Store
from streams.engines.work import StageSpec
from streams.errors import ServiceError, StorageError
from streams.index.embedded import EmbeddedIndex
from streams.index.search import DocumentQuery
from streams.records import RawItem, Record, Topic
from streams.stage import Output
from tests.factories import document, raw_item

WAIT_S = 10.0
Before = Callable[[Sequence[Record]], None]


class Forward:
    """Sends each record on to a topic, or nowhere; `before` is called with each batch."""

    def __init__(self, topic: Topic | None, before: Before) -> None:
        self._topic, self._before = topic, before

    def process(self, batch: Sequence[Record]) -> list[Output]:
        self._before(batch)
        return [Output(self._topic, "key", record) for record in batch] if self._topic else []


def first(before: Before = lambda _: None, batch: int = 10) -> StageSpec:
    return StageSpec("first", (Topic.RAW_ITEMS,), lambda _: Forward(Topic.ARTICLES, before), batch)


def second(before: Before = lambda _: None, batch: int = 10) -> StageSpec:
    return StageSpec("second", (Topic.ARTICLES,), lambda _: Forward(None, before), batch)


def send(store: Store, *titles: str) -> None:
    store.append(Output(Topic.RAW_ITEMS, title, raw_item(title=title)) for title in titles)


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    opened = EmbeddedIndex(tmp_path / "data")
    yield opened
    opened.close()


@asynccontextmanager
async def at_work(pipeline: Pipeline) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.timeout(WAIT_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(pipeline.run(stop))
        try:
            yield
        finally:
            stop.set()


async def test_what_is_sent_goes_through_all_stages_in_order(store: Store, index: EmbeddedIndex) -> None:
    seen: list[str] = []
    titles = [str(number) for number in range(25)]
    pipeline = Pipeline(store, [first(), second(lambda batch: seen.extend(map(title_of, batch)))], index)
    send(store, *titles)
    async with at_work(pipeline):
        await pipeline.drained()
        assert seen == titles
        send(store, "later")
        assert pipeline.waiting() == {Topic.RAW_ITEMS: 1}
        pipeline.wake()
        await pipeline.drained()
    assert seen == [*titles, "later"]
    assert pipeline.waiting() == {}


def title_of(record: Record) -> str:
    assert isinstance(record, RawItem)
    return record.title


async def test_waiting_for_what_was_sent_does_not_wait_for_what_is_sent_later(
    store: Store, index: EmbeddedIndex
) -> None:
    held = threading.Event()

    def hold(batch: Sequence[Record]) -> None:
        if "later" in map(title_of, batch):
            held.wait(WAIT_S)

    pipeline = Pipeline(store, [first(hold, batch=1), second()], index)
    send(store, "earlier")
    async with at_work(pipeline):
        passing = asyncio.create_task(pipeline.passed())
        await asyncio.sleep(0)
        send(store, "later")
        await passing
        assert pipeline.waiting() == {Topic.RAW_ITEMS: 1}
        held.set()


async def test_stages_run_beside_each_other(store: Store, index: EmbeddedIndex) -> None:
    meeting = threading.Barrier(2, timeout=WAIT_S)

    def meet_at(title: str) -> Before:
        def meet(batch: Sequence[Record]) -> None:
            if title_of(batch[0]) == title:
                meeting.wait()

        return meet

    pipeline = Pipeline(store, [first(meet_at("b"), batch=1), second(meet_at("a"), batch=1)], index)
    send(store, "a", "b")
    async with at_work(pipeline):
        await pipeline.drained()
    assert not meeting.broken


async def test_what_another_process_sends_is_noticed_without_being_woken(
    store: Store, index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "IDLE_S", 0.05)
    pipeline = Pipeline(store, [first(), second()], index)
    async with at_work(pipeline):
        await pipeline.drained()
        other = Store(store.folder)
        send(other, "from elsewhere")
        other.close()
        await pipeline.drained()
    assert pipeline.waiting() == {}


async def test_a_service_that_is_away_is_waited_for_and_nothing_is_lost_or_doubled(
    store: Store, index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timing, "RETRY_MIN_S", 0.01)
    faults = [ServiceError("away"), ServiceError("busy", retry_after_s=0.02), ServiceError("away")]
    sent: list[str] = []

    def away(_: Sequence[Record]) -> None:
        if faults:
            raise faults.pop()

    pipeline = Pipeline(store, [first(away), second()], index)
    pipeline.tap(RawItem, lambda item: sent.append(item.title))
    send(store, "a", "b")
    async with at_work(pipeline):
        await pipeline.drained()
    assert (faults, sent) == ([], ["a", "b"])
    assert list(store.records(Topic.DEAD_LETTERS)) == []


async def test_a_service_that_stays_away_does_not_keep_the_pipeline_from_stopping(
    store: Store, index: EmbeddedIndex
) -> None:
    tried = threading.Event()

    def away(_: Sequence[Record]) -> None:
        tried.set()
        raise ServiceError("away", retry_after_s=3600)

    pipeline = Pipeline(store, [first(away), second()], index)
    send(store, "a")
    async with at_work(pipeline):
        await asyncio.to_thread(tried.wait, WAIT_S)
    assert pipeline.waiting() == {Topic.RAW_ITEMS: 1}


async def test_a_broken_disk_ends_the_run_and_whatever_waits_for_it(store: Store, index: EmbeddedIndex) -> None:
    def broken(_: Sequence[Record]) -> None:
        raise StorageError("the disk is full")

    pipeline = Pipeline(store, [first(broken), second()], index)
    send(store, "a")
    with pytest.raises(ExceptionGroup) as caught:
        async with at_work(pipeline):
            await pipeline.drained()
    assert caught.group_contains(StorageError, match="the disk is full")
    assert pipeline.waiting() == {Topic.RAW_ITEMS: 1}


async def test_stopping_finishes_the_batches_at_work_and_leaves_the_rest(
    store: Store, index: EmbeddedIndex
) -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(_: Sequence[Record]) -> None:
        begun.set()
        go_on.wait(WAIT_S)

    pipeline = Pipeline(store, [first(slow, batch=2)], index)
    send(store, "a", "b", "c")
    async with at_work(pipeline):
        await asyncio.to_thread(begun.wait, WAIT_S)
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    assert [title_of(row) for row in articles(store)] == ["a", "b"]
    assert store.lag("first", (Topic.RAW_ITEMS,)) == 1


def articles(store: Store) -> list[RawItem]:
    return [codec.decode_as(row.value, RawItem) for row in store.records(Topic.ARTICLES)]


async def test_taps_see_each_record_of_their_type_once_it_is_stored(store: Store, index: EmbeddedIndex) -> None:
    seen: list[tuple[str, bool]] = []

    def see(item: RawItem) -> None:
        seen.append((item.title, item.title in [one.title for one in articles(store)]))

    pipeline = Pipeline(store, [first(batch=2)], index)
    pipeline.tap(RawItem, see)
    send(store, "a", "b", "c")
    async with at_work(pipeline):
        await pipeline.drained()
    assert seen == [("a", True), ("b", True), ("c", True)]


async def test_what_is_drained_is_findable(store: Store, index: EmbeddedIndex) -> None:
    def write(batch: Sequence[Record]) -> None:
        index.write([document(title=title_of(item)) for item in batch])

    pipeline = Pipeline(store, [first(write), second()], index)
    async with at_work(pipeline):
        send(store, "Harbour bridge closed")
        pipeline.wake()
        await pipeline.drained()
        assert index.documents(DocumentQuery(query="bridge")).total == 1
