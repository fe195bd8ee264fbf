"""Where ticks go, and what is too large to send."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engines.cluster.sending import Fitting, ticked
from streams.engines.kafka import MAX_RECORD_BYTES
from streams.errors import RecordError
from streams.records import Record, Topic
from streams.stage import Output
from tests.factories import raw_item


@given(st.integers(1, 12), st.integers(1, 12))
def test_ticks_of_all_partitions_together_reach_each_next_partition_once(of: int, goals: int) -> None:
    reached = [goal for partition in range(of) for goal in ticked(partition, of, goals)]
    assert sorted(reached) == list(range(goals))


class Echo:
    """Sends on what it gets."""

    def process(self, batch: Sequence[Record]) -> list[Output]:
        return [Output(Topic.ARTICLES, "", record) for record in batch]


def test_a_record_that_leads_to_one_larger_than_kafka_takes_is_at_fault() -> None:
    small, large = raw_item(), raw_item(content="x" * MAX_RECORD_BYTES)
    assert Fitting(Echo()).process([small]) == [Output(Topic.ARTICLES, "", small)]
    with pytest.raises(RecordError, match="RawItem of 4194"):
        Fitting(Echo()).process([small, large])
