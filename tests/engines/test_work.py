"""What a batch leads to, as the log takes it."""

from __future__ import annotations

from collections.abc import Sequence

from streams import codec
from streams.engines.meter import Meter
from streams.engines.work import Logged, Runner, StageSpec, encoded
from streams.records import DeadLetter, Record, Topic
from streams.stage import Output
from tests.factories import NOON, raw_item

MOST_BYTES = 1000


class Echo:
    """Sends on what it gets."""

    def process(self, batch: Sequence[Record]) -> list[Output]:
        return [Output(Topic.ARTICLES, "", record) for record in batch]


def runner(most_bytes: int | None) -> Runner:
    spec = StageSpec("identify", (Topic.RAW_ITEMS,), lambda _: Echo(), 10, most_bytes=most_bytes)
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


def test_a_log_without_a_limit_takes_records_of_any_size() -> None:
    large = raw_item(content="x" * MOST_BYTES)
    assert runner(None).attempt(logged(large)) == [encoded(Output(Topic.ARTICLES, "", large))]
