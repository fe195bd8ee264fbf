"""Preparing items in processes of their own."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import msgspec
import pytest

from streams import codec
from streams.identify.pool import PORTION, PreparePool
from streams.identify.prepare import Preparing
from streams.identify.worker import Portion, answered, read_answer
from streams.records import RawItem, Tick
from tests.factories import NOON, raw_item

MAX_CHARS = 10_000
HERE = Preparing(MAX_CHARS)


@pytest.fixture(scope="module")
def pool() -> Iterator[PreparePool]:
    pool = PreparePool(1, MAX_CHARS)
    yield pool
    pool.close()


def items(first: int, count: int = PORTION + 3) -> list[RawItem]:
    texts = (
        "<p>The ferry was late again.</p><p>Share this</p>",
        "plain text",
        "",
        "<ul><li><a href=x>One",
    )
    return [
        raw_item(
            url=f"https://herald.example/{number}?utm_source=rss",
            guid=str(number),
            title=f"Ferry {number}",
            summary=texts[number % len(texts)],
        )
        for number in range(first, first + count)
    ]


def processes(pool: PreparePool) -> set[int]:
    return {child.process.pid for child in pool.isolated.children if child.process is not None}


def test_what_was_expected_is_prepared_elsewhere_as_it_would_be_here(pool: PreparePool) -> None:
    batch = items(0)
    pool.expect([*batch[:5], Tick(at=NOON), *batch[5:]])
    pool.expect(items(1000))
    assert pool.prepared(batch) == HERE.prepared(batch)
    assert processes(pool)
    assert pool.prepared(items(1000)) == HERE.prepared(items(1000))


def test_what_nobody_expected_is_prepared_too(pool: PreparePool) -> None:
    pool.expect(items(0))
    assert pool.prepared(items(5000)) == HERE.prepared(items(5000))
    assert pool.prepared(items(7, 1)) == HERE.prepared(items(7, 1))
    assert pool.prepared([]) == []


def test_a_process_that_dies_costs_nothing_but_time(pool: PreparePool) -> None:
    pool.expect(items(0))
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    for process in processes(pool):
        os.kill(process, signal.SIGSTOP)
    pool.expect(items(9000))
    for process in processes(pool):
        os.kill(process, signal.SIGKILL)
    assert pool.prepared(items(9000)) == HERE.prepared(items(9000))
    assert not processes(pool)
    pool.expect(items(0))  # for a while it does without
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    assert not processes(pool)


def test_processes_begin_when_many_are_expected_and_go_when_they_were_not_needed_for_long() -> None:
    pool = PreparePool(1, MAX_CHARS, stay_s=0.0)
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    assert not processes(pool)
    pool.expect(items(0))
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    assert processes(pool)
    assert pool.prepared([]) == []
    assert not processes(pool)
    pool.close()


def test_what_cannot_be_prepared_gets_no_answer() -> None:
    assert answered(codec.encode(Portion(items=items(0, 2), max_text_chars=MAX_CHARS))) != b""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("streams.identify.worker.prepare", None)
        assert answered(codec.encode(Portion(items=items(0, 2), max_text_chars=MAX_CHARS))) == b""
    with pytest.raises(msgspec.DecodeError):
        read_answer(b"")
