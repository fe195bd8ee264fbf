"""Preparing items in child processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Iterator

import pytest

from streams.identify.pool import PORTION, PreparePool
from streams.identify.prepare import Preparing
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


def children() -> set[int]:
    return {child.pid for child in multiprocessing.active_children() if child.pid is not None}


def test_what_was_expected_is_prepared_elsewhere_as_it_would_be_here(pool: PreparePool) -> None:
    batch = items(0)
    pool.expect([*batch[:5], Tick(at=NOON), *batch[5:]])
    pool.expect(items(1000))
    assert children()
    assert pool.prepared(batch) == HERE.prepared(batch)
    assert pool.prepared(items(1000)) == HERE.prepared(items(1000))


def test_what_nobody_expected_is_prepared_too(pool: PreparePool) -> None:
    pool.expect(items(0))
    assert pool.prepared(items(5000)) == HERE.prepared(items(5000))
    assert pool.prepared(items(7, 1)) == HERE.prepared(items(7, 1))
    assert pool.prepared([]) == []


def test_children_that_die_cost_nothing_but_time(pool: PreparePool) -> None:
    pool.expect(items(9000))
    for child in children():
        os.kill(child, signal.SIGKILL)
    assert pool.prepared(items(9000)) == HERE.prepared(items(9000))
    assert not children()


def test_children_begin_when_many_are_expected_and_go_when_they_were_not_needed_for_long() -> None:
    pool = PreparePool(1, MAX_CHARS, stay_s=0.0)
    others = children()
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    assert children() == others
    pool.expect(items(0))
    assert children() != others
    assert pool.prepared(items(0)) == HERE.prepared(items(0))
    assert pool.prepared([]) == []
    assert children() == others
