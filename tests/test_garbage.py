"""What the search for cycles goes through again, and what it leaves."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from streams import garbage


class Clock:
    """Goes on by a second each time that it is looked at."""

    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        self.at_s += 1
        return self.at_s


class Node:
    """One of a cycle."""

    def __init__(self) -> None:
        self.other = self


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The keeper's, which is there for the test alone."""
    clock, before = Clock(), list(gc.callbacks)
    gc.callbacks.clear()
    garbage.keep_what_stays(clock)
    yield clock
    gc.callbacks[:] = before
    gc.unfreeze()


def test_what_a_full_search_leaves_is_taken_for_what_stays(clock: Clock) -> None:
    before = gc.get_freeze_count()
    kept = [Node() for _ in range(1000)]
    gc.collect()
    assert gc.get_freeze_count() >= before + len(kept)


def test_searches_of_what_is_young_take_nothing_for_what_stays(clock: Clock) -> None:
    before = gc.get_freeze_count()
    kept = [Node() for _ in range(1000)]
    gc.collect(1)
    assert gc.get_freeze_count() <= before < before + len(kept)


def test_cycles_made_since_the_last_full_search_are_freed_by_the_next(clock: Clock) -> None:
    found = weakref.ref(Node())
    assert found() is not None
    gc.collect()
    assert found() is None


def test_what_stayed_is_gone_through_again_when_that_takes_a_hundredth_of_the_time(clock: Clock) -> None:
    node = Node()
    found = weakref.ref(node)
    gc.collect()  # takes a second
    del node
    clock.at_s += 90
    gc.collect()
    assert found() is not None
    clock.at_s += 10
    gc.collect()
    assert found() is None
    assert gc.get_freeze_count() > 0


def test_asking_twice_changes_nothing(clock: Clock) -> None:
    before = list(gc.callbacks)
    garbage.keep_what_stays()
    assert gc.callbacks == before
