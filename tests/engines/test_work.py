"""What a batch leads to, as the log takes it."""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence

import pytest

from streams import codec
from streams.engines.meter import Meter
from streams.engines.work import Logged, OpenTable, Runner, StageSpec, encoded
from streams.errors import RecordError, StorageError
from streams.records import DeadLetter, Record, Topic
from streams.stage import Output, Stage
from tests.factories import NOON, raw_item

MOST_BYTES = 1000


class Failing:
    """Meets an error of the operating system."""

    def __init__(self, number: int) -> None:
        self._number = number

    def process(self, batch: Sequence[Record]) -> list[Output]:
        raise OSError(self._number, os.strerror(self._number))


class Echo:
    """Sends on what it gets."""

    def process(self, batch: Sequence[Record]) -> list[Output]:
        return [Output(Topic.ARTICLES, "", record) for record in batch]


def runner(most_bytes: int | None, stage: Stage | None = None) -> Runner:
    spec = StageSpec("identify", (Topic.RAW_ITEMS,), lambda _: stage or Echo(), 10, most_bytes=most_bytes)
    return Runner(spec, lambda _: {}, lambda: NOON, Meter("identify", lambda: NOON, 0.0))


def logged(*records: Record) -> list[Logged]:
    return [Logged(seq, Topic.RAW_ITEMS, "", codec.encode(record)) for seq, record in enumerate(records)]


def test_a_record_that_leads_to_one_larger_than_the_log_takes_is_at_fault() -> None:
    small, large = raw_item(), raw_item(content="x" * MOST_BYTES)
    ours = runner(MOST_BYTES)
    assert ours.attempt(logged(small)) == [encoded(Output(Topic.ARTICLES, "", small))]
    assert ours.attempt(logged(small, large)) is None
    [put_aside] = ours.attempt(logged(large)) or []
    letter = put_aside.output.record
    assert isinstance(letter, DeadLetter)
    assert letter.error.startswith("leads to a RawItem of 1")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EMFILE, errno.ENOENT])
def test_what_the_machine_refuses_is_no_records_fault(number: int) -> None:
    with pytest.raises(StorageError, match=rf"identify: .*{os.strerror(number)}; free disk space"):
        runner(None, Failing(number)).attempt(logged(raw_item()))


def test_another_error_of_the_system_is_the_records_fault_when_it_is_alone() -> None:
    [put_aside] = runner(None, Failing(errno.ENAMETOOLONG)).attempt(logged(raw_item())) or []
    assert isinstance(put_aside.output.record, DeadLetter)


def test_a_log_without_a_limit_takes_records_of_any_size() -> None:
    large = raw_item(content="x" * MOST_BYTES)
    assert runner(None).attempt(logged(large)) == [encoded(Output(Topic.ARTICLES, "", large))]


def test_a_record_of_which_too_much_would_be_remembered_is_at_fault() -> None:
    """Its changelog would never take it, and nothing behind it would go on."""

    def remembering(table: OpenTable) -> Stage:
        class Remember:
            def process(self, batch: Sequence[Record]) -> list[Output]:
                table("seen", str)["key"] = "x" * MOST_BYTES
                return []

        return Remember()

    spec = StageSpec("identify", (Topic.RAW_ITEMS,), remembering, 10, most_bytes=MOST_BYTES)
    ours = Runner(spec, lambda _: {}, lambda: NOON, Meter("identify", lambda: NOON, 0.0))
    [put_aside] = ours.attempt(logged(raw_item())) or []
    letter = put_aside.output.record
    assert isinstance(letter, DeadLetter)
    assert letter.error.startswith("leads to a value of seen of 1003 bytes")
    assert ours.tables.writes() == {}


@pytest.mark.parametrize(
    "error", [UnicodeEncodeError("utf-8", "\ud800" * 10**5, 0, 1, "surrogates"), RecordError("\ud800" * 10**5)]
)
def test_a_dead_letter_is_not_larger_for_an_error_that_holds_the_text(error: Exception) -> None:
    class Fails:
        def process(self, batch: Sequence[Record]) -> list[Output]:
            raise error

    [put_aside] = runner(MOST_BYTES, Fails()).attempt(logged(raw_item())) or []
    assert len(put_aside.value) < 20_000
