"""Of every key the newest value counts, in whichever partition it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from streams.migrate.copy import Copy, Write


@pytest.fixture
def copy() -> Iterator[Copy]:
    with closing(Copy()) as copy:
        yield copy


def test_within_a_partition_the_last_write_counts_whatever_its_clock_said(copy: Copy) -> None:
    copy.put("t", [Write(b"k", 0, 20, b"first"), Write(b"k", 0, 10, b"second")])
    assert dict(copy.table("t")) == {b"k": b"second"}


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_partitions_the_later_write_counts(copy: Copy, turned: bool) -> None:
    writes = [Write(b"k", 0, 10, b"older"), Write(b"k", 1, 20, b"newer")]
    copy.put("t", writes[::-1] if turned else writes)
    assert dict(copy.table("t")) == {b"k": b"newer"}


def test_what_was_deleted_is_gone_until_it_is_written_again(copy: Copy) -> None:
    copy.put("t", [Write(b"gone", 0, 1, b"v"), Write(b"gone", 0, 2, None), Write(b"back", 0, 1, None)])
    copy.put("t", [Write(b"back", 0, 3, b"v")])
    table = copy.table("t")
    assert (list(table), len(table), b"gone" in table) == ([b"back"], 1, False)


def test_tables_are_apart(copy: Copy) -> None:
    copy.put("one", [Write(b"k", 0, 1, b"1")])
    copy.put("other", [Write(b"k", 0, 1, b"2")])
    assert (dict(copy.table("one")), dict(copy.table("other"))) == ({b"k": b"1"}, {b"k": b"2"})
